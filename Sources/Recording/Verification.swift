/// Proves that a recording is what its recorder wrote.
public enum Verification {
    public struct Report: Hashable, Sendable {
        public var path = ""
        /// Everything that is wrong, in file order.
        public var findings: [RecordingWarning] = []
        public var blocks = 0
        public var events: UInt64 = 0
        public var outputBytes: UInt64 = 0
        /// Digests in the file that agreed with its events.
        public var digests = 0
        /// The last one, 32 bytes.
        public var digest: [UInt8]?
        /// Whether the file is whole, in order, and all its digests agree.
        public var isIntact: Bool { findings.isEmpty && digest != nil }

        public init() {}
    }

    /// Reads the whole file. Throws only if it can't be read; what is wrong with it is in the report.
    public static func verify(path: String) throws(RecordingError) -> Report {
        try verify(RecordingReader.open(path: path))
    }

    public static func verify(_ reader: RecordingReader) throws(RecordingError) -> Report {
        var pass = VerificationPass(reader: reader)
        return try pass.run()
    }
}

/// One pass over a recording's blocks, in step with the digests in them.
struct VerificationPass {
    private let reader: RecordingReader
    private var report = Verification.Report()
    private var digest = EventDigest()
    private var builder: SummaryBuilder
    private var time: Int64 = 0
    private var offset: UInt64 = 0
    private var lastIsGap = false

    init(reader: RecordingReader) {
        self.reader = reader
        builder = SummaryBuilder(zero: reader.zero)
    }

    mutating func run() throws(RecordingError) -> Verification.Report {
        report.path = reader.path
        report.findings = reader.warnings
        report.blocks = reader.blocks.count
        for index in reader.blocks.indices { check(try reader.rawBlock(index), index) }
        if !reader.isFinished { find(.unfinished, at: reader.fileSize) }
        if reader.isFinished, report.digest == nil { find(.noDigest, at: reader.fileSize) }
        if let summary = reader.summary, !agrees(summary) { find(.badSummary, at: reader.fileSize) }
        report.outputBytes = builder.summary.outputBytes
        report.events = builder.summary.eventCount + builder.summary.readCount
        report.findings = Self.unique(report.findings)
        return report
    }

    private mutating func find(_ reason: RecordingWarning.Reason, at position: UInt64) {
        report.findings.append(RecordingWarning(path: reader.path, offset: position, reason: reason))
    }

    private mutating func check(_ raw: RawBlock, _ index: Int) {
        let info = reader.blocks[index]
        for finding in raw.findings { find(finding, at: info.position) }
        if info.condition != .hole, !raw.isLost, !isInOrder(info) { find(.order, at: info.position) }
        var next = raw.digests.startIndex
        for position in 0...raw.events.count {
            while next < raw.digests.endIndex, raw.digests[next].eventCount == position {
                compare(raw.buffer[raw.digests[next].body], info.position)
                next += 1
            }
            if position < raw.events.count { add(raw.events[position], raw) }
        }
        if let summary = raw.summary { compare(raw.buffer[summary].prefix(SummaryRecord.digestSize), info.position) }
        offset = raw.endOffset ?? info.startOffset.value
    }

    /// Blocks follow each other without a jump, unless a gap was recorded.
    private func isInOrder(_ info: BlockInfo) -> Bool {
        info.startOffset.value == offset || (lastIsGap && info.startOffset.value > offset)
    }

    private mutating func add(_ event: RawEvent, _ raw: RawBlock) {
        if event.time < time { find(.order, at: 0) }
        time = max(time, event.time)
        lastIsGap = event.isExtension(Format.Extension.gap)
        raw.buffer.withUnsafeBytes { buffer in
            let body = event.body(in: buffer)
            digest.add(event, body: body)
            builder.add(event, body: body)
        }
    }

    private mutating func compare(_ recorded: ArraySlice<UInt8>, _ position: UInt64) {
        let value = digest.value
        if recorded == value[...] {
            report.digests += 1
            report.digest = value
        } else {
            find(.digest, at: position)
        }
    }

    private func agrees(_ summary: Summary) -> Bool {
        var other = builder.summary
        other.blockSizes = summary.blockSizes
        let sizes = reader.blocks.dropLast().map {
            Summary.BlockSize(
                compressed: UInt32(clamping: Int64(clamping: $0.size) - Int64(Format.headerSize)),
                decoded: $0.decodedSize)
        }
        return other == summary && (summary.blockSizes.isEmpty || summary.blockSizes == sizes)
    }

    /// The walk and the blocks may tell of the same thing.
    private static func unique(_ findings: [RecordingWarning]) -> [RecordingWarning] {
        var seen: Set<RecordingWarning> = []
        return findings.filter { seen.insert($0).inserted }.sorted { $0.offset < $1.offset }
    }
}
