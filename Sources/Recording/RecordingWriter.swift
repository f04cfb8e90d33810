import ScreenModel

/// A recording being written: it owns the file, which is valid up to the last whole block at any time.
///
/// Not for several threads at a time. When the disk fails, the error is thrown once, and from then on everything is
/// accepted and dropped: the session goes on unrecorded.
public final class RecordingWriter {
    public struct Options: Hashable, Sendable {
        /// Brotli quality, 0…11, of blocks that the timer closes.
        public var liveQualityQuiet: Int32 = 4
        /// Of blocks that fill up before the timer: bulk output must not wait for the compressor.
        public var liveQualityBulk: Int32 = 1
        /// Bytes of records after which a block is closed.
        public var blockSize = 256 << 10
        /// Milliseconds of session time after which a block is closed.
        public var flushInterval: Int64 = 250
        /// Output bytes after which the running digest is recorded.
        public var digestInterval: UInt64 = 4 << 20
        /// Reads that come within so many milliseconds of the first are one.
        public var mergeInterval: Int64 = 2
        /// Whether a file of that name is replaced.
        public var replacesExisting = false

        public init() {}
    }

    public struct Statistics: Hashable, Sendable {
        /// Output bytes recorded.
        public var rawBytes: UInt64 = 0
        public var fileBytes: UInt64 = 0
        public var blocks = 0
        public var reads: UInt64 = 0
        public var moments = 0
        public var snapshots = 0
    }

    public let path: String
    public private(set) var statistics = Statistics()
    /// Output bytes so far.
    public private(set) var offset = ByteOffset(0)
    /// Time of the oldest event that is not in the file yet; the block must be closed `flushInterval` after it.
    public private(set) var pendingSince: SessionTime?
    /// The error that stopped the recording.
    public private(set) var failure: RecordingError?

    private init(path: String) {
        self.path = path
    }

    /// Makes the file (mode 0600, missing folders 0700) and writes nothing yet but remembers size and metadata.
    ///
    /// Time zero is `metadata.startedAt`.
    public static func create(
        at path: String, metadata: SessionMetadata, branch: BranchMetadata? = nil, size: Size,
        options: Options = Options()
    ) throws(RecordingError) -> RecordingWriter {
        throw .open(path: path, errno: 38)
    }

    /// Records bytes read from the PTY. Errors of the disk wait for the next ``flush(durable:)``.
    public func output(_ bytes: UnsafeRawBufferPointer, at time: SessionTime) {}

    /// Records anything else, at the current offset.
    public func append(_ kind: Event.Kind, at time: SessionTime) {}

    /// Closes the open block and writes it.
    ///
    /// - Parameter durable: whether it is on the disk, and not only with the kernel, when the call returns.
    public func flush(durable: Bool) throws(RecordingError) {}

    /// Records how the child ended, then digest and summary, and closes the file.
    public func finish(exit: ExitStatus, at time: SessionTime) throws(RecordingError) {}
}
