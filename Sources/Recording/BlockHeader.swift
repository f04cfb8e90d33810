/// The 44 bytes before a block's payload.
struct BlockHeader: Hashable {
    /// Wall clock of the first event, nanoseconds since 1970.
    var startTime: UInt64
    /// Output bytes before the block.
    var startOffset: UInt64
    var decodedSize: UInt32
    var payloadSize: UInt32
    var recordCount: UInt32
    var flags: UInt8
    /// CRC-32C of header (with this field zero) and payload; zero: none.
    var checksum: UInt32 = 0
    /// As they were read, for the checksum.
    private var claimedSize = Format.claimedHeaderSize
    private var reserved: UInt32 = 0

    /// Whether it closes the file.
    var isLast: Bool { flags & 1 == 1 }

    init(
        startTime: UInt64, startOffset: UInt64, decodedSize: UInt32, payloadSize: UInt32, recordCount: UInt32,
        flags: UInt8
    ) {
        self.startTime = startTime
        self.startOffset = startOffset
        self.decodedSize = decodedSize
        self.payloadSize = payloadSize
        self.recordCount = recordCount
        self.flags = flags
    }

    func append(to sink: inout ByteSink) {
        sink.append(Format.magic)
        sink.append(Format.version)
        sink.append(claimedSize)
        sink.append(startTime)
        sink.append(startOffset)
        sink.append(decodedSize)
        sink.append(payloadSize)
        sink.append(recordCount)
        sink.append(flags)
        sink.append(checksum)
        sink.append(UInt16(truncatingIfNeeded: reserved))
        sink.append(UInt8(truncatingIfNeeded: reserved >> 16))
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
            let version = source.read(UInt16.self), let claimedSize = source.read(UInt16.self)
        else { return .none }
        guard version > 0 else { return .none }
        guard version <= Format.version else { return .version(version) }
        guard let time = source.read(UInt64.self), let offset = source.read(UInt64.self),
            let decoded = source.read(UInt32.self), let payload = source.read(UInt32.self),
            let records = source.read(UInt32.self), let flags = source.read(UInt8.self),
            let checksum = source.read(UInt32.self), let low = source.read(UInt16.self),
            let high = source.read(UInt8.self)
        else { return .none }
        var header = BlockHeader(
            startTime: time, startOffset: offset, decodedSize: decoded, payloadSize: payload, recordCount: records,
            flags: flags)
        header.checksum = checksum
        header.claimedSize = claimedSize
        header.reserved = UInt32(low) | UInt32(high) << 16
        return .header(header)
    }

    /// The checksum over this header, taken without one, and the payload.
    func computedChecksum(payload: UnsafeRawBufferPointer) -> UInt32 {
        computedChecksum { $0.update(payload) }
    }

    /// The checksum over this header, taken without one, and a payload that lies in several pieces.
    func computedChecksum(addingPayload: (inout CRC32C) -> Void) -> UInt32 {
        var plain = self
        plain.checksum = 0
        var sink = ByteSink(capacity: Format.headerSize)
        plain.append(to: &sink)
        var crc = CRC32C()
        crc.update(sink.bytes)
        addingPayload(&crc)
        return crc.value
    }

    /// Whether the payload is what was written; true for a block without a checksum.
    func agrees(payload: UnsafeRawBufferPointer) -> Bool {
        checksum == 0 || checksum == computedChecksum(payload: payload)
    }
}
