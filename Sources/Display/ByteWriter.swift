/// A cursor into the encoder's output memory. The memory is the caller's: it hands it in and takes it back with ``base``.
///
/// `put` and its kin write without a check: ``reserve(_:)`` room for a row at a time, so that the loop over cells has
/// neither bounds checks nor reference counts.
struct ByteWriter {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private(set) var cursor: UnsafeMutablePointer<UInt8>
    /// For each number below 256 its digits and a semicolon, in memory order, and how many bytes that is.
    let numbers: UnsafePointer<UInt32>

    init(base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.base = base
        self.capacity = capacity
        cursor = base
        numbers = Self.numberTable
    }

    var count: Int { cursor - base }

    mutating func reserve(_ more: Int) {
        let used = count
        guard used + more > capacity else { return }
        let larger = max(capacity * 2, used + more)
        let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        fresh.update(from: base, count: used)
        base.deallocate()
        (base, capacity, cursor) = (fresh, larger, fresh + used)
    }

    mutating func truncate(to count: Int) { cursor = base + count }

    /// Bytes were written up to here by other means, within what was reserved.
    mutating func advance(to end: UnsafeMutablePointer<UInt8>) { cursor = end }

    @inline(__always) mutating func put(_ byte: UInt8) {
        cursor.pointee = byte
        cursor += 1
    }

    @inline(__always) mutating func put(_ first: UInt8, _ second: UInt8) {
        cursor[0] = first
        cursor[1] = second
        cursor += 2
    }

    @inline(__always) mutating func put(_ text: StaticString) {
        cursor.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        cursor += text.utf8CodeUnitCount
    }

    /// Reserves for itself, since its length is not bounded by the row.
    mutating func put(bytes: some Sequence<UInt8>) {
        for byte in bytes {
            reserve(1)
            put(byte)
        }
    }

    /// `ESC [`.
    @inline(__always) mutating func control() { put(0x1B, 0x5B) }

    /// A number below 256 and a semicolon.
    @inline(__always) mutating func parameter(_ value: UInt8) {
        let word = numbers[Int(value)]
        UnsafeMutableRawPointer(cursor).storeBytes(of: word, as: UInt32.self)
        cursor += value < 10 ? 2 : value < 100 ? 3 : 4
    }

    /// Takes back the semicolon after the last parameter and ends the sequence.
    @inline(__always) mutating func end(_ final: UInt8) { (cursor - 1).pointee = final }

    mutating func decimal(_ value: Int) {
        if value >= 10 { decimal(value / 10) }
        put(0x30 + UInt8(truncatingIfNeeded: value % 10))
    }

    /// `ESC [ value final`; a value of 1 is left out.
    mutating func control(_ value: Int, _ final: UInt8) {
        control()
        if value != 1 { decimal(value) }
        put(final)
    }

    /// `ESC [ value intermediate final`.
    mutating func control(_ value: Int, _ intermediate: UInt8, _ final: UInt8) {
        control()
        decimal(value)
        put(intermediate, final)
    }

    /// The UTF-8 of a scalar; what is no scalar value becomes U+FFFD.
    @inline(__always) mutating func put(scalar value: UInt32) {
        if value < 0x80 {
            put(UInt8(truncatingIfNeeded: value))
        } else {
            putLong(value > 0x10_FFFF || value & 0xFFFF_F800 == 0xD800 ? 0xFFFD : value)
        }
    }

    @inline(__always) private mutating func putLong(_ value: UInt32) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | value >> shift & 0x3F) }
        if value < 0x800 {
            put(UInt8(truncatingIfNeeded: 0xC0 | value >> 6), tail(0))
        } else if value < 0x10000 {
            put(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
            put(tail(6), tail(0))
        } else {
            put(UInt8(truncatingIfNeeded: 0xF0 | value >> 18), tail(12))
            put(tail(6), tail(0))
        }
    }

    /// Immutable once made, and never freed.
    nonisolated(unsafe) private static let numberTable: UnsafePointer<UInt32> = {
        let table = UnsafeMutablePointer<UInt32>.allocate(capacity: 256)
        for value in 0..<256 {
            let bytes = Array("\(value);".utf8) + [0, 0]
            table[value] = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }.littleEndian
        }
        return UnsafePointer(table)
    }()
}
