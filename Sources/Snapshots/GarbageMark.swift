import Glibc

/// A store's note that something was deleted since the last collection, and about how many bytes that had added.
struct GarbageMark {
    private let path: String

    init(_ store: SnapshotStore) { path = store.garbageMark }

    var exists: Bool { access(path, F_OK) == 0 }

    /// An estimate: what others still need of it isn't freed, and of two that write at once one may be lost.
    var bytes: UInt64 {
        get throws(SnapshotError) {
            guard let text = try WholeFile.readIfThere(path) else { return 0 }
            return UInt64(String(decoding: text, as: UTF8.self).filter(\.isNumber)) ?? 0
        }
    }

    func add(_ bytes: UInt64) throws(SnapshotError) {
        let (sum, isOver) = try self.bytes.addingReportingOverflow(bytes)
        try WholeFile.replace(path, with: Array("\(isOver ? UInt64.max : sum)\n".utf8), durable: false)
    }

    func remove() { unlink(path) }
}
