import Agents
import Recording

/// What a session's program is doing, as its host knows it.
public struct AgentStatus: Codable, Hashable, Sendable {
    /// The agent's name in the catalogue, where the program is one.
    public var agent: String?
    public var state: AgentState
    /// Who told it: `hook`, `screen rule`, …; nil where nobody has told anything yet.
    public var source: String?
    /// What told it: an event's name, a line of the screen.
    public var evidence: String
    /// Milliseconds since the session's start.
    public var since: Int64
    /// The terminal's title, as the program set it.
    public var title = ""
    public var model: String?
    /// Tokens and cost, as far as the agent tells.
    public var usage: ConversationUsage?
    /// Uses of tools that have begun and not ended.
    public var openTools: [String] = []
    /// Whether its processes were stopped by a person.
    public var isPaused = false
    /// The states so far, in order, this one the last; only in the answer to a question for it.
    public var history: [StateReport] = []

    /// The state alone.
    public var report: StateReport {
        StateReport(state: state.rawValue, source: source, evidence: evidence, time: since)
    }
}

/// A state with its place in the session.
public struct StateReport: Codable, Hashable, Sendable {
    public var state: String
    public var source: String?
    public var evidence: String
    /// Milliseconds since the session's start.
    public var time: Int64

    public init(state: String, source: String?, evidence: String, time: Int64) {
        self.state = state
        self.source = source
        self.evidence = evidence
        self.time = time
    }
}

/// What a host is told about the agent that it runs.
public struct AgentFacts: Codable, Hashable, Sendable {
    /// Its name in the catalogue.
    public var id: String
    /// What it was asked to do, without secrets.
    public var prompt: String?
    public var model: String?
    public var permissionMode: String?
    /// Patterns of its screen's lines, by the state that they tell.
    public var screen: [AgentState: [String]] = [:]

    public init(id: String) { self.id = id }
}
