/// From a block's bytes in the file to its events.
struct BlockDecoder {
    /// Wall clock at time zero, nanoseconds since 1970.
    let zero: UInt64

    /// Whatever the bytes are, this returns; a block that can't be relied on comes back lost.
    func decode(header: BlockHeader, payload: [UInt8], isTorn: Bool) -> RawBlock {
        guard UInt64(header.decodedSize) <= UInt64(Format.decodedLimit) else {
            return lost(.tooLarge(claimed: UInt64(header.decodedSize)))
        }
        if !isTorn, !payload.withUnsafeBytes({ header.agrees(payload: $0) }) { return lost(.checksum) }
        let limit = Int(header.decodedSize)
        let (buffer, outcome) = payload.withUnsafeBytes { Brotli.decompress($0, limit: limit) }
        switch outcome {
        case .damaged where !isTorn, .torn where !isTorn: return lost(.badCompression)
        case .tooLarge: return lost(.length(expected: UInt64(limit), actual: UInt64(limit) + 1))
        default: break
        }
        var block = RecordParser.parse(buffer, zero: zero, startOffset: header.startOffset, isTorn: isTorn)
        if isTorn {
            block.findings = [.torn]
        } else if buffer.count != limit {
            block.findings.append(.length(expected: UInt64(limit), actual: UInt64(buffer.count)))
        }
        return block
    }

    private func lost(_ reason: RecordingWarning.Reason) -> RawBlock {
        var block = RawBlock(buffer: [])
        block.findings = [reason]
        block.isLost = true
        return block
    }

    /// What stands in the place of a lost block: one gap.
    func gap(bytes: UInt64, offset: UInt64, time: Int64, findings: [RecordingWarning.Reason]) -> RawBlock {
        let reason = findings.first.map { "\($0)" } ?? "damaged"
        let bodies = RecordBody.records(of: .gap(Gap(bytes: bytes, reason: reason)), offset: ByteOffset(offset))
        var block = RawBlock(buffer: bodies.first?.bytes ?? [])
        block.findings = findings
        block.isLost = true
        block.events = [
            RawEvent(
                tag: Format.Tag.input, kind: Format.Extension.gap, version: Format.Extension.version, time: time,
                offset: offset, count: block.buffer.count)
        ]
        return block
    }
}
