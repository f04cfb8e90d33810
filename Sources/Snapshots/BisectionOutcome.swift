/// What the status of a test command means, as `git bisect run` has it.
public enum BisectionOutcome: Hashable, Sendable {
    case verdict(Bisection.Verdict)
    /// The search ends: 128 and above, or killed by a signal.
    case abort(status: Int32)

    /// - Parameter status: as a shell reports it.
    public init(status: Int32) {
        switch status {
        case 0: self = .verdict(.good)
        case 125: self = .verdict(.skip)
        case 1...127: self = .verdict(.bad)
        default: self = .abort(status: status)
        }
    }

    /// One outcome of several runs of the same test; nil while that many runs aren't done.
    /// - Returns: `isFlaky` when they disagreed, which counts as a skip.
    public static func joined(
        _ outcomes: [BisectionOutcome], wanted: Int
    ) -> (outcome: BisectionOutcome, isFlaky: Bool)? {
        for outcome in outcomes { if case .abort = outcome { return (outcome, false) } }
        guard let first = outcomes.first else { return nil }
        if outcomes.contains(where: { $0 != first }) { return (.verdict(.skip), true) }
        return outcomes.count >= wanted || first == .verdict(.skip) ? (first, false) : nil
    }
}
