import Agents
import Glibc
import SessionHost

/// What a session's host is told about an event of its agent. The one place where an agent's words become messages.
struct HookMessages {
    /// The kind of agent that tells.
    let agent: String

    func messages(for event: HookEvent) -> [ClientMessage] {
        guard !event.isSideRequest(environment: Program.environment) else { return [] }
        var event = event
        event.completeFromTranscript()
        let usage = usage(event)
        guard let signal = AgentSignal(event, usage: usage) else { return [] }
        // A tool's moment goes before the milestone that its output may be, which is for the host to tell.
        return moments(for: event, usage) + [.agent(signal)]
    }

    private func moments(for event: HookEvent, _ usage: ConversationUsage?) -> [ClientMessage] {
        switch event.meaning {
        case .sessionStarted(let source):
            [moment("Conversation \(source ?? "started")", "state", event, ["state": "idle"])]
        case .prompt(let text):
            [
                moment(
                    "Prompt: \(firstLine(text))", "prompt", event,
                    ["state": "working", "prompt": bounded(SecretRedaction.redact(text))])
            ]
        case .toolEnded(let use): [ended(use, event)]
        case .question(let text, let use): question(text, use, event)
        case .turnEnded(let message): [turnEnded(message, event, usage)]
        case .turnFailed(let reason):
            [moment("Turn failed: \(firstLine(reason))", "state", event, ["state": "failed"])]
        // What begins, idles or ends changes no file and is no place to go back to.
        case .toolStarted, .waitsForInput, .sessionEnded, .other: []
        }
    }

    /// What the conversation has cost; asked at the end of a turn, when the agent has written it down.
    private func usage(_ event: HookEvent) -> ConversationUsage? {
        guard case .turnEnded = event.meaning else { return nil }
        return event.transcript.map { ConversationUsage.read($0) }
    }

    private func turnEnded(_ message: String?, _ event: HookEvent, _ usage: ConversationUsage?) -> ClientMessage {
        var attributes = ["state": "idle"]
        if let usage {
            attributes["model"] = usage.model
            attributes["tokens.input"] = usage.inputTokens.map { "\($0)" }
            attributes["tokens.output"] = usage.outputTokens.map { "\($0)" }
            attributes["cost_usd"] = usage.cost.map { "\($0)" }
        }
        return moment("Turn finished\(message.map { ": \(firstLine($0))" } ?? "")", "state", event, attributes)
    }

    private func ended(_ use: ToolUse, _ event: HookEvent) -> ClientMessage {
        var attributes = ["tool": use.tool, "state": "working"]
        attributes["tool.id"] = use.id
        attributes["target"] = use.target.map { bounded(SecretRedaction.redact($0)) }
        attributes["exit"] = use.exitStatus.map { "\($0)" }
        attributes["success"] = use.hasSucceeded.map { "\($0)" }
        attributes["duration_ms"] = use.milliseconds.map { "\($0)" }
        attributes["added"] = use.added.map { "\($0)" }
        attributes["removed"] = use.removed.map { "\($0)" }
        attributes["payload"] = event.payload
        return moment(SecretRedaction.redact(use.label), "tool_boundary", event, attributes)
    }

    private func question(_ text: String, _ use: ToolUse?, _ event: HookEvent) -> [ClientMessage] {
        // Claude notifies of a question a few seconds after it has asked: that is no second one.
        guard use != nil || event.kind != .claude else { return [] }
        var attributes = ["state": "waits-for-permission", "payload": event.payload]
        attributes["tool"] = use?.tool
        attributes["tool.id"] = use?.id
        return [moment("Question: \(SecretRedaction.redact(firstLine(text)))", "question", event, attributes)]
    }

    private func moment(
        _ label: String, _ type: String, _ event: HookEvent, _ more: [String: String]
    ) -> ClientMessage {
        var attributes = more
        attributes["agent"] = agent
        attributes["event"] = event.name
        attributes["conversation"] = event.conversation
        attributes["transcript"] = event.transcript.map(resolved)
        attributes["model"] = event.model ?? more["model"]
        return .moment(MomentRequest(label: label, type: type, isAutomatic: true, attributes: attributes))
    }

    /// Without links: the folder of a branch's agent goes with its session, its conversation stays.
    private func resolved(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), let real = realpath(String(path[..<slash]), nil) else { return path }
        defer { free(real) }
        return String(cString: real) + path[slash...]
    }

    private func firstLine(_ text: String) -> String {
        let line = text.drop { $0.isWhitespace }.prefix { !$0.isNewline }
        return line.count > 80 ? line.prefix(79) + "…" : String(line)
    }

    private func bounded(_ text: String) -> String {
        text.utf8.count > 2000 ? String(decoding: text.utf8.prefix(2000), as: UTF8.self) + "…" : text
    }
}
