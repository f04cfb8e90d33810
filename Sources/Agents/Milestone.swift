/// Something of note that happened: what a project needs was installed, tests passed, a build failed, a commit was made.
public struct Milestone: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable { case provision, tests, build, commit }

    public var kind: Kind
    public var hasSucceeded: Bool
    /// The name of the rule that found it.
    public var rule: String
    /// The line, or the command and its status, from which it was told.
    public var evidence: String

    public init(kind: Kind, hasSucceeded: Bool, rule: String, evidence: String) {
        self.kind = kind
        self.hasSucceeded = hasSucceeded
        self.rule = rule
        self.evidence = evidence
    }

    public var label: String {
        let text =
            switch (kind, hasSucceeded) {
            case (.provision, true): "Provisioned"
            case (.provision, false): "Provisioning failed"
            case (.tests, true): "Tests passed"
            case (.tests, false): "Tests failed"
            case (.build, true): "Build ok"
            case (.build, false): "Build failed"
            case (.commit, true): "Commit made"
            case (.commit, false): "Commit failed"
            }
        return "\(text): \(ToolUse.oneLine(evidence, limit: 100))"
    }
}
