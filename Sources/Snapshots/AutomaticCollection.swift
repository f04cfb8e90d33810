import Glibc

/// Collections that nobody asked for: of each store once in a while, or as soon as there is much to free. One whose workspace
/// is being worked in waits for the session's end, but not for ever.
public struct AutomaticCollection {
    public struct Limits: Hashable, Sendable {
        /// Milliseconds from one to the next.
        public var interval: Int64
        /// Bytes of garbage for which it doesn't wait so long.
        public var garbage: UInt64

        public init(interval: Int64, garbage: UInt64) {
            self.interval = interval
            self.garbage = garbage
        }
    }

    /// So many intervals after the last one, a store is collected even while a session works in its workspace.
    private static let patience: Int64 = 7

    private let archive: SnapshotArchive
    private let limits: Limits

    public init(_ archive: SnapshotArchive, limits: Limits) {
        self.archive = archive
        self.limits = limits
    }

    /// Collects what is due.
    /// - Parameters:
    ///   - running: sessions that run.
    ///   - now: milliseconds since 1970.
    /// - Returns: what went wrong. One workspace's disk may be absent: the others' stores are collected all the same.
    public func run(running: Set<String>, now: Int64) throws(SnapshotError) -> [String] {
        var problems: [String] = []
        for store in try archive.stores() {
            do throws(SnapshotError) {
                guard try isDue(store, running: running, now: now) else { continue }
                _ = try StoreCollection(store, archive: archive).run(GarbageRequest(isAutomatic: true))
            } catch {
                // Another collection is at it, which does as well.
                if case .busy = error { continue }
                problems.append("\(store.workspace): nothing was freed: \(error)")
            }
        }
        return problems
    }

    func isDue(_ store: SnapshotStore, running: Set<String>, now: Int64) throws(SnapshotError) -> Bool {
        let last = try StoreCollection(store, archive: archive).lastEnd()
        // A clock that was put back far must not keep it from ever being done.
        let age = abs(now - last)
        let (wait, isOver) = limits.interval.multipliedReportingOverflow(by: Self.patience)
        if age >= (isOver ? Int64.max : wait) { return true }
        guard try running.isDisjoint(with: SnapshotRecords(store).sessions()) else { return false }
        if age >= limits.interval { return true }
        return try GarbageMark(store).bytes >= limits.garbage
    }
}
