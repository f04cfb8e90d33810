import Recording

/// A decoded block in the order in which it is played.
final class PlaybackBlock {
    let decoded: DecodedBlock
    let steps: [Step]

    init(_ decoded: DecodedBlock) {
        self.decoded = decoded
        steps = Self.merge(decoded)
    }

    /// Joins reads and the events that matter here by byte offset. A read is split where an event lies in it.
    ///
    /// Times never run backwards in the result, whatever the file says: the player stops at the first later one.
    private static func merge(_ block: DecodedBlock) -> [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(block.reads.count + 16)
        var last = SessionTime(milliseconds: .min)
        let events = block.events.indices.filter { isPlayed(block.events[$0].kind) }
        var next = events.startIndex

        func append(_ time: SessionTime, _ range: Range<Int>, event: Int32) {
            last = max(last, time)
            steps.append(Step(time: last, start: Int32(range.lowerBound), count: Int32(range.count), event: event))
        }
        func position(_ event: Int) -> Int {
            let offset = block.events[event].offset.value
            guard offset > block.startOffset.value else { return 0 }
            return Int(min(offset - block.startOffset.value, UInt64(block.output.count)))
        }
        for read in block.reads {
            let end = min(max(0, read.start) + max(0, read.count), block.output.count)
            var start = min(max(0, read.start), end)
            while next < events.endIndex, position(events[next]) < end {
                let cut = max(start, position(events[next]))
                if cut > start { append(read.time, start..<cut, event: -1) }
                append(block.events[events[next]].time, cut..<cut, event: Int32(events[next]))
                start = cut
                next += 1
            }
            if end > start { append(read.time, start..<end, event: -1) }
        }
        for event in events[next...] { append(block.events[event].time, 0..<0, event: Int32(event)) }
        return steps
    }

    private static func isPlayed(_ kind: Event.Kind) -> Bool {
        switch kind {
        case .resize, .moment, .snapshot, .gap, .exit, .metadata, .branch, .state: true
        case .output, .input, .mark, .redaction, .digest, .unknown: false
        }
    }

    /// The first step from `step` on that is later than `time`.
    func firstStep(after time: SessionTime, from step: Int) -> Int {
        var (low, high) = (step, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The few blocks around the playhead, decoded.
struct BlockCache {
    private var entries: [(index: Int, block: PlaybackBlock)] = []
    private let capacity = 4

    /// The block, decoded by `load` unless it is at hand; the one not used for longest gives way.
    mutating func block(_ index: Int, load: (Int) -> DecodedBlock) -> PlaybackBlock {
        if let found = entries.lastIndex(where: { $0.index == index }) {
            let entry = entries[found]
            if found != entries.count - 1 { entries.append(entries.remove(at: found)) }
            return entry.block
        }
        if entries.count >= capacity { entries.removeFirst() }
        let block = PlaybackBlock(load(index))
        entries.append((index, block))
        return block
    }

    mutating func removeAll() { entries.removeAll() }
}
