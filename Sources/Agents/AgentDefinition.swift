/// One entry of the catalogue: an agent, and how it is started.
public struct AgentDefinition: Hashable, Sendable {
    /// What it is called on the command line.
    public var id: String
    public var name: String
    /// Looked up in PATH; `$NAME` stands for that variable's value.
    public var command: String
    /// The words after the command. ``AgentLaunch`` says what stands in braces.
    public var interactive: [String] = ["{options}", "{extra}", "{prompt}"]
    public var interactivePrompt: [String]?
    public var nonInteractive: [String]?
    /// How a prompt, a model … is written; nil where it can't be given.
    public var prompt: [String]?
    public var model: [String]?
    public var permissionMode: [String]?
    public var folder: [String]?
    public var resume: [String]?
    /// The words with which it tells its version.
    public var version: [String]?
    public var hooks = HookKind.none
    /// Where it keeps its conversations, for people to read.
    public var transcripts: String?
    public var howToGet = ""
    public var environment: [String: String] = [:]
    /// Patterns of the live screen's lines, by the state that they tell.
    public var screen: [AgentState: [String]] = [:]

    public init(id: String) {
        self.id = id
        name = id
        command = id
    }
}

extension AgentDefinition {
    /// The program, with a variable in its place.
    ///
    /// - Returns: nil when the variable is not set.
    public func program(environment: [String: String]) -> String? {
        guard command.hasPrefix("$") else { return command }
        return environment[String(command.dropFirst())].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a prompt is an argument when it is started for a person; else it is typed into its terminal.
    var takesPromptInteractively: Bool {
        prompt != nil && (interactivePrompt ?? interactive).contains("{prompt}")
    }
}
