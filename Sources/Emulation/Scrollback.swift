import ScreenModel

/// The lines that left the top of the screen: a log with absolute line numbers, packed, bounded in lines and bytes.
struct Scrollback {
    /// Bytes kept at most whatever the lines hold; 10,000 plain lines of 80 columns are about 0.9 MB.
    static let byteLimit = 64 << 20
    private static let segmentSize = 64 << 10
    /// How many of the last lines a checkpoint holds and a resize may take back to the screen.
    private static let longestReach = 100

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

    var reach: Int { min(limit, Self.longestReach) }

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    mutating func append(_ cells: UnsafePointer<Cell>, count: Int, wraps: Bool) {
        // A line seldom needs its limit, but what it needs is known only after packing.
        append(atMost: PackedLine.limit(cells: count)) {
            PackedLine.pack(cells, count: count, wraps: wraps, into: $0)
        }
    }

    /// Appends lines as ``packed(from:)`` gave them.
    mutating func append(packed lines: [UInt8]) {
        lines.withUnsafeBufferPointer { lines in
            guard let start = lines.baseAddress else { return }
            var at = 0
            while at < lines.count {
                let size = PackedLine.size(start + at)
                append(atMost: size) {
                    $0.update(from: start + at, count: size)
                    return size
                }
                at += size
            }
        }
    }

    @inline(__always)
    private mutating func append(atMost needed: Int, write: (UnsafeMutablePointer<UInt8>) -> Int) {
        if segments.isEmpty || segments[segments.count - 1].capacity - segments[segments.count - 1].used < needed {
            let segment = Segment(firstLine: end, capacity: max(Self.segmentSize, needed))
            segments.append(segment)
            bytes += segment.capacity
        }
        let segment = segments[segments.count - 1]
        let used = segment.used
        let size = write(segment.memory + used)
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

    /// The lines from `line` on as they are kept, one behind the other.
    func packed(from line: Int) -> [UInt8] {
        var lines: [UInt8] = []
        for segment in segments where segment.endLine > line {
            let start = Int(segment.offsets[max(0, line - segment.firstLine)])
            lines.append(contentsOf: UnsafeBufferPointer(start: segment.memory + start, count: segment.used - start))
        }
        return lines
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
