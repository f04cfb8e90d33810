/// Decides when an automatic snapshot is due: soon after its cause, but neither in the midst of a burst of changes nor so
/// often that it takes a noticeable share of the machine.
struct SnapshotSchedule {
    enum Cause: Hashable {
        case moment(String)
        case change
    }

    /// Nanoseconds without a further change after which a burst counts as over.
    static let quiet: UInt64 = 100_000_000
    /// Nanoseconds after which a burst that goes on is snapshotted all the same.
    static let longestBurst: UInt64 = 1_000_000_000
    /// A snapshot's own time, so many times over, passes before the next one that mere changes ask for. After a moment it
    /// passes once only: what a tool did is to be seen apart from what the next one did.
    static let rest: UInt64 = 5
    private static let longestRest: UInt64 = 60_000_000_000

    private let interval: UInt64
    private var notBefore: (moment: UInt64, change: UInt64) = (0, 0)
    private var moment: (label: String, since: UInt64)?
    private var change: (first: UInt64, last: UInt64)?

    /// - Parameter interval: milliseconds between two automatic snapshots, at least.
    init(interval: Int) { self.interval = UInt64(clamping: interval) * 1_000_000 }

    /// Times are monotonic nanoseconds.
    mutating func note(_ cause: Cause, at now: UInt64) {
        switch cause {
        case .moment(let label): moment = (label, moment?.since ?? now)
        case .change: change = (change?.first ?? now, now)
        }
    }

    /// When the next one is due; nil when nothing asks for one.
    var due: UInt64? {
        let burstEnd = change.map { max(min($0.last + Self.quiet, $0.first + Self.longestBurst), notBefore.change) }
        return [moment.map { max($0.since, notBefore.moment) }, burstEnd].compactMap { $0 }.min()
    }

    /// What the one that is due is taken for.
    func cause(at now: UInt64) -> Cause? {
        guard let due, now >= due else { return nil }
        return moment.map { .moment($0.label) } ?? .change
    }

    /// Every snapshot, automatic or not, answers all causes before it began.
    mutating func noteTaken(from start: UInt64, to end: UInt64) {
        if let since = moment?.since, since <= start { moment = nil }
        if let first = change?.first, first <= start { change = nil }
        notBefore.moment = end + max(interval, min(end - start, Self.longestRest))
        notBefore.change = end + max(interval, min((end - start) * Self.rest, Self.longestRest))
    }
}
