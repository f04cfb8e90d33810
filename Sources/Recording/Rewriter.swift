/// Carries all events of a recording over into large blocks.
struct Rewriter: ~Copyable {
    /// Output bytes after which a block is closed. Larger ones gain little and make jumps slower.
    private static let blockSize = 1 << 20

    private let reader: RecordingReader
    private let plan: CompressionPlan
    private var digest = EventDigest()
    private var builder: SummaryBuilder
    private var sizes: [Summary.BlockSize] = []
    private var block: FinishedBlock
    private var offset: UInt64 = 0

    init(reader: RecordingReader, plan: CompressionPlan) {
        self.reader = reader
        self.plan = plan
        builder = SummaryBuilder(zero: reader.zero)
        block = FinishedBlock(zero: reader.zero, startOffset: 0, time: 0)
    }

    /// Writes all blocks; returns the digest over all events.
    mutating func run(into file: inout RecordingFile, acceptsDamage: Bool) throws(RecordingError) -> [UInt8] {
        for index in reader.blocks.indices {
            let raw = try reader.rawBlock(index)
            if let finding = raw.findings.first, !acceptsDamage {
                throw .damaged(path: reader.path, warning: reader.warning(finding, block: index))
            }
            try jump(to: reader.blocks[index], isLost: raw.isLost, into: &file)
            try copy(raw, index, into: &file, checksDigests: !acceptsDamage)
        }
        let value = digest.value
        let body = SummaryRecord.body(digest: value, builder: builder, blocks: sizes, zero: reader.zero)
        try close(with: RecordBody(extension: Format.Extension.summary, bytes: body), isLast: true, into: &file)
        return value
    }

    /// After a gap the offsets go on where the old file's do, so that anchors stay true.
    private mutating func jump(
        to info: BlockInfo, isLost: Bool, into file: inout RecordingFile
    ) throws(RecordingError) {
        guard !isLost, info.startOffset.value > offset else { return }
        offset = info.startOffset.value
        if block.isEmpty {
            block = FinishedBlock(zero: reader.zero, startOffset: offset, time: block.lastTime)
        } else {
            try close(with: nil, isLast: false, into: &file)
        }
    }

    private mutating func copy(
        _ raw: RawBlock, _ index: Int, into file: inout RecordingFile, checksDigests: Bool
    ) throws(RecordingError) {
        var next = raw.digests.startIndex
        for position in 0...raw.events.count {
            while next < raw.digests.endIndex, raw.digests[next].eventCount == position {
                try check(raw, raw.digests[next].body, index, checksDigests)
                next += 1
            }
            guard position < raw.events.count else { break }
            add(raw.events[position], raw)
            if block.size >= Self.blockSize { try close(with: nil, isLast: false, into: &file) }
        }
        guard let summary = raw.summary, summary.count >= SummaryRecord.digestSize else { return }
        try check(raw, summary.prefix(SummaryRecord.digestSize), index, checksDigests)
    }

    private func check(
        _ raw: RawBlock, _ recorded: Range<Int>, _ index: Int, _ isAsked: Bool
    ) throws(RecordingError) {
        guard isAsked, digest.value != Array(raw.buffer[recorded]) else { return }
        throw .digestMismatch(path: reader.path, offset: reader.blocks[index].position)
    }

    private mutating func add(_ event: RawEvent, _ raw: borrowing RawBlock) {
        var straight = event
        straight.time = max(event.time, block.lastTime)
        straight.offset = offset
        raw.buffer.withUnsafeBytes { buffer in
            let body = event.body(in: buffer)
            digest.add(straight, body: body)
            builder.add(straight, body: body)
            block.add(straight, body: body)
        }
        if event.isOutput { offset += UInt64(event.count) }
    }

    /// Writes the block and begins the next.
    private mutating func close(
        with closing: RecordBody?, isLast: Bool, into file: inout RecordingFile
    ) throws(RecordingError) {
        block.closeWindow()
        let record = closing ?? RecordBody(extension: Format.Extension.digest, bytes: digest.value)
        guard let sealed = smallest(record, isLast: isLast) else { throw .compression(path: file.path) }
        try file.append(sealed.bytes.bytes)
        sizes.append(sealed.sizes)
        block = FinishedBlock(zero: reader.zero, startOffset: offset, time: block.lastTime)
    }

    private func smallest(_ closing: RecordBody, isLast: Bool) -> SealedBlock? {
        let first = plan.first(for: block.size)
        var layout = FinishedBlock.Layout()
        guard var best = sealed(layout, closing, isLast, [first]) else { return nil }
        for other in plan.layouts(for: block.size).dropFirst() {
            guard let sealed = sealed(other, closing, isLast, [first]) else { return nil }
            if sealed.bytes.count < best.bytes.count {
                best = sealed
                layout = other
            }
        }
        let others = plan.others(for: block.size)
        guard !others.isEmpty, let sealed = sealed(layout, closing, isLast, others) else { return best }
        if sealed.bytes.count < best.bytes.count { best = sealed }
        return best
    }

    private func sealed(
        _ layout: FinishedBlock.Layout, _ closing: RecordBody, _ isLast: Bool, _ parameters: [Brotli.Parameters]
    ) -> SealedBlock? {
        let records = block.records(layout, closing: closing)
        let time = UInt64(clamping: block.firstTime ?? block.lastTime)
        return SealedBlock(
            records: records.sink.bytes, count: records.count,
            startTime: reader.zero &+ time &* Format.nanosecondsPerMillisecond, startOffset: block.startOffset,
            isLast: isLast, trying: parameters)
    }
}
