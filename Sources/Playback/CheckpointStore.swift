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
    /// Positions just behind steps whose outcome depends on the scrollback (resizes), by the place before the step.
    /// Such a step is never done again: its outcome is restored.
    private(set) var outcomes: [(before: Place, after: SavedPosition)] = []
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

    /// The most outcomes kept; what a storm of more resizes leaves out may be off by what it pulls from the scrollback.
    private static let outcomeLimit = 4096

    mutating func append(outcome after: SavedPosition, ofStepAt before: Place) {
        guard outcomes.count < Self.outcomeLimit else { return }
        outcomes.append((before, after))
    }

    /// The first step at or after `place` whose outcome is known and not to be computed again.
    func outcome(from place: Place) -> (before: Place, after: SavedPosition)? {
        let low = Self.count(outcomes.count) { outcomes[$0].before < place }
        return low < outcomes.count ? outcomes[low] : nil
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
        last { $0.time <= time }
    }

    func last(through place: Place) -> SavedPosition? {
        last { $0.place <= place }
    }

    func last(before place: Place) -> SavedPosition? {
        last { $0.place < place }
    }

    private func last(where belongs: (SavedPosition) -> Bool) -> SavedPosition? {
        let count = Self.count(positions.count) { belongs(positions[$0]) }
        let known = Self.count(outcomes.count) { belongs(outcomes[$0].after) }
        let position = count > 0 ? positions[count - 1] : nil
        guard known > 0 else { return position }
        let outcome = outcomes[known - 1].after
        return position.map { $0.place >= outcome.place ? $0 : outcome } ?? outcome
    }

    mutating func removeAll(after place: Place) {
        positions.removeAll { $0.place > place }
        outcomes.removeAll { $0.before >= place }
        byteCount = positions.reduce(0) { $0 + $1.checkpoint.byteCount }
    }

    /// Binary search for the end of those that `belongs` holds for.
    private static func count(_ total: Int, where belongs: (Int) -> Bool) -> Int {
        var (low, high) = (0, total)
        while low < high {
            let middle = (low + high) / 2
            if belongs(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
