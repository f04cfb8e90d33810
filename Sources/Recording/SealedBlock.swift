/// A block ready for the file: header and compressed payload.
struct SealedBlock: ~Copyable {
    let bytes: ByteSink
    let sizes: Summary.BlockSize

    /// Compresses the records and puts the header before them; nil if the compressor refuses.
    init?(
        records: UnsafeRawBufferPointer, count: Int, startTime: UInt64, startOffset: UInt64, isLast: Bool,
        trying parameters: [Brotli.Parameters]
    ) {
        guard let payload = Self.smallest(records, parameters) else { return nil }
        var header = BlockHeader(
            startTime: startTime, startOffset: startOffset, decodedSize: UInt32(clamping: records.count),
            payloadSize: UInt32(clamping: payload.count), recordCount: UInt32(clamping: count), flags: isLast ? 1 : 0)
        header.checksum = header.computedChecksum(payload: payload.bytes)
        var sink = ByteSink(capacity: Format.headerSize + payload.count)
        header.append(to: &sink)
        sink.append(payload.bytes)
        sizes = Summary.BlockSize(compressed: header.payloadSize, decoded: header.decodedSize)
        bytes = sink
    }

    private static func smallest(
        _ records: UnsafeRawBufferPointer, _ parameters: [Brotli.Parameters]
    ) -> ByteSink? {
        guard let first = parameters.first else { return nil }
        var best = ByteSink(capacity: 256 + records.count / 4)
        guard Brotli.compress(records, first, into: &best) else { return nil }
        for choice in parameters.dropFirst() {
            var sink = ByteSink(capacity: 256 + records.count / 4)
            guard Brotli.compress(records, choice, into: &sink) else { return nil }
            if sink.count < best.count { best = sink }
        }
        return best
    }
}
