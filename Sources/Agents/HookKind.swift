/// Whose hooks they are: what payloads look like and what their sender expects of standard output.
public enum HookKind: String, Codable, Hashable, Sendable, CaseIterable {
    case claude, codex, gemini, copilot, opencode
    /// A shell that is given marks of its commands (OSC 133), beside its user's own start-up files.
    case shell
    /// The agent has no hooks, or none that can be installed without touching its user's files.
    case none

    /// What a hook has to print: some agents take nothing for an error.
    public var answer: String { self == .gemini ? "{}" : "" }
}
