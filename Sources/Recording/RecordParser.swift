/// Takes a block's decoded bytes apart into records, then puts exact reads in place of coarse ones.
struct RecordParser {
    /// Wall clock at time zero, nanoseconds since 1970.
    let zero: UInt64
    /// Then what there is of a cut DATA record counts as one.
    private let isTorn: Bool
    private var data: [RawEvent] = []
    private var inputs: [RawEvent] = []
    private var others: [RawEvent] = []
    private var inOrder: [RawEvent] = []
    private var timing: Range<Int>?
    private var offset: UInt64
    private var block: RawBlock

    private init(zero: UInt64, startOffset: UInt64, buffer: [UInt8], isTorn: Bool) {
        self.zero = zero
        self.isTorn = isTorn
        offset = startOffset
        block = RawBlock(buffer: buffer)
    }

    /// The events of a block; whatever it holds, this returns.
    ///
    /// - Parameter isTorn: whether the end of the block is missing.
    static func parse(_ buffer: [UInt8], zero: UInt64, startOffset: UInt64, isTorn: Bool) -> RawBlock {
        var parser = RecordParser(zero: zero, startOffset: startOffset, buffer: buffer, isTorn: isTorn)
        buffer.withUnsafeBytes { bytes in
            parser.readRecords(bytes)
            parser.applyTiming(bytes, startOffset: startOffset)
            parser.straightenTimes()
        }
        return parser.block
    }

    private mutating func readRecords(_ bytes: UnsafeRawBufferPointer) {
        var source = ByteSource(bytes)
        while !source.isAtEnd {
            guard inOrder.count < Format.recordLimit, others.count < Format.eventLimit else {
                block.findings.append(.tooManyRecords)
                return
            }
            let start = source.position
            guard let tag = source.read(UInt8.self), let kind = source.read(UInt8.self),
                let version = source.read(UInt8.self), source.read(UInt8.self) != nil,
                let timestamp = source.read(UInt64.self)
            else {
                block.findings.append(.cutRecord(tag: bytes[start]))
                return
            }
            guard tag <= Format.Tag.snapshot else {
                block.findings.append(.unknownTag(tag))
                return
            }
            guard let body = body(of: tag, in: &source) else {
                block.findings.append(.cutRecord(tag: tag))
                return
            }
            add(
                RawEvent(
                    tag: tag, kind: tag == Format.Tag.input ? kind : 0, version: tag == Format.Tag.input ? version : 0,
                    time: milliseconds(timestamp), offset: offset, start: body.lowerBound, count: body.count))
        }
    }

    private func body(of tag: UInt8, in source: inout ByteSource) -> Range<Int>? {
        switch tag {
        case Format.Tag.data:
            // Its start offset is that of the bytes before it; counting them serves damaged files too.
            guard source.skip(8) != nil, let count = source.read(UInt32.self) else { return nil }
            return source.skip(isTorn ? min(Int(count), source.remaining) : Int(count))
        case Format.Tag.resize: return source.skip(4)
        case Format.Tag.input:
            guard let count = source.read(UInt32.self) else { return nil }
            return source.skip(count)
        case Format.Tag.mark: return source.skip(8)
        default:
            let start = source.position
            guard source.skip(16) != nil, let count = source.read(UInt16.self), let label = source.skip(count)
            else { return nil }
            return start..<label.upperBound
        }
    }

    private func milliseconds(_ timestamp: UInt64) -> Int64 {
        timestamp > zero ? Int64((timestamp - zero) / Format.nanosecondsPerMillisecond) : 0
    }

    private mutating func add(_ event: RawEvent) {
        let body = event.start..<event.start + event.count
        let isKnown = event.version == Format.Extension.version
        if event.isOutput || event.isInput, event.count == 0 { return }
        if event.isOutput {
            offset &+= UInt64(event.count)
            data.append(event)
        } else if event.isExtension(Format.Extension.timing), isKnown {
            timing = body
            return
        } else if event.isExtension(Format.Extension.digest), isKnown {
            block.digests.append(.init(eventCount: inOrder.count, body: body))
            return
        } else if event.isExtension(Format.Extension.summary), isKnown {
            block.summary = body
            return
        } else if event.isExtension(Format.Extension.summary), event.version == Format.Extension.summaryWithTiming,
            body.count >= SummaryRecord.digestSize
        {
            block.summary = body.suffix(SummaryRecord.digestSize)
            timing = body.dropLast(SummaryRecord.digestSize)
            return
        } else if event.isInput {
            inputs.append(event)
        } else {
            others.append(event)
        }
        inOrder.append(event)
    }

    private mutating func applyTiming(_ bytes: UnsafeRawBufferPointer, startOffset: UInt64) {
        block.events = inOrder
        guard let timing else { return }
        var columns = TimingColumns(data: data, inputs: inputs, others: others, offset: startOffset)
        guard columns.read(UnsafeRawBufferPointer(rebasing: bytes[timing]), block: bytes) else {
            block.findings.append(.badTiming)
            return
        }
        block.events = columns.events
        // Only live blocks have digests between events, and those have no timing columns.
        for index in block.digests.indices { block.digests[index].eventCount = columns.events.count }
    }

    /// No event is before the one before it, so that whoever plays them needs no care.
    private mutating func straightenTimes() {
        var last: Int64 = 0
        var isStraight = true
        for index in block.events.indices {
            isStraight = isStraight && block.events[index].time >= last
            last = max(last, block.events[index].time)
            block.events[index].time = last
        }
        if !isStraight { block.findings.append(.order) }
    }
}
