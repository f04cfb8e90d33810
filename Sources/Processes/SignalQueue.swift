import CPTY
import Glibc

/// Signals as readable events (signalfd). Make it before any other thread starts: they inherit the blocked mask.
public final class SignalQueue {
    public let descriptor: Int32

    public init(_ signals: [Int32]) throws(ProcessError) {
        descriptor = try ProcessError.check(ah_signalfd(signals, signals.count), "watch", "signals")
    }

    deinit { close(descriptor) }

    /// The next signal that came, nil when there is none. Never waits.
    public func next() -> Int32? {
        let signal = ah_signalfd_read(descriptor)
        return signal == 0 ? nil : signal
    }
}

/// Wakes a poll loop from another thread (eventfd); many signals before one clear are one.
public final class WakeEvent: Sendable {
    public let descriptor: Int32

    public init() throws(ProcessError) {
        descriptor = try ProcessError.check(ah_eventfd(), "make", "a wake event")
    }

    deinit { close(descriptor) }

    public func signal() { ah_eventfd_signal(descriptor) }
    public func clear() { ah_eventfd_clear(descriptor) }
}
