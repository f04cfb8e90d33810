/// What a hook tells a session's host about its agent, beside the moments. The host keeps none of it as it is.
public struct AgentSignal: Codable, Hashable, Sendable {
    /// A use of a tool, and what has become of it.
    public struct Tool: Codable, Hashable, Sendable {
        public enum Phase: String, Codable, Hashable, Sendable { case started, asked, ended }

        /// The agent's own, where it tells one.
        public var id: String?
        public var tool: String
        /// What a person reads: `Bash npm test`. Without its outcome, so that it is the same in each phase.
        public var label: String
        public var phase: Phase
        /// Of a shell command that has ended: itself, what it wrote and its status, for rules of milestones.
        public var command: String?
        public var output: String?
        public var exitStatus: Int?
        public var wasInterrupted = false
    }

    /// Whose hooks it comes from.
    public var agent: String
    /// The event as the agent calls it.
    public var event: String
    /// Nil when it tells of none.
    public var state: AgentState?
    /// Why that state: one short line.
    public var evidence: String
    public var tool: Tool?
    /// The agent has ended, or begins anew: others may tell what goes on from here.
    public var endsConversation = false
    public var model: String?
    /// What the conversation has cost so far, where that was asked for.
    public var usage: ConversationUsage?

    /// Whether it comes from an agent that tells of the ends of its turns only: what goes on in between is for others to see.
    public var tellsOnlyEnds: Bool { event == "agent-turn-complete" }

    /// What an event tells; nil where that is nothing.
    public init?(_ event: HookEvent, usage: ConversationUsage? = nil) {
        agent = event.kind.rawValue
        self.event = event.name
        model = event.model ?? usage?.model
        self.usage = usage
        evidence = event.name
        switch event.meaning {
        case .sessionStarted: state = .idle
        case .prompt: state = .working
        case .toolStarted(let use): take(use, .started)
        case .toolEnded(let use): take(use, .ended)
        case .question(let text, let use):
            if let use { take(use, .asked) }
            state = .waitsForPermission
            add(text)
        case .waitsForInput(let text):
            state = .waitsForInput
            if let text { add(text) }
        case .turnEnded: state = .idle
        case .turnFailed(let reason):
            state = .idle
            add(reason)
        case .sessionEnded(let reason):
            state = .idle
            endsConversation = true
            if let reason { add(reason) }
        case .other: return nil
        }
    }

    private mutating func take(_ use: ToolUse, _ phase: Tool.Phase) {
        state = .working
        var plain = use
        plain.hasEnded = false
        // Lines are counted at its end only.
        (plain.added, plain.removed) = (nil, nil)
        let label = SecretRedaction.redact(plain.label)
        tool = Tool(id: use.id, tool: use.tool, label: label, phase: phase)
        if phase == .ended {
            tool?.command = use.command
            tool?.output = use.output
            tool?.exitStatus = use.exitStatus
            tool?.wasInterrupted = use.wasInterrupted
        }
        if phase != .asked { add(label) }
    }

    private mutating func add(_ text: String) {
        evidence = "\(event): \(ToolUse.oneLine(SecretRedaction.redact(text), limit: 80))"
    }
}
