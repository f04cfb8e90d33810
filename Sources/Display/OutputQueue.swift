/// Bytes that the terminal hasn't taken yet, in order.
struct OutputQueue {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        if start > 0, start == bytes.count { removeAll() }
        bytes.append(contentsOf: more)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    /// Hands what waits to `write`, which returns how much it took.
    mutating func drain(_ write: (UnsafeRawBufferPointer) -> Int) {
        guard count > 0 else { return }
        start += bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        if start == bytes.count { removeAll() }
    }
}
