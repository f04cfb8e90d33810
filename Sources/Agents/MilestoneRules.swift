/// Finds milestones in what tools write and on the screen. A command is one run: each rule tells at most once of it.
public struct MilestoneRules {
    /// One rule; the first of several whose `command` matches decides on a command.
    struct Rule {
        var name: String
        var kind: Milestone.Kind
        var command: LinePattern?
        var passed: LinePattern?
        var failed: LinePattern?
        /// Whether one failed line outweighs any passed one: tools report once for each package or file.
        var failureWins = false
        var readsScreen = false
        var goesByStatus = false
    }

    var rules: [Rule]

    /// The milestones that the end of a tool use tells, at most one of each kind.
    public func milestones(of use: ToolUse) -> [Milestone] {
        guard use.hasEnded, !use.wasInterrupted, let command = use.command else { return [] }
        var kinds: Set<Milestone.Kind> = []
        var found: [Milestone] = []
        for rule in rules where !kinds.contains(rule.kind) && rule.command?.matches(command) == true {
            // A rule that applies but tells nothing leaves the word to the next: `make test` may run pytest.
            guard let milestone = rule.milestone(command: command, output: use.output ?? "", status: use.exitStatus)
            else { continue }
            kinds.insert(rule.kind)
            found.append(milestone)
        }
        return found
    }

    /// What a command that a shell or a recorder ran tells by its output and status.
    public func milestones(ofCommand command: String, output: String, status: Int?) -> [Milestone] {
        var use = ToolUse(tool: "command", input: .null, response: .null, folder: nil)
        (use.command, use.output, use.exitStatus, use.hasEnded) = (command, output, status, true)
        return milestones(of: use)
    }

    /// Whether the end of this command may be a milestone.
    public func applies(to command: String) -> Bool { rules.contains { $0.command?.matches(command) == true } }

    /// What one line of the live screen tells.
    public func milestone(onScreen line: String) -> Milestone? { screenMilestone(line)?.milestone }

    /// The same, and whether a failure of this kind outweighs any success.
    func screenMilestone(_ line: String) -> (milestone: Milestone, failureWins: Bool)? {
        for rule in rules where rule.readsScreen {
            if let outcome = rule.outcome(ofLine: line) {
                let milestone = Milestone(kind: rule.kind, hasSucceeded: outcome, rule: rule.name, evidence: line)
                return (milestone, rule.failureWins)
            }
        }
        return nil
    }

    public var names: [String] { rules.map(\.name) }
}

extension MilestoneRules.Rule {
    func outcome(ofLine line: String) -> Bool? {
        if failed?.matches(line) == true { return false }
        return passed?.matches(line) == true ? true : nil
    }

    func milestone(command: String, output: String, status: Int?) -> Milestone? {
        var told: (outcome: Bool, line: Substring)?
        for line in output.split(separator: "\n") {
            guard let outcome = outcome(ofLine: String(line)) else { continue }
            if failureWins, told?.outcome == false, outcome { continue }
            told = (outcome, line)
        }
        if let told {
            // Words of success don't outweigh a status of failure.
            let hasSucceeded = told.outcome && (status ?? 0) == 0
            return Milestone(kind: kind, hasSucceeded: hasSucceeded, rule: name, evidence: String(told.line))
        }
        guard goesByStatus, let status else { return nil }
        let evidence = "\(ToolUse.oneLine(command, limit: 60)) → \(status)"
        return Milestone(kind: kind, hasSucceeded: status == 0, rule: name, evidence: evidence)
    }
}

/// Keeps a milestone from being told twice: a run is seen by its hook and on the screen.
public struct MilestoneHistory: Sendable {
    private struct Seen: Hashable {
        var kind: Milestone.Kind
        var hasSucceeded: Bool
        var evidence: String
    }

    private var recent: [(seen: Seen, run: Int)] = []
    private var run = 0

    public init() {}

    /// A new command, prompt or tool use begins: the same line may then tell of something new.
    public mutating func beginRun() {
        run += 1
        recent.removeAll { $0.run < run - 1 }
    }

    /// Whether it is told for the first time in this run.
    public mutating func isNew(_ milestone: Milestone) -> Bool {
        // A terminal pads, colours and cuts lines, so that only their letters and digits compare.
        let letters = milestone.evidence.unicodeScalars.filter {
            $0.properties.isAlphabetic || ("0"..."9").contains($0)
        }
        let seen = Seen(
            kind: milestone.kind, hasSucceeded: milestone.hasSucceeded,
            evidence: String(String.UnicodeScalarView(letters.prefix(60))))
        guard !recent.contains(where: { $0.seen == seen && $0.run == run }) else { return false }
        recent.append((seen, run))
        return true
    }
}
