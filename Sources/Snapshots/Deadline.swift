import Processes
import Synchronization

/// How long something may take, and whether it is still wanted. Asked between files, so that nothing is cut in half.
public struct Deadline: Sendable {
    /// Ends what was started with it, from any thread.
    public final class Cancellation: Sendable {
        private let flag = Atomic<Bool>(false)
        public init() {}
        public func cancel() { flag.store(true, ordering: .relaxed) }
        public var isCancelled: Bool { flag.load(ordering: .relaxed) }
    }

    private let end: UInt64
    private let cancellation: Cancellation?

    public static let never = Deadline(end: .max, cancellation: nil)

    private init(end: UInt64, cancellation: Cancellation?) {
        self.end = end
        self.cancellation = cancellation
    }

    public init(milliseconds: Int?, cancellation: Cancellation? = nil) {
        // Some decades at most, so that the sum fits.
        end = milliseconds.map { MonotonicClock.now() + UInt64(min(max(0, $0), 1 << 40)) * 1_000_000 } ?? .max
        self.cancellation = cancellation
    }

    public var isOver: Bool { cancellation?.isCancelled == true || (end != .max && MonotonicClock.now() >= end) }

    /// - Throws: `outOfTime` once it is over.
    public func check(_ doing: String) throws(SnapshotError) {
        if isOver { throw .outOfTime(doing) }
    }

    /// Milliseconds left for a wait; nil for ever.
    var milliseconds: Int? {
        guard end != .max else { return nil }
        let now = MonotonicClock.now()
        return now >= end ? 0 : Int((end - now) / 1_000_000) + 1
    }
}
