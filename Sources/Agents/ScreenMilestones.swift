/// Finds milestones on a live screen, for programs that tell nothing by hooks or marks. Each line counts once, when it
/// has come, and what came is judged when the screen rests: a run tells of each of its parts before the whole.
public struct ScreenMilestones: Sendable {
    private struct Found: Hashable, Sendable {
        var milestone: Milestone
        var failureWins: Bool
    }

    /// How often each telling line was on the screen when it was last looked at.
    private var shown: [String: Int] = [:]
    private var found: [Found] = []
    private var needsBaseline = true

    public init() {}

    /// Whether something came that ``settle(_:)`` would tell.
    public var hasFound: Bool { !found.isEmpty }

    /// The screen was made anew, as when its size changed: what stands on it is not new.
    public mutating func forget() {
        needsBaseline = true
    }

    /// Takes in the lines of the screen.
    public mutating func look(at lines: [String], rules: MilestoneRules) {
        var now: [String: Int] = [:]
        var new: [Found] = []
        for line in lines where line.utf8.count > 1 {
            guard let (milestone, failureWins) = rules.screenMilestone(line) else { continue }
            let count = (now[line] ?? 0) + 1
            now[line] = count
            if count > shown[line] ?? 0 { new.append(Found(milestone: milestone, failureWins: failureWins)) }
        }
        if needsBaseline, !shown.isEmpty { new = [] }
        needsBaseline = false
        shown = now
        found += new.prefix(max(0, Self.mostFound - found.count))
    }

    /// What came since is over: at most one milestone of each kind, the last line's, or a failure that outweighs it.
    public mutating func settle() -> [Milestone] {
        defer { found = [] }
        return Milestone.Kind.allCases.compactMap { kind in
            let ofKind = found.filter { $0.milestone.kind == kind }
            return (ofKind.last { $0.failureWins && !$0.milestone.hasSucceeded } ?? ofKind.last)?.milestone
        }
    }

    /// What came belongs to a command whose end tells it better.
    public mutating func drop() { found = [] }

    private static let mostFound = 1000
}
