/// Bytes that wait for a descriptor to take them, in order.
struct PendingBytes {
    private var bytes: [UInt8] = []
    private var start = 0
    /// How many may wait before the source is held back.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { start == bytes.count }
    var hasRoom: Bool { bytes.count - start < limit }

    mutating func append(_ new: [UInt8]) { bytes += new }
    mutating func append(_ new: UnsafeRawBufferPointer) { bytes.append(contentsOf: new) }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    mutating func drop(_ count: Int) {
        start += count
        if start == bytes.count { removeAll() }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= limit * 2)
        start = 0
    }
}
