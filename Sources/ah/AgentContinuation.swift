import Agents
import SessionHost

/// Finds out how the conversation of a branch goes on.
struct AgentContinuation {
    let start: AgentStart

    init(_ start: AgentStart) { self.start = start }

    struct Plan {
        enum Kind: String { case resume, replay, fresh }
        var kind: Kind
        var prompt: String?
        var conversation: String?
        var environment: [String: String] = [:]
    }

    func plan(in folder: PrivateFolder, session: String) throws -> Plan? {
        guard start.options.recording.fromSnapshot != nil else { return nil }
        return Plan(kind: .fresh, prompt: try start.prompt())
    }
}
