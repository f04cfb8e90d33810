// Agents: what is known of coding agents, and what they say of themselves.
//
// The catalogue of agents and how each is started; the hooks that are installed for a session and what their payloads
// mean; milestones in the output of tools; an agent's state from several sources; and conversations that are cut so that
// a branch continues them. It starts nothing, owns no terminal and knows no session: files and values only.
//
// Parts: AgentCatalogue and AgentLaunch; HookInstallation, HookEvent, AgentSignal and ToolUse; MilestoneRules and
// ScreenMilestones; AgentStateMachine and ScreenRules; ConversationLog and Continuation; JSONValue, which reads what agents write.

import Glibc

/// What went wrong with an agent, its files or its hooks, and what to do about it.
public enum AgentError: Error, Hashable, CustomStringConvertible {
    case unknownAgent(String, hint: String)
    case notInstalled(agent: String, command: String, howToGet: String)
    case unsupported(agent: String, what: String, instead: String)
    case needsPrompt(agent: String)
    case file(path: String, operation: String, code: Int32)
    case malformed(path: String, line: Int?, reason: String)
    case noSuchPoint(path: String, reason: String)

    public var description: String {
        switch self {
        case .unknownAgent(let name, let hint):
            "there is no agent “\(name)”; \(hint)"
        case .notInstalled(let agent, let command, let howToGet):
            "\(agent) is not installed (\(command) is not in PATH); to get it: \(howToGet)"
        case .unsupported(let agent, let what, let instead):
            "\(agent) can't be given \(what); \(instead)"
        case .needsPrompt(let agent):
            "\(agent) has nothing to do without a person; give it a --prompt or --prompt-file"
        case .file(let path, let operation, let code):
            "\(path): can't \(operation) it: \(String(cString: strerror(code)))"
        case .malformed(let path, let line, let reason):
            line.map { "\(path):\($0): \(reason)" } ?? "\(path): \(reason)"
        case .noSuchPoint(let path, let reason):
            "\(path): \(reason)"
        }
    }
}
