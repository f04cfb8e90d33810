import ScreenModel

/// The lines that left the top of the screen: a log with absolute line numbers, packed, bounded in lines and bytes.
struct Scrollback {
    /// Bytes kept at most whatever the lines hold; 10,000 plain lines of 80 columns are about 0.9 MB.
    static let byteLimit = 64 << 20
    private static let segmentSize = 64 << 10

    /// Absolute number of the first line kept.
    private(set) var first = 0
    /// One past the last line.
    private(set) var end = 0
    let limit: Int
    private var segments: [Segment] = []
    private var bytes = 0

    /// A block of packed lines.
    private final class Segment {
        let firstLine: Int
        let capacity: Int
        let memory: UnsafeMutablePointer<UInt8>
        /// Where each line starts, and where the last one ends.
        var offsets: [UInt32] = [0]

        init(firstLine: Int, capacity: Int) {
            self.firstLine = firstLine
            self.capacity = capacity
            memory = .allocate(capacity: capacity)
            offsets.reserveCapacity(1024)
        }

        deinit { memory.deallocate() }

        var used: Int { Int(offsets[offsets.count - 1]) }
        var endLine: Int { firstLine + offsets.count - 1 }
    }

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    mutating func append(_ cells: UnsafePointer<Cell>, count: Int, wraps: Bool) {
        let needed = PackedLine.limit(cells: count)
        // A line seldom needs its limit, but what it needs is known only after packing.
        if segments.isEmpty || segments[segments.count - 1].capacity - segments[segments.count - 1].used < needed {
            let segment = Segment(firstLine: end, capacity: max(Self.segmentSize, needed))
            segments.append(segment)
            bytes += segment.capacity
        }
        let segment = segments[segments.count - 1]
        let used = segment.used
        let size = PackedLine.pack(cells, count: count, wraps: wraps, into: segment.memory + used)
        segment.offsets.append(UInt32(used + size))
        end += 1
        if end - first > limit { first = end - limit }
        evict()
    }

    private mutating func evict() {
        while let oldest = segments.first, oldest.endLine <= first || (bytes > Self.byteLimit && segments.count > 1) {
            first = max(first, oldest.endLine)
            bytes -= oldest.capacity
            segments.removeFirst()
        }
    }

    /// Forgets all lines; the next one has this number.
    mutating func clear(at line: Int) {
        segments = []
        bytes = 0
        first = line
        end = line
    }

    /// Forgets the lines from `line` on. When that line is before or behind all that is kept, nothing stays.
    mutating func truncate(to line: Int) {
        guard line > first, line <= end else { return clear(at: line) }
        while let last = segments.last, last.firstLine >= line {
            bytes -= last.capacity
            segments.removeLast()
        }
        if let last = segments.last { last.offsets.removeSubrange((line - last.firstLine + 1)...) }
        end = line
    }

    /// The packed bytes of a line; valid during `body`.
    func withLine<R>(_ line: Int, _ body: (UnsafePointer<UInt8>) -> R) -> R? {
        guard line >= first, line < end else { return nil }
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].firstLine <= line { low = middle } else { high = middle }
        }
        let segment = segments[low]
        return body(UnsafePointer(segment.memory) + Int(segment.offsets[line - segment.firstLine]))
    }

    /// Memory held, in bytes.
    var byteCount: Int { bytes }
}
