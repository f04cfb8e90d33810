import Recording

/// Turns real time into session time while playing. Fed with a monotonic clock; looks at none itself.
public struct PlayheadClock: Hashable, Sendable {
    public private(set) var isPlaying = false
    /// Session time per real time.
    public private(set) var speed: Double = 1
    /// Milliseconds of session time after which a pause is cut short; nil plays pauses in full.
    public private(set) var idleLimit: Int64?
    /// Milliseconds, with the parts of one that are not yet due.
    private var position: Double = 0
    /// When `position` was right, in nanoseconds.
    private var reference: UInt64 = 0

    public init() {}

    public var time: SessionTime { SessionTime(milliseconds: Int64(position)) }

    /// Changes how it plays from now on.
    public mutating func set(playing: Bool, speed: Double, idleLimit: Int64?, at nanoseconds: UInt64) {
        if isPlaying { position += elapsed(until: nanoseconds) }
        reference = nanoseconds
        isPlaying = playing
        self.speed = speed.isFinite && speed > 0 ? speed : 1
        self.idleLimit = idleLimit
    }

    /// Goes on from another time.
    public mutating func move(to time: SessionTime, at nanoseconds: UInt64) {
        position = Double(time.milliseconds)
        reference = nanoseconds
    }

    /// The session time at a real time.
    ///
    /// - Parameters:
    ///   - last: when the last output before the playhead came.
    ///   - next: when the next comes; nil when none is known.
    ///   - end: where playing stops.
    public mutating func advance(
        to nanoseconds: UInt64, last: SessionTime, next: SessionTime?, end: SessionTime
    ) -> SessionTime {
        guard isPlaying else { return time }
        position += elapsed(until: nanoseconds)
        reference = max(reference, nanoseconds)
        if let next, let idleLimit, position < Double(next.milliseconds),
            position >= Double(last.milliseconds) + Double(idleLimit)
        {
            position = Double(next.milliseconds)
        }
        position = min(position, max(Double(end.milliseconds), 0))
        return time
    }

    /// Nanoseconds of real time until a session time is due; nil while paused.
    public func delay(until next: SessionTime, last: SessionTime) -> UInt64? {
        guard isPlaying else { return nil }
        var due = Double(next.milliseconds)
        if let idleLimit { due = min(due, max(position, Double(last.milliseconds) + Double(idleLimit))) }
        return UInt64(min(max(0, (due - position) / speed * 1_000_000), 1e18))
    }

    private func elapsed(until nanoseconds: UInt64) -> Double {
        nanoseconds > reference ? Double(nanoseconds - reference) / 1_000_000 * speed : 0
    }
}
