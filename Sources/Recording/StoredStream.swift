/// A Brotli stream that holds its bytes as they are: one uncompressed meta-block (RFC 7932, 9.2) and an empty last one.
///
/// The encoder can't be asked for it. Making it costs no more than the bytes' way to the file, and any decoder reads it.
enum StoredStream {
    /// Bytes that one stream holds at most: the length of a meta-block has 24 bits.
    static let limit = 1 << 24
    /// What comes after the bytes: an empty last meta-block.
    static let tail: UInt8 = 0b11

    /// What comes before the bytes. `count` is 1 … ``limit``.
    static func head(count: Int) -> [UInt8] {
        let nibbles = count <= 1 << 16 ? 4 : count <= 1 << 20 ? 5 : 6
        // From the lowest bit: a window of 2¹⁶ (0), not the last meta-block (0), the number of nibbles less 4 in two bits,
        // the length less one, uncompressed (1); the bytes start at the next whole byte.
        let bits = UInt64(nibbles - 4) << 2 | UInt64(count - 1) << 4 | 1 << (4 + 4 * UInt64(nibbles))
        return (0..<(4 * nibbles + 12) / 8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
    }
}
