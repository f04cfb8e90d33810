/// A recording opened for reading. Not for several threads at a time.
public final class RecordingReader {
    /// The file's name; empty for bytes in memory.
    public let path: String
    /// In file order; holes and a torn tail are among them.
    public private(set) var blocks: [BlockInfo] = []
    /// From the closing block; nil for a live, torn or foreign file, whose facts ``index()`` gathers.
    public private(set) var summary: Summary?
    /// What the walk over the headers found; each block has its own besides.
    public private(set) var warnings: [RecordingWarning] = []
    /// Whether the closing block is there.
    public var isFinished: Bool { blocks.contains { $0.isLast } }
    /// Bytes of the file that were looked at.
    public private(set) var fileSize: UInt64 = 0

    /// Wall clock at time zero, nanoseconds since 1970.
    private(set) var zero: UInt64 = 0
    private var headers: [BlockHeader?] = []
    let store: ByteStore
    private var walk: BlockWalk

    private init(store: ByteStore) throws(RecordingError) {
        self.store = store
        path = store.path
        walk = BlockWalk(store: store)
        try walkOn()
        guard blocks.contains(where: { $0.condition != .hole }) || !warnings.contains(where: Self.isForeign) else {
            throw .notARecording(path: path, offset: 0)
        }
        if store.size == 0 { warnings.append(RecordingWarning(path: path, offset: 0, reason: .empty)) }
    }

    private static func isForeign(_ warning: RecordingWarning) -> Bool {
        if case .noBlock = warning.reason { return true }
        return false
    }

    /// Opens a file and walks its block headers: 44 bytes each, no decoding but of the closing block.
    ///
    /// An empty, live, torn or damaged file opens, with ``warnings``; one with no block at all doesn't.
    public static func open(path: String) throws(RecordingError) -> RecordingReader {
        try RecordingReader(store: ByteStore.open(path: path))
    }

    /// Reads a recording that is in memory, as one from standard input.
    public convenience init(bytes: [UInt8], path: String = "") throws(RecordingError) {
        try self.init(store: ByteStore(memory: bytes, path: path))
    }

    /// Looks for blocks written since. The torn tail may turn into a whole block.
    ///
    /// - Returns: whether ``blocks`` changed.
    public func refresh() throws(RecordingError) -> Bool {
        guard store.refresh() else { return false }
        let before = blocks
        if blocks.last?.condition == .torn {
            blocks.removeLast()
            headers.removeLast()
        }
        walk.resume()
        try walkOn()
        return blocks != before
    }

    private func walkOn() throws(RecordingError) {
        fileSize = store.size
        while let found = try walk.next() {
            blocks.append(found.info)
            headers.append(found.header)
            if found.info.condition == .torn { break }
        }
        warnings = walk.warnings
        zero = headers.lazy.compactMap { $0 }.first?.startTime ?? 0
        if isFinished, summary == nil { try readSummary() }
        setTimes()
    }

    /// The summary's time zero wins, since the first block may be damaged.
    private func readSummary() throws(RecordingError) {
        guard let last = blocks.indices.last, blocks[last].isLast else { return }
        let raw = try rawBlock(last)
        if let body = raw.summary, body.count > SummaryRecord.digestSize {
            let read = raw.buffer.withUnsafeBytes {
                SummaryRecord.read(UnsafeRawBufferPointer(rebasing: $0[body]))
            }
            guard let read else { return warn(.badSummary, last) }
            summary = read.summary
            zero = read.zero
        } else if blocks.count == 1, raw.findings.isEmpty {
            var builder = SummaryBuilder(zero: zero)
            Self.add(raw, to: &builder)
            summary = builder.summary
        }
    }

    private func warn(_ reason: RecordingWarning.Reason, _ index: Int) {
        warnings.append(warning(reason, block: index))
    }

    private func setTimes() {
        var last: Int64 = 0
        for index in blocks.indices {
            let start = headers[index]?.startTime ?? zero
            let time = start > zero ? Int64((start - zero) / Format.nanosecondsPerMillisecond) : 0
            last = max(last, time)
            blocks[index].startTime = SessionTime(milliseconds: last)
        }
    }

    // MARK: Blocks

    /// Decodes a block. A damaged one comes back as a gap event with warnings; it throws only if reading fails.
    public func block(_ index: Int) throws(RecordingError) -> DecodedBlock {
        let raw = try rawBlock(index)
        let info = blocks[index]
        var block = DecodedBlock(startOffset: info.startOffset, startTime: info.startTime)
        block.fill(from: raw, meaning: RecordMeaning(startedAt: startedAt))
        block.warnings = raw.findings.map { warning($0, block: index) }
        return block
    }

    private var startedAt: Int64 { Int64(clamping: zero / Format.nanosecondsPerMillisecond) }

    func warning(_ reason: RecordingWarning.Reason, block index: Int) -> RecordingWarning {
        RecordingWarning(path: path, offset: blocks[index].position, reason: reason)
    }

    /// A block's canonical events; where it is lost, a gap.
    func rawBlock(_ index: Int) throws(RecordingError) -> RawBlock {
        guard blocks.indices.contains(index) else {
            throw .noSuchBlock(path: path, index: index, count: blocks.count)
        }
        let info = blocks[index]
        let decoder = BlockDecoder(zero: zero)
        guard info.condition != .hole, let header = headers[index] else {
            return decoder.gap(
                bytes: try missingBytes(index), offset: info.startOffset.value, time: info.startTime.milliseconds,
                findings: [.noBlock(bytes: info.size)])
        }
        let size = Int(
            min(max(info.size, UInt64(Format.headerSize)) - UInt64(Format.headerSize), UInt64(Format.decodedLimit)))
        let payload = try store.read(at: info.position + UInt64(Format.headerSize), count: size)
        let raw = decoder.decode(header: header, payload: payload, isTorn: info.condition == .torn)
        guard raw.isLost else { return raw }
        return decoder.gap(
            bytes: try missingBytes(index), offset: info.startOffset.value, time: info.startTime.milliseconds,
            findings: raw.findings)
    }

    /// Output bytes between the place of a lost block and the next one.
    private func missingBytes(_ index: Int) throws(RecordingError) -> UInt64 {
        guard index + 1 < blocks.count, let next = headers[index + 1] else { return 0 }
        var start = blocks[index].startOffset.value
        if blocks[index].condition == .hole, index > 0, blocks[index - 1].condition == .whole {
            start = max(start, try rawBlock(index - 1).endOffset ?? start)
        }
        return next.startOffset > start ? next.startOffset - start : 0
    }

    // MARK: Facts

    /// The facts of the whole file, from its summary or from one pass over all blocks.
    public func index() throws(RecordingError) -> Summary {
        if let summary { return summary }
        var builder = SummaryBuilder(zero: zero)
        for index in blocks.indices { Self.add(try rawBlock(index), to: &builder) }
        return builder.summary
    }

    private static func add(_ raw: RawBlock, to builder: inout SummaryBuilder) {
        raw.buffer.withUnsafeBytes { buffer in
            for event in raw.events { builder.add(event, body: event.body(in: buffer)) }
        }
    }

    /// Bytes that all blocks say they decode to, as a measure of work.
    var claimedSize: UInt64 { blocks.reduce(0) { $0 &+ UInt64($1.decodedSize) } }

    /// Gives a file that takes this one's place the same mode.
    func copyMode(to file: borrowing RecordingFile) {
        if let status = store.status { file.copyMode(of: status) }
    }
}
