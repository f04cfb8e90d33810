import Recording

/// Sizes of a recording so far.
public struct RecordingStatistics: Codable, Hashable, Sendable {
    /// Output bytes of the child.
    public var rawBytes: UInt64 = 0
    /// Bytes in the file.
    public var fileBytes: UInt64 = 0
    public var moments: UInt64 = 0
    public var snapshots: UInt64 = 0

    public init() {}

    init(_ statistics: RecordingWriter.Statistics) {
        rawBytes = statistics.rawBytes
        fileBytes = statistics.fileBytes
        moments = UInt64(statistics.moments)
        snapshots = UInt64(statistics.snapshots)
    }
}

/// What became of a recording.
public struct RecordingOutcome: Codable, Hashable, Sendable {
    public var rawBytes: UInt64
    public var fileBytes: UInt64
    /// Whether everything is in the file, up to its summary.
    public var isComplete: Bool
    /// The first thing that went wrong, in words for the user.
    public var problem: String?
    /// Bytes after compaction, when it was done at once.
    public var compacted: UInt64?

    init(statistics: RecordingStatistics, isComplete: Bool, problem: String?) {
        rawBytes = statistics.rawBytes
        fileBytes = statistics.fileBytes
        self.isComplete = isComplete
        self.problem = problem
    }
}
