/// What one block holds, ready to be played.
public struct DecodedBlock: Sendable {
    /// All output bytes of the block, contiguous.
    public var output: [UInt8] = []
    /// Where in the session's output ``output`` starts.
    public var startOffset: ByteOffset
    /// The reads from the PTY, in order; together they cover ``output``.
    public var reads: [Read] = []
    /// Everything but output, in order of time and offset.
    public var events: [Event] = []
    /// Time of the first and the last event. For an empty block both are that of its header.
    public var startTime: SessionTime
    public var endTime: SessionTime
    /// What of this block could not be used.
    public var warnings: [RecordingWarning] = []

    public var endOffset: ByteOffset { ByteOffset(startOffset.value &+ UInt64(output.count)) }

    /// Bytes that are missing, recorded or found by the reader.
    public var gaps: [Anchored<Gap>] {
        events.compactMap { event in
            guard case .gap(let gap) = event.kind else { return nil }
            return Anchored(time: event.time, offset: event.offset, value: gap)
        }
    }

    /// One read from the PTY.
    public struct Read: Hashable, Sendable {
        public var time: SessionTime
        /// Index of its first byte in ``DecodedBlock/output``.
        public var start: Int
        public var count: Int

        public init(time: SessionTime, start: Int, count: Int) {
            self.time = time
            self.start = start
            self.count = count
        }

        public var range: Range<Int> { start..<start + count }
    }

    public init(startOffset: ByteOffset, startTime: SessionTime) {
        self.startOffset = startOffset
        self.startTime = startTime
        self.endTime = startTime
    }
}

/// A block as its header describes it, without decoding it.
public struct BlockInfo: Hashable, Sendable {
    /// Byte position of the header in the file.
    public var position: UInt64
    /// Header and payload, in bytes.
    public var size: UInt64
    /// Output bytes before the block.
    public var startOffset: ByteOffset
    /// Time of its first event.
    public var startTime: SessionTime
    /// What its header says; not to be trusted.
    public var decodedSize: UInt32
    public var recordCount: UInt32
    public var isLast: Bool
    public var condition: Condition

    public enum Condition: Hashable, Sendable {
        case whole
        /// The file ends within it.
        case torn
        /// Bytes in which no block was found; read as a gap.
        case hole
    }
}
