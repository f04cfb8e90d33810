/// Reads numbers and runs of bytes from untrusted memory; what isn't there is nil, never a trap.
struct ByteSource {
    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.bytes = bytes
        self.position = min(max(0, position), bytes.count)
    }

    var remaining: Int { bytes.count - position }
    var isAtEnd: Bool { position >= bytes.count }

    mutating func read<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard remaining >= size else { return nil }
        defer { position += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// The next `count` bytes as a range of ``bytes``.
    mutating func skip(_ count: some BinaryInteger) -> Range<Int>? {
        guard count >= 0, count <= remaining else { return nil }
        let start = position
        position += Int(count)
        return start..<position
    }

    mutating func readVarint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, position < bytes.count {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    /// A length and so many bytes.
    mutating func readSized() -> Range<Int>? {
        guard let count = readVarint() else { return nil }
        return skip(count)
    }
}
