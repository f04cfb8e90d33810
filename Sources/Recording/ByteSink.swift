import Glibc

/// A growing run of bytes in memory of its own: appended to by the piece, never copied when it is handed on.
///
/// An array would check and count references for each of the millions of reads of a bulk session.
struct ByteSink: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        base.deallocate()
    }

    /// Valid until the next append.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    func array() -> [UInt8] { [UInt8](bytes) }

    mutating func removeAll() { count = 0 }

    mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    mutating func append(_ piece: UnsafeRawBufferPointer) {
        guard let start = piece.baseAddress, piece.count > 0 else { return }
        reserve(piece.count)
        (base + count).copyMemory(from: start, byteCount: piece.count)
        count += piece.count
    }

    mutating func append(_ piece: [UInt8]) {
        piece.withUnsafeBytes { append($0) }
    }

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { append($0) }
    }

    /// Seven bits a byte, low ones first, the top bit set on all but the last.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes over bytes that are there already, as a length that is known late.
    mutating func patch(_ value: some FixedWidthInteger, at position: Int) {
        withUnsafeBytes(of: value.littleEndian) {
            guard let start = $0.baseAddress, position >= 0, position + $0.count <= count else { return }
            (base + position).copyMemory(from: start, byteCount: $0.count)
        }
    }
}
