/// The closing record's body: the digest, and for a file of several blocks what a reader wants to know at once.
///
/// A file of one block says all of it in that block already, so there the digest stands alone: short sessions
/// are many, and would pay for it with a tenth of their size. Finished, such a file has its timing columns in the same
/// record, which is of version 2 then.
enum SummaryRecord {
    /// Size of a SHA-256.
    static let digestSize = 32

    /// - Parameter blocks: sizes of the blocks before the one that holds this record.
    static func body(digest: [UInt8], builder: SummaryBuilder, blocks: [Summary.BlockSize], zero: UInt64) -> [UInt8] {
        var sink = ByteSink()
        sink.append(digest)
        guard !blocks.isEmpty else { return sink.array() }
        let summary = builder.summary
        sink.append(zero)
        for number in [
            UInt64(clamping: summary.duration.milliseconds), summary.outputBytes, summary.readCount,
            summary.eventCount, summary.inputBytes, UInt64(blocks.count),
        ] {
            sink.appendVarint(number)
        }
        for block in blocks {
            sink.appendVarint(UInt64(block.compressed))
            sink.appendVarint(UInt64(block.decoded))
        }
        append(builder.facts, to: &sink)
        return sink.array()
    }

    /// Each fact: tag, kind, version, steps of time and offset, body.
    private static func append(_ facts: [(event: RawEvent, body: [UInt8])], to sink: inout ByteSink) {
        var time: Int64 = 0
        var offset: UInt64 = 0
        sink.appendVarint(UInt64(facts.count))
        for (event, body) in facts {
            sink.append([event.tag, event.kind, event.version])
            sink.appendVarint(UInt64(clamping: event.time - time))
            sink.appendVarint(event.offset &- offset)
            sink.appendVarint(UInt64(body.count))
            sink.append(body)
            time = max(time, event.time)
            offset = event.offset
        }
    }

    /// What a closing record of a file of several blocks says; nil if it is damaged.
    static func read(_ body: UnsafeRawBufferPointer) -> (summary: Summary, zero: UInt64)? {
        var source = ByteSource(body, at: digestSize)
        guard let zero = source.read(UInt64.self), let duration = source.readVarint(),
            let outputBytes = source.readVarint(), let readCount = source.readVarint(),
            let eventCount = source.readVarint(), let inputBytes = source.readVarint(),
            let blocks = readBlocks(&source)
        else { return nil }
        var builder = SummaryBuilder(zero: zero)
        guard readFacts(&source, into: &builder) else { return nil }
        builder.setTotals {
            $0.duration = SessionTime(milliseconds: Int64(clamping: duration))
            $0.outputBytes = outputBytes
            $0.readCount = readCount
            $0.eventCount = eventCount
            $0.inputBytes = inputBytes
            $0.blockSizes = blocks
        }
        return (builder.summary, zero)
    }

    private static func readBlocks(_ source: inout ByteSource) -> [Summary.BlockSize]? {
        guard let count = source.readVarint(), count <= UInt64(source.remaining) else { return nil }
        var blocks: [Summary.BlockSize] = []
        blocks.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let compressed = source.readVarint(), let decoded = source.readVarint() else { return nil }
            blocks.append(.init(compressed: UInt32(clamping: compressed), decoded: UInt32(clamping: decoded)))
        }
        return blocks
    }

    private static func readFacts(_ source: inout ByteSource, into builder: inout SummaryBuilder) -> Bool {
        guard let count = source.readVarint(), count <= UInt64(source.remaining) else { return false }
        var time: Int64 = 0
        var offset: UInt64 = 0
        for _ in 0..<min(count, UInt64(Format.eventLimit)) {
            guard let tag = source.read(UInt8.self), let kind = source.read(UInt8.self),
                let version = source.read(UInt8.self), let timeStep = source.readVarint(),
                let offsetStep = source.readVarint(), let body = source.readSized()
            else { return false }
            time = Int64(clamping: UInt64(time).addingReportingOverflow(timeStep).partialValue)
            offset &+= offsetStep
            let event = RawEvent(tag: tag, kind: kind, version: version, time: time, offset: offset)
            builder.addFact(event, body: UnsafeRawBufferPointer(rebasing: source.bytes[body]))
        }
        return true
    }
}
