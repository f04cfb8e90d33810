/// What an agent told through a hook, in words that are the same for all agents.
public struct HookEvent: Hashable, Sendable {
    public enum Meaning: Hashable, Sendable {
        /// `source`: startup, resume, clear, …
        case sessionStarted(source: String?)
        case prompt(String)
        case toolStarted(ToolUse)
        case toolEnded(ToolUse)
        /// The agent waits for a person's answer: what it asks, and about which tool use.
        case question(String, ToolUse?)
        /// It is idle and says so.
        case waitsForInput(String?)
        /// The agent has finished what it was asked for; with its last words.
        case turnEnded(message: String?)
        case turnFailed(String)
        case sessionEnded(reason: String?)
        /// Told, but neither a moment nor a change of state.
        case other
    }

    public var kind: HookKind
    /// The event as the agent calls it.
    public var name: String
    public var meaning: Meaning
    /// The agent's own id of its conversation, and the file that it keeps it in.
    public var conversation: String?
    public var transcript: String?
    public var workingDirectory: String?
    public var model: String?
    /// The payload, redacted and bounded: see ``HookPayload``.
    public var payload: String

    /// Reads a payload. What is no JSON, or of an unknown shape, is an event of meaning ``Meaning/other``.
    ///
    /// - Parameter name: the event as the hook was installed for; the payload's own name wins.
    public static func parse(kind: HookKind, name: String, payload bytes: [UInt8]) -> HookEvent {
        let json = (try? JSONValue(parsing: bytes)) ?? .null
        let own = json["hook_event_name"]?.text ?? json["type"]?.text ?? name
        var event = HookEvent(kind: kind, name: own, meaning: .other, payload: HookPayload.text(json))
        event.conversation = (json["session_id"] ?? json["sessionID"] ?? json["sessionId"] ?? json["thread-id"])?.text
        event.transcript = (json["transcript_path"] ?? json["transcriptPath"])?.text
        event.workingDirectory = json["cwd"]?.text
        event.model = json["model"]?.text
        event.meaning = HookReading(json: json, kind: kind, name: own).meaning
        return event
    }
}

/// Decides what a payload means; the agents' names for the same thing stand side by side.
struct HookReading {
    let json: JSONValue
    let kind: HookKind
    let name: String

    var meaning: HookEvent.Meaning {
        switch name {
        case "SessionStart", "sessionStart", "session.created":
            .sessionStarted(source: json["source"]?.text)
        case "UserPromptSubmit", "BeforeAgent", "userPromptSubmitted", "chat.message":
            .prompt(json["prompt"]?.text ?? "")
        case "PreToolUse", "BeforeTool", "preToolUse", "tool.execute.before":
            .toolStarted(tool(hasEnded: false))
        case "PostToolUse", "PostToolUseFailure", "AfterTool", "postToolUse", "postToolUseFailure",
            "tool.execute.after":
            .toolEnded(tool(hasEnded: true))
        case "PermissionRequest", "permissionRequest", "permission.asked", "permission.updated":
            .question(question, json["tool_name"] == nil && json["toolName"] == nil ? nil : tool(hasEnded: false))
        case "Notification", "notification": notification
        case "Stop", "AfterAgent", "agent-turn-complete", "agentStop", "session.idle":
            .turnEnded(message: lastMessage)
        case "StopFailure", "errorOccurred", "session.error":
            .turnFailed(failure)
        case "SessionEnd", "sessionEnd":
            .sessionEnded(reason: json["reason"]?.text)
        default: .other
        }
    }

    private var lastMessage: String? {
        (json["last_assistant_message"] ?? json["last-assistant-message"] ?? json["prompt_response"])?.text
    }

    private var failure: String {
        let error = json["error"]
        return error?["message"]?.text ?? error?.text ?? json["message"]?.text ?? "it failed"
    }

    private var question: String {
        if let title = json["title"]?.text ?? json["message"]?.text { return title }
        let tool = tool(hasEnded: false)
        return "may it use \(tool.label)?"
    }

    /// A notification tells by its type whether a person is needed; what has none or another is only told.
    private var notification: HookEvent.Meaning {
        let text = json["message"]?.text
        switch json["notification_type"]?.text {
        case "permission_prompt", "ToolPermission", "elicitation_dialog":
            return .question(text ?? "it asks for permission", nil)
        case "idle_prompt", "agent_idle": return .waitsForInput(text)
        default: return .other
        }
    }

    func tool(hasEnded: Bool) -> ToolUse {
        var input = json["tool_input"] ?? json["toolArgs"] ?? json["args"] ?? .null
        // Copilot gives the arguments as a text that holds JSON.
        if let text = input.text, let inner = try? JSONValue(parsing: text) { input = inner }
        var use = ToolUse(
            tool: (json["tool_name"] ?? json["toolName"] ?? json["tool"])?.text ?? "tool", input: input,
            response: json["tool_response"] ?? json["toolResult"] ?? json["output"] ?? .null,
            folder: json["cwd"]?.text)
        use.id = (json["tool_use_id"] ?? json["callID"])?.text
        use.milliseconds = json["duration_ms"]?.integer
        guard hasEnded else { return use }
        use.hasEnded = true
        use.readOutcome(json, kind: kind)
        return use
    }
}
