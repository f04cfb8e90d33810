extension HookInstallation {
    static let claudeEvents = [
        "SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse", "PostToolUseFailure",
        "Notification", "Stop", "StopFailure", "SessionEnd",
    ]
    static let geminiEvents = [
        "SessionStart", "BeforeAgent", "BeforeTool", "AfterTool", "Notification", "AfterAgent", "SessionEnd",
    ]

    /// `--settings` adds to the user's and the project's settings; hooks of all of them run.
    static func claude(_ request: Request, read: (String) -> String?) throws(AgentError) -> HookInstallation {
        var result = HookInstallation()
        var settings = JSONValue.object([])
        // Of several `--settings` only one counts, so that the user's becomes a part of ours.
        if let own = option("--settings", in: request.extra) {
            settings = try document(own, read: read)
            result.remarks.append("the hooks are added to a copy of --settings \(ToolUse.oneLine(own, limit: 60))")
        }
        settings.addHooks(claudeEvents) { .claudeHook(request.command(.claude, $0)) }
        result.files["claude-settings.json"] = settings.encodedText
        result.arguments = ["--settings", "\(request.folder)/claude-settings.json"]
        return result
    }

    /// Gemini reads defaults of its machine's owner, over which all other settings are laid; hooks of all are run.
    static func gemini(_ request: Request, read: (String) -> String?) throws(AgentError) -> HookInstallation {
        let variable = "GEMINI_CLI_SYSTEM_DEFAULTS_PATH"
        let original = request.environment[variable] ?? "/etc/gemini-cli/system-defaults.json"
        var settings = try read(original).map { text throws(AgentError) in try parsed(text, path: original) }
        if settings == nil { settings = .object([]) }
        settings?.addHooks(geminiEvents) { .geminiHook(request.command(.gemini, $0)) }
        var result = HookInstallation()
        result.files["gemini-defaults.json"] = settings?.encodedText
        result.environment[variable] = "\(request.folder)/gemini-defaults.json"
        return result
    }

    /// A folder of plugins beside the user's own.
    static func opencode(_ request: Request) -> HookInstallation {
        var result = HookInstallation()
        guard request.environment["OPENCODE_CONFIG_DIR"] == nil else {
            result.remarks.append(
                "OPENCODE_CONFIG_DIR is set already, so the hooks can't be added: tools are no moments of this session")
            return result
        }
        result.files["opencode/plugins/recorder.js"] = OpencodePlugin.text(executable: request.executable)
        result.environment["OPENCODE_CONFIG_DIR"] = "\(request.folder)/opencode"
        return result
    }

    /// The value of the last such option among the user's arguments.
    public static func option(_ name: String, in words: [String]) -> String? {
        var result: String?
        for (index, word) in words.enumerated() {
            if word == "--" { break }
            if word == name, index + 1 < words.count { result = words[index + 1] }
            if word.hasPrefix(name + "=") { result = String(word.dropFirst(name.count + 1)) }
        }
        return result
    }

    /// Without that option and its value.
    public static func removing(_ name: String, from words: [String]) -> [String] {
        var result: [String] = []
        var index = 0
        while index < words.count {
            if words[index] == "--" { return result + words[index...] }
            if words[index] == name {
                index += 2
            } else {
                if !words[index].hasPrefix(name + "=") { result.append(words[index]) }
                index += 1
            }
        }
        return result
    }

    private static func document(_ text: String, read: (String) -> String?) throws(AgentError) -> JSONValue {
        if text.drop(while: \.isWhitespace).first == "{" { return try parsed(text, path: "--settings") }
        guard let content = read(text) else {
            throw .malformed(path: text, line: nil, reason: "the file given with --settings can't be read")
        }
        return try parsed(content, path: text)
    }

    private static func parsed(_ text: String, path: String) throws(AgentError) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw .malformed(path: path, line: nil, reason: "\(error)")
        }
    }
}

extension JSONValue {
    /// Adds one hook for each event, after those that are there.
    mutating func addHooks(_ events: [String], _ hook: (String) -> JSONValue) {
        var hooks = self["hooks"] ?? .object([])
        if hooks.members == nil { hooks = .object([]) }
        for event in events { hooks.set(event, .array((hooks[event]?.elements ?? []) + [hook(event)])) }
        set("hooks", hooks)
    }

    static func claudeHook(_ command: String) -> JSONValue {
        .object([
            Member(
                "hooks", .array([.object([Member("type", .string("command")), Member("command", .string(command))])]))
        ])
    }

    static func geminiHook(_ command: String) -> JSONValue {
        .object([
            Member("matcher", .string("*")),
            Member(
                "hooks",
                .array([
                    .object([
                        Member("type", .string("command")), Member("name", .string("recorder")),
                        Member("command", .string(command)), Member("timeout", .number("5000")),
                    ])
                ])),
        ])
    }
}

/// The plugin that tells the recorder what opencode does. Its payloads have the members that other agents' have.
enum OpencodePlugin {
    static func text(executable: String) -> String {
        """
        // Tells the session's recorder what happens; generated for one session and removed after it.
        import { spawn } from "node:child_process"

        const tell = (event, payload) => {
          try {
            const child = spawn(\(JSONValue.string(executable).encodedText), ["__hook", "opencode", event],
              { stdio: ["pipe", "ignore", "ignore"] })
            child.on("error", () => {})
            child.stdin.on("error", () => {})
            child.stdin.end(JSON.stringify(payload))
          } catch {}
        }

        export const Recorder = async ({ directory }) => {
          const started = new Map()
          return {
            "tool.execute.before": async (input, output) => {
              started.set(input.callID, Date.now())
              tell("tool.execute.before", { hook_event_name: "tool.execute.before", session_id: input.sessionID,
                cwd: directory, tool_name: input.tool, tool_use_id: input.callID, tool_input: output.args })
            },
            "tool.execute.after": async (input, output) => {
              const begun = started.get(input.callID)
              started.delete(input.callID)
              tell("tool.execute.after", { hook_event_name: "tool.execute.after", session_id: input.sessionID,
                cwd: directory, tool_name: input.tool, tool_use_id: input.callID, tool_input: input.args,
                tool_response: { output: output.output, metadata: output.metadata },
                duration_ms: begun === undefined ? undefined : Date.now() - begun })
            },
            event: async ({ event }) => {
              if (!["session.created", "session.idle", "session.error", "permission.asked", "permission.updated"]
                .includes(event.type)) return
              const facts = event.properties ?? {}
              tell(event.type, { hook_event_name: event.type, cwd: directory,
                session_id: facts.sessionID ?? facts.info?.id, title: facts.title, error: facts.error })
            },
          }
        }

        """
    }
}
