import CChecksum

/// CRC-32C (Castagnoli) over several pieces, eight bytes a step: about 8 GB/s with the processor's own instruction, 2 GB/s
/// without.
struct CRC32C {
    private var state: UInt32 = ~0
    private let isNative: Bool

    /// - Parameter usesTables: as on a processor without the instruction.
    init(usesTables: Bool = false) { isNative = !usesTables && ah_crc32c_is_native() != 0 }

    /// The checksum. A file's field of zero means that there is none, hence 1 stands for 0 too.
    var value: UInt32 { ~state == 0 ? 1 : ~state }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if isNative {
            state = ah_crc32c_native(state, bytes.baseAddress, bytes.count)
        } else {
            updateByTables(bytes)
        }
    }

    private mutating func updateByTables(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        var index = 0
        Self.tables.withUnsafeBufferPointer { table in
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let low = UInt32(truncatingIfNeeded: word) ^ crc
                let high = UInt32(truncatingIfNeeded: word >> 32)
                crc = Self.fold(low, table, 7) ^ Self.fold(high, table, 3)
                index += 8
            }
            while index < bytes.count {
                crc = table[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[index])] ^ (crc >> 8)
                index += 1
            }
        }
        state = crc
    }

    /// Four bytes, the first through table `top`, the last through table `top - 3`.
    @inline(__always)
    private static func fold(_ word: UInt32, _ table: UnsafeBufferPointer<UInt32>, _ top: Int) -> UInt32 {
        table[top << 8 + Int(word & 0xff)] ^ table[(top - 1) << 8 + Int(word >> 8 & 0xff)]
            ^ table[(top - 2) << 8 + Int(word >> 16 & 0xff)] ^ table[(top - 3) << 8 + Int(word >> 24)]
    }

    /// Eight tables of 256: table k advances a byte by k further bytes of zero.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
            tables[byte] = crc
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 0xff)] ^ (before >> 8)
        }
        return tables
    }()
}
