/// The patterns of an agent's entry in the catalogue, on the live screen.
public struct ScreenRules {
    private let rules: [(state: AgentState, pattern: LinePattern)]

    /// What asks for a person goes before what works, and that before idleness: a screen shows several at once.
    private static let order: [AgentState] = [
        .waitsForPermission, .waitsForInput, .working, .failed, .done, .idle, .starting, .unknown,
    ]

    public init(_ agent: AgentDefinition) { self.init(agent.screen) }

    public init(_ patterns: [AgentState: [String]]) {
        rules = Self.order.flatMap { state in
            (patterns[state] ?? []).compactMap { LinePattern($0) }.map { (state, $0) }
        }
    }

    public var isEmpty: Bool { rules.isEmpty }

    /// The state that the lines of a live screen tell, and by which line; never of a scrolled view.
    public func state(of lines: [String]) -> (state: AgentState, line: String)? {
        for (state, pattern) in rules {
            if let line = lines.last(where: { pattern.matches($0) }) { return (state, line) }
        }
        return nil
    }
}
