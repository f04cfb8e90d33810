/// The 44 bytes before a block's payload.
struct BlockHeader: Hashable {
    /// Wall clock of the first event, nanoseconds since 1970.
    var startTime: UInt64
    /// Output bytes before the block.
    var startOffset: UInt64
    var decodedSize: UInt32
    var payloadSize: UInt32
    var recordCount: UInt32
    var isLast: Bool
    /// CRC-32C of header (with this field zero) and payload; zero: none.
    var checksum: UInt32 = 0

    func append(to sink: inout ByteSink) {
        sink.append(Format.magic)
        sink.append(Format.version)
        sink.append(Format.claimedHeaderSize)
        sink.append(startTime)
        sink.append(startOffset)
        sink.append(decodedSize)
        sink.append(payloadSize)
        sink.append(recordCount)
        sink.append(UInt8(isLast ? 1 : 0))
        sink.append(checksum)
        sink.append(UInt16(0))
        sink.append(UInt8(0))
    }

    enum Finding: Hashable {
        case header(BlockHeader)
        case version(UInt16)
        case none
    }

    /// Looks for a header at the start of the bytes. Only what version 1 fixes is asked of it.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Finding {
        var source = ByteSource(bytes)
        guard bytes.count >= Format.headerSize, source.read(UInt32.self) == Format.magic,
            let version = source.read(UInt16.self), source.read(UInt16.self) != nil
        else { return .none }
        guard version <= Format.version else { return .version(version) }
        guard let time = source.read(UInt64.self), let offset = source.read(UInt64.self),
            let decoded = source.read(UInt32.self), let payload = source.read(UInt32.self),
            let records = source.read(UInt32.self), let flags = source.read(UInt8.self),
            let checksum = source.read(UInt32.self)
        else { return .none }
        return .header(
            BlockHeader(
                startTime: time, startOffset: offset, decodedSize: decoded, payloadSize: payload,
                recordCount: records, isLast: flags & 1 == 1, checksum: checksum))
    }

    /// The checksum over this header, taken without one, and the payload.
    func computedChecksum(payload: UnsafeRawBufferPointer) -> UInt32 {
        var plain = self
        plain.checksum = 0
        var sink = ByteSink(capacity: Format.headerSize)
        plain.append(to: &sink)
        var crc = CRC32C()
        crc.update(sink.bytes)
        crc.update(payload)
        return crc.value
    }

    /// Whether the payload is what was written; true for a block without a checksum.
    func agrees(payload: UnsafeRawBufferPointer) -> Bool {
        checksum == 0 || checksum == computedChecksum(payload: payload)
    }
}
