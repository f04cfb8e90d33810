/// What to start an agent with: the words of its command line and what they are made from.
///
/// In a definition's words, {options}, {resume}, {extra} and {prompt} stand for words of their own, none or several.
public struct AgentLaunch: Hashable, Sendable {
    public var prompt: String?
    public var model: String?
    public var permissionMode: String?
    public var isNonInteractive = false
    /// A conversation of the agent's own to continue.
    public var resumes: String?
    /// The agent's folder, as it is to be told it, where it wants to be told.
    public var folder: String?
    /// The user's own arguments.
    public var extra: [String] = []
    /// Those of the hooks' installation.
    public var hookArguments: [String] = []

    public init() {}

    /// A command line, and what has to be typed into the agent's terminal since it takes no such argument.
    public struct Words: Hashable, Sendable {
        public var command: [String]
        public var typed: String?
    }

    public func words(_ agent: AgentDefinition, program: String) throws(AgentError) -> Words {
        try check(agent)
        var template = agent.interactive
        if isNonInteractive {
            template = agent.nonInteractive ?? []
        } else if prompt != nil, let other = agent.interactivePrompt {
            template = other
        }
        let isArgument = isNonInteractive || agent.takesPromptInteractively
        let parts: [String: [String]] = [
            "{options}": hookArguments + Self.fill(agent.model, model) + Self.fill(agent.permissionMode, permissionMode)
                + Self.fill(agent.folder, folder),
            "{resume}": Self.fill(agent.resume, resumes),
            "{extra}": extra,
            "{prompt}": isArgument ? Self.fill(agent.prompt, prompt) : [],
        ]
        // A template of a user's own may have no place for what was asked for; it isn't left out without a word.
        let asked = ["{options}": model ?? permissionMode, "{extra}": extra.first]
        for (part, word) in asked.sorted(by: { $0.key < $1.key }) where !template.contains(part) {
            guard let word else { continue }
            throw .unsupported(
                agent: agent.name, what: "“\(word)”", instead: "put \(part) among its words in agents.toml")
        }
        let command = [program] + template.flatMap { parts[$0] ?? [$0] }
        return Words(command: command, typed: isArgument ? nil : prompt)
    }

    private func check(_ agent: AgentDefinition) throws(AgentError) {
        if model != nil, agent.model == nil {
            throw .unsupported(agent: agent.name, what: "a model", instead: "leave out --model")
        }
        if permissionMode != nil, agent.permissionMode == nil {
            throw .unsupported(agent: agent.name, what: "a permission mode", instead: "leave out --permission-mode")
        }
        if isNonInteractive, agent.nonInteractive == nil {
            throw .unsupported(
                agent: agent.name, what: "a prompt to answer alone", instead: "leave out --non-interactive")
        }
        if isNonInteractive, prompt == nil {
            throw .needsPrompt(agent: agent.name)
        }
    }

    private static func fill(_ template: [String]?, _ value: String?) -> [String] {
        guard let template, let value else { return [] }
        return template.map { word in
            guard let hole = word.firstRange(of: "{text}") else { return word }
            return word[..<hole.lowerBound] + value + word[hole.upperBound...]
        }
    }
}
