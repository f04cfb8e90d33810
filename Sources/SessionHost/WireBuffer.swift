/// Little-endian numbers, strings and byte runs, as the protocol's messages are made of.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ buffer: UnsafeRawBufferPointer) { bytes.append(contentsOf: buffer) }

    mutating func run(_ run: some Collection<UInt8>) {
        number(UInt32(run.count))
        bytes.append(contentsOf: run)
    }

    mutating func string(_ string: String) { run(string.utf8) }

    /// Overwrites a number written earlier, such as a length.
    mutating func patch(_ value: UInt32, at offset: Int) {
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte))) }
    }
}

/// Reads what ``WireWriter`` wrote; nil at the first thing that isn't there.
struct WireReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    mutating func number<T: FixedWidthInteger>(_: T.Type = T.self) -> T? {
        let width = MemoryLayout<T>.size
        guard remaining >= width else { return nil }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position - bytes.startIndex, as: T.self) }
        position += width
        return T(littleEndian: value)
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func run() -> ArraySlice<UInt8>? {
        guard let count = number(UInt32.self) else { return nil }
        return take(Int(count))
    }

    mutating func string() -> String? { run().map { String(decoding: $0, as: UTF8.self) } }
}
