extension FinishedBlock {
    /// What may be chosen freely when the records are written: a reader needs to know none of it.
    struct Layout: Hashable {
        /// Times of DATA records are rounded down to 2^this nanoseconds (24: 17 ms), since the columns have the exact
        /// ones and random digits cost bytes.
        var timeBits: UInt64 = 24
        var usesEndMark = true
    }

    /// The block's records. The window must be closed.
    func records(_ layout: Layout, closing: RecordBody?) -> Records {
        var writer = Records(
            sink: ByteSink(capacity: size + 4096), zero: zero, mask: ~((1 << layout.timeBits) - 1))
        for part in parts {
            if part.isOutput {
                writer.data(part, output.bytes)
            } else {
                writer.other(part, part.body(in: bodies.bytes))
            }
        }
        if input.count > 0 { writer.other(RawEvent(tag: Format.Tag.input, time: lastTime), input.bytes) }
        appendEnd(to: &writer, layout, closing: closing)
        return writer
    }

    /// Timing columns and the closing record; in one record where the digest is all that the latter says.
    private func appendEnd(to writer: inout Records, _ layout: Layout, closing: RecordBody?) {
        let columns = steps.isEmpty ? ByteSink() : timingColumns(usesEndMark: layout.usesEndMark)
        if var closing, closing.kind == Format.Extension.summary, closing.bytes.count == SummaryRecord.digestSize,
            columns.count > 0
        {
            closing.bytes = columns.array() + closing.bytes
            var event = Self.marker(closing.kind, lastTime)
            event.version = Format.Extension.summaryWithTiming
            return closing.bytes.withUnsafeBytes { writer.other(event, $0) }
        }
        if columns.count > 0 { writer.other(Self.marker(Format.Extension.timing, lastTime), columns.bytes) }
        if let closing {
            closing.bytes.withUnsafeBytes { writer.other(Self.marker(closing.kind, lastTime), $0) }
        }
    }

    private static func marker(_ kind: UInt8, _ time: Int64) -> RawEvent {
        RawEvent(tag: Format.Tag.input, kind: kind, version: Format.Extension.version, time: time)
    }

    /// Writes records whose times never run backwards.
    struct Records: ~Copyable {
        private(set) var sink: ByteSink
        private let zero: UInt64
        private let mask: UInt64
        private(set) var count = 0
        private var last: UInt64 = 0

        fileprivate init(sink: consuming ByteSink, zero: UInt64, mask: UInt64) {
            self.sink = sink
            self.zero = zero
            self.mask = mask
            last = zero
        }

        private mutating func head(_ part: Part, mask: UInt64) {
            let exact = zero &+ UInt64(clamping: part.time) &* Format.nanosecondsPerMillisecond
            last = max(last, exact & mask)
            sink.append(part.tag)
            sink.append(part.kind)
            sink.append(part.version)
            sink.append(UInt8(0))
            sink.append(last)
            count += 1
        }

        fileprivate mutating func data(_ part: Part, _ output: UnsafeRawBufferPointer) {
            head(part, mask: mask)
            sink.append(part.offset)
            sink.append(UInt32(clamping: part.count))
            sink.append(part.body(in: output))
        }

        fileprivate mutating func other(_ part: Part, _ body: UnsafeRawBufferPointer) {
            head(part, mask: part.isInput ? mask : ~0)
            if part.tag == Format.Tag.input { sink.append(UInt32(clamping: body.count)) }
            sink.append(body)
        }
    }

    /// The body of the timing record, as `TimingColumns` describes it.
    private func timingColumns(usesEndMark: Bool) -> ByteSink {
        let mark = usesEndMark ? EndMark.commonest(of: reads, in: output.bytes) : []
        var sink = ByteSink(capacity: 64 + steps.count * 4)
        sink.appendVarint(UInt64(mark.count))
        sink.append(mark)
        mark.withUnsafeBytes { appendLengths(to: &sink, mark: $0) }
        sink.appendVarint(UInt64(order.count))
        for entry in order { sink.appendVarint(entry) }
        for step in steps { sink.appendVarint(step) }
        for length in inputLengths { sink.appendVarint(length) }
        return sink
    }

    private func appendLengths(to sink: inout ByteSink, mark: UnsafeRawBufferPointer) {
        var start = 0
        for read in reads {
            let length = abs(read)
            let bytes = UnsafeRawBufferPointer(rebasing: output.bytes[start..<start + length])
            if read < 0 {
                sink.appendVarint(0)
            } else if TimingColumns.end(of: mark, in: bytes) == length {
                sink.appendVarint(1)
            } else {
                sink.appendVarint(UInt64(length) + 1)
            }
            start += length
        }
    }
}
