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
        /// Milliseconds in which a block fills when output floods in: one of 256 KiB at 16 MiB/s.
        public var floodInterval: Int64 = 16
        /// Blocks that fill so fast one after the other before the next ones are stored uncompressed.
        public var floodStart = 8
        /// Bytes of records that one recording stores uncompressed at most.
        public var storedLimit: UInt64 = 1 << 30
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
        /// Bytes of records in blocks that were stored uncompressed.
        public var storedBytes: UInt64 = 0
        public var reads: UInt64 = 0
        public var moments = 0
        public var snapshots = 0
    }

    public let path: String
    public internal(set) var statistics = Statistics()
    /// Output bytes so far.
    public var offset: ByteOffset { ByteOffset(block.offset) }
    /// Time of the oldest event that is not in the file yet; the block must be closed `flushInterval` after it. Nil once
    /// writing has failed: nothing waits for what will never be written.
    public var pendingSince: SessionTime? {
        failure == nil ? block.firstTime.map { SessionTime(milliseconds: $0) } : nil
    }
    /// Time of the oldest event that isn't known to be on the disk, whether it is in the file or not.
    public private(set) var unsynchronizedSince: SessionTime?
    /// The error that stopped the recording.
    public internal(set) var failure: RecordingError?

    let options: Options
    var file: RecordingFile
    var block: LiveBlock
    var digest = EventDigest()
    var builder: SummaryBuilder
    var blockSizes: [Summary.BlockSize] = []
    /// Output offset of the last recorded digest.
    var lastDigest: UInt64 = 0
    /// Full blocks since the last that took its time.
    var fastBlocks = 0
    private var lastTime: Int64 = 0
    private var isFinished = false
    /// A failure that no caller has been told of.
    private var untold: RecordingError?

    private init(file: consuming RecordingFile, zero: UInt64, options: Options) {
        path = file.path
        self.file = file
        self.options = options
        block = LiveBlock(zero: zero, offset: 0, capacity: options.blockSize)
        builder = SummaryBuilder(zero: zero)
    }

    /// Makes the file (mode 0600, missing folders 0700); the first block, with size and metadata, is open.
    ///
    /// Time zero is `metadata.startedAt`.
    public static func create(
        at path: String, metadata: SessionMetadata, branch: BranchMetadata? = nil, size: Size,
        options: Options = Options()
    ) throws(RecordingError) -> RecordingWriter {
        let file = try RecordingFile(creating: path, replacing: options.replacesExisting)
        let zero = UInt64(clamping: metadata.startedAt).multipliedReportingOverflow(
            by: Format.nanosecondsPerMillisecond)
        let writer = RecordingWriter(file: file, zero: zero.overflow ? 0 : zero.partialValue, options: options)
        writer.append(.resize(columns: size.columns, rows: size.rows), at: .zero)
        writer.append(.metadata(metadata), at: .zero)
        if let branch { writer.append(.branch(branch), at: .zero) }
        return writer
    }

    /// Whether events are still taken.
    private var isOpen: Bool { failure == nil && !isFinished }

    /// Records bytes read from the PTY. Errors of the disk wait for the next ``flush(durable:)``.
    public func output(_ bytes: UnsafeRawBufferPointer, at time: SessionTime) {
        guard isOpen, bytes.count > 0 else { return }
        let milliseconds = advance(to: time)
        var rest = bytes
        while rest.count > 0, isOpen {
            // A read is kept whole where it can be: a block may be somewhat longer than asked for.
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(max(1, options.blockSize)))
            addOutput(piece, at: milliseconds)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
            if block.records.count >= options.blockSize { closeFullBlock(at: milliseconds) }
        }
    }

    private func addOutput(_ bytes: UnsafeRawBufferPointer, at time: Int64) {
        if let open = block.openReadTime, time - open <= options.mergeInterval {
            block.appendOutput(bytes)
        } else {
            endRead()
            block.beginRead(at: time)
            block.appendOutput(bytes)
            statistics.reads += 1
        }
        statistics.rawBytes += UInt64(bytes.count)
    }

    /// Records anything else, at the current offset.
    public func append(_ kind: Event.Kind, at time: SessionTime) {
        guard isOpen else { return }
        if case .output(let bytes) = kind {
            bytes.withUnsafeBytes { output($0, at: time) }
            return
        }
        if case .input(let bytes) = kind, bytes.isEmpty { return }
        let milliseconds = advance(to: time)
        endRead()
        for body in RecordBody.records(of: kind, offset: offset) {
            for record in body.pieces(limit: Format.bodyLimit) { add(record, at: milliseconds) }
        }
        if case .moment = kind { statistics.moments += 1 }
        if case .snapshot = kind { statistics.snapshots += 1 }
    }

    private func add(_ body: RecordBody, at time: Int64) {
        let event = block.append(body, time: time)
        account(event)
        if block.records.count >= options.blockSize { closeFullBlock(at: time) }
    }

    /// Time never runs backwards in a file, whatever the clock does; an overdue block is closed first.
    private func advance(to time: SessionTime) -> Int64 {
        lastTime = max(lastTime, time.milliseconds)
        if unsynchronizedSince == nil { unsynchronizedSince = SessionTime(milliseconds: lastTime) }
        if let first = block.firstTime, lastTime - first >= options.flushInterval {
            closeDueBlock()
        }
        return lastTime
    }

    /// Closes the open block and writes it.
    ///
    /// - Parameter durable: whether it is on the disk, and not only with the kernel, when the call returns.
    public func flush(durable: Bool) throws(RecordingError) {
        guard isOpen else { return try tell() }
        closeDueBlock()
        if durable, failure == nil {
            do throws(RecordingError) {
                try file.synchronize()
                unsynchronizedSince = nil
            } catch { fail(error) }
        }
        try tell()
    }

    /// For another thread, which brings to the disk what is written here; it says so with ``synchronizes()``.
    public func makeSynchronizer() throws(RecordingError) -> FileSynchronizer { try file.makeSynchronizer() }

    /// Another thread has begun to bring what is in the file to the disk.
    public func synchronizes() { unsynchronizedSince = pendingSince }

    /// The disk has failed another thread: nothing is recorded from here on, as after an error of this writer's own.
    public func stop(for error: RecordingError) {
        if failure == nil { fail(error) }
    }

    /// Records how the child ended (nil: unknown), then digest and summary, and closes the file.
    public func finish(exit: ExitStatus?, at time: SessionTime) throws(RecordingError) {
        guard isOpen else { return try tell() }
        if let exit { append(.exit(exit), at: time) }
        endRead()
        let closed = advance(to: time)
        let body = SummaryRecord.body(
            digest: digest.value, builder: builder, blocks: blockSizes, zero: block.zero)
        _ = block.append(RecordBody(extension: Format.Extension.summary, bytes: body), time: closed)
        closeDueBlock(isLast: true)
        isFinished = true
        if failure == nil {
            do throws(RecordingError) {
                try file.synchronize()
                try file.close()
            } catch { fail(error) }
        }
        try tell()
    }

    func fail(_ error: RecordingError) {
        unsynchronizedSince = nil
        failure = error
        untold = error
    }

    private func tell() throws(RecordingError) {
        guard let error = untold else { return }
        untold = nil
        throw error
    }
}
