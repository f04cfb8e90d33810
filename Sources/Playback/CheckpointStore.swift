import Emulation
import Recording

/// A position of the terminal in the recording, to come back to.
struct SavedPosition {
    var place: Place
    /// Of the last step that was done.
    var time: SessionTime
    var checkpoint: Checkpoint
    /// What the timeline knew then.
    var known = Timeline.Counts()
}

/// The checkpoints of a recording in order, kept within a limit of memory.
struct CheckpointStore {
    private(set) var positions: [SavedPosition] = []
    private(set) var byteCount = 0
    /// Output bytes between two checkpoints: what a jump feeds at most. It doubles whenever memory runs out.
    private(set) var interval: UInt64
    let memoryLimit: Int

    init(interval: UInt64, memoryLimit: Int) {
        self.interval = interval
        self.memoryLimit = memoryLimit
    }

    /// Places come in rising order.
    mutating func append(_ position: SavedPosition) {
        positions.append(position)
        byteCount += position.checkpoint.byteCount
        if byteCount > memoryLimit, positions.count > 16 { thinOut() }
    }

    /// Every second one goes; the first and the last stay.
    private mutating func thinOut() {
        let last = positions.count - 1
        positions = positions.enumerated().filter { $0.offset % 2 == 0 || $0.offset == last }.map(\.element)
        byteCount = positions.reduce(0) { $0 + $1.checkpoint.byteCount }
        interval *= 2
    }

    /// The last one at which nothing later than `time` had been done.
    func last(through time: SessionTime) -> SavedPosition? {
        let count = count { $0.time <= time }
        return count > 0 ? positions[count - 1] : nil
    }

    func last(through place: Place) -> SavedPosition? {
        let count = count { $0.place <= place }
        return count > 0 ? positions[count - 1] : nil
    }

    func last(before place: Place) -> SavedPosition? {
        let count = count { $0.place < place }
        return count > 0 ? positions[count - 1] : nil
    }

    mutating func removeAll(after place: Place) {
        positions.removeAll { $0.place > place }
        byteCount = positions.reduce(0) { $0 + $1.checkpoint.byteCount }
    }

    /// Binary search for the end of those that `belongs` holds for.
    private func count(where belongs: (SavedPosition) -> Bool) -> Int {
        var (low, high) = (0, positions.count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(positions[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
