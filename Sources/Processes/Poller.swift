import CPTY
import Glibc

/// poll(2) over a small set that is rebuilt each round, without allocation once warm.
public struct Poller {
    private var entries: [pollfd] = []

    public init() {}

    public struct Interest: OptionSet, Sendable {
        public let rawValue: Int16
        public init(rawValue: Int16) { self.rawValue = rawValue }
        public static let read = Interest(rawValue: Int16(POLLIN))
        public static let write = Interest(rawValue: Int16(POLLOUT))
    }

    public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// - Returns: the index with which to ask for the result.
    @discardableResult
    public mutating func add(_ descriptor: Int32, _ interest: Interest) -> Int {
        entries.append(pollfd(fd: descriptor, events: interest.rawValue, revents: 0))
        return entries.count - 1
    }

    /// Waits until something is ready or `milliseconds` have passed (nil: for ever). False when nothing is.
    public mutating func wait(milliseconds: Int?) -> Bool {
        let timeout = milliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
        let count = entries.withUnsafeMutableBufferPointer { poll($0.baseAddress, nfds_t($0.count), timeout) }
        if count < 0 { for index in entries.indices { entries[index].revents = 0 } }
        return count > 0
    }

    /// Waits as ``wait(milliseconds:)`` does, but without sleeping for the first `nanoseconds`: what comes in that time is
    /// there some 50 µs sooner, since nobody has to be woken. For what is all but sure to come at once.
    public mutating func wait(milliseconds: Int?, awakeFor nanoseconds: UInt64) -> Bool {
        guard nanoseconds > 0, milliseconds != 0 else { return wait(milliseconds: milliseconds) }
        let end = MonotonicClock.now() + nanoseconds
        repeat {
            if wait(milliseconds: 0) { return true }
            ah_thread_yield()
        } while MonotonicClock.now() < end
        return wait(milliseconds: milliseconds)
    }

    /// In which nearly every program has answered a key, in nanoseconds.
    public static let echoTime: UInt64 = 400_000

    public func isReadable(_ index: Int) -> Bool {
        entries[index].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0
    }

    public func isWritable(_ index: Int) -> Bool {
        entries[index].revents & Int16(POLLOUT | POLLERR) != 0
    }

    /// The other end is gone.
    public func isHungUp(_ index: Int) -> Bool {
        entries[index].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
    }
}

/// Nanoseconds of the clock that never jumps.
public enum MonotonicClock {
    public static func now() -> UInt64 { ah_monotonic_ns() }
}

/// The wall clock, milliseconds since 1970.
public enum WallClock {
    public static func now() -> Int64 { Int64(ah_realtime_ns() / 1_000_000) }
}
