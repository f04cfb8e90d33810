import ScreenModel

/// What a recording is about, without its output: from the record that closes a finished file, or from a walk.
public struct Summary: Hashable, Sendable {
    public var metadata: SessionMetadata?
    public var branch: BranchMetadata?
    /// Wall clock at time zero, milliseconds since 1970.
    public var startedAt: Int64 = 0
    /// Time of the last event.
    public var duration = SessionTime.zero
    public var initialSize = Size(columns: 80, rows: 24)
    public var exit: ExitStatus?
    public var moments: [Anchored<Moment>] = []
    public var snapshots: [Anchored<SnapshotReference>] = []
    /// What its program was doing since when; nothing in recordings of other programs and of old.
    public var states: [Anchored<StateChange>] = []
    /// All but the first, which is ``initialSize``.
    public var resizes: [Anchored<Size>] = []
    /// Bytes that the recorder dropped; what a damaged file lacks besides is found when its blocks are read.
    public var gaps: [Anchored<Gap>] = []
    public var outputBytes: UInt64 = 0
    /// Reads from the PTY.
    public var readCount: UInt64 = 0
    /// All events but output.
    public var eventCount: UInt64 = 0
    public var inputBytes: UInt64 = 0
    /// Compressed and decoded size of each block before the last, in bytes; empty when the summary was made by a walk.
    public var blockSizes: [BlockSize] = []

    public init() {}

    public struct BlockSize: Hashable, Sendable {
        public var compressed: UInt32
        public var decoded: UInt32

        public init(compressed: UInt32, decoded: UInt32) {
            self.compressed = compressed
            self.decoded = decoded
        }
    }
}

/// A value with its place in a session.
public struct Anchored<Value: Hashable & Sendable>: Hashable, Sendable {
    public var time: SessionTime
    public var offset: ByteOffset
    public var value: Value

    public init(time: SessionTime, offset: ByteOffset, value: Value) {
        self.time = time
        self.offset = offset
        self.value = value
    }
}
