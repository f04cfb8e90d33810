import WorkbenchModel

/// The agents that are known: those compiled in, with a user's own over them.
public struct AgentCatalogue: Sendable {
    /// In the order of their files.
    public internal(set) var agents: [AgentDefinition]

    public init(agents: [AgentDefinition] = []) { self.agents = agents }

    public var ids: [String] { agents.map(\.id) }

    /// The agent of this name.
    public func agent(_ id: String) throws(AgentError) -> AgentDefinition {
        if let agent = agents.first(where: { $0.id == id }) { return agent }
        let known = "known are \(ids.joined(separator: ", ")), and any command can be recorded with `ah agent record`"
        throw .unknownAgent(id, hint: NearestName.to(id, in: ids).map { "did you mean “\($0)”?" } ?? known)
    }

    /// The agent whose program a command line starts, if it is one of these.
    public func agent(runBy words: [String]) -> AgentDefinition? {
        guard let name = words.first?.split(separator: "/").last else { return nil }
        return agents.first { $0.command == name }
    }
}
