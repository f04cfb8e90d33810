import Processes
import Recording

/// A session's own time: milliseconds since its start by the clock that never jumps.
struct SessionClock: Sendable {
    private let origin: UInt64
    /// The wall clock at time zero, milliseconds since 1970.
    let startedAt: Int64

    init() {
        origin = MonotonicClock.now()
        startedAt = WallClock.now()
    }

    func now() -> SessionTime {
        SessionTime(milliseconds: Int64((MonotonicClock.now() - origin) / 1_000_000))
    }
}
