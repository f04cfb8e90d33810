import CPTY
import Synchronization

/// The bytes between the PTY and its two consumers (recorder and screen): written once, read in place by both.
///
/// Mapped twice in a row, so that no run is ever split. One thread writes; the consumers say how far they are. When both
/// have everything, writing starts again at the front, so that a quiet session touches few pages.
final class OutputRing: Sendable {
    let capacity: Int
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    /// Total bytes taken by each consumer.
    let recorded = Atomic<UInt64>(0)
    let shown = Atomic<UInt64>(0)
    /// Only the writing thread uses these.
    private nonisolated(unsafe) var written: UInt64 = 0
    private nonisolated(unsafe) var front: UInt64 = 0
    private nonisolated(unsafe) var highWater = 0

    /// - Parameter capacity: bytes, a multiple of the page size.
    init?(capacity: Int) {
        guard let base = ah_ring_map(capacity) else { return nil }
        self.base = base
        self.capacity = capacity
    }

    deinit { ah_ring_unmap(base, capacity) }

    var total: UInt64 { written }

    /// Bytes the slower consumer has still to take.
    var backlog: Int {
        Int(written - min(recorded.load(ordering: .acquiring), shown.load(ordering: .acquiring)))
    }

    var unshown: Int { Int(written - shown.load(ordering: .acquiring)) }

    /// Room to write into, in one run; empty when full.
    func writable(atMost limit: Int) -> UnsafeMutableRawBufferPointer {
        let backlog = self.backlog
        if backlog == 0 { front = written }
        let position = Int((written - front) % UInt64(capacity))
        return UnsafeMutableRawBufferPointer(start: base + position, count: min(limit, capacity - backlog))
    }

    /// - Returns: where the bytes lie, for ``bytes(at:count:)``.
    func commit(_ count: Int) -> Int {
        let position = Int((written - front) % UInt64(capacity))
        written += UInt64(count)
        highWater = max(highWater, Int(written - front))
        return position
    }

    /// Whether a flood has left pages behind that a quiet session needn't keep.
    var isStretched: Bool { highWater > Self.keptBytes }

    /// Gives them back. Not while output floods in, which would only fetch them again.
    ///
    /// - Returns: false while a consumer is still behind.
    func trim() -> Bool {
        guard backlog == 0 else { return false }
        front = written
        highWater = 0
        ah_ring_release(base, Self.keptBytes, capacity)
        return true
    }

    func bytes(at position: Int, count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + position, count: count)
    }

    /// Bytes at the front that stay resident when the ring is empty again.
    private static let keptBytes = 1 << 20
}
