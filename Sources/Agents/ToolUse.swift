/// One use of a tool by an agent: what it was, on what, and how it went.
public struct ToolUse: Hashable, Sendable {
    /// The agent's own name of the tool.
    public var tool: String
    public var id: String?
    /// What it worked on: a file below the agent's folder is named relative to it.
    public var target: String?
    /// A shell command, when it was one.
    public var command: String?
    /// What a person reads instead of the tool's name: apply_patch edits.
    public var verb: String
    /// Lines that came and went, where files were changed.
    public var added: Int?
    public var removed: Int?
    public var hasEnded = false
    /// Nil when the agent doesn't tell.
    public var hasSucceeded: Bool?
    public var exitStatus: Int?
    public var wasInterrupted = false
    public var milliseconds: Int?
    /// What a shell command wrote: its last bytes, up to ``outputLimit``.
    public var output: String?

    public static let outputLimit = 64 << 10

    /// `Edit src/auth.ts +12 −3`, `Bash npm test → 1`.
    public var label: String {
        var text = verb
        if let target { text += " \(Self.oneLine(target, limit: 80))" }
        if let added, let removed, added + removed > 0 {
            text += (added > 0 ? " +\(added)" : "") + (removed > 0 ? " −\(removed)" : "")
        }
        guard hasEnded else { return text }
        if wasInterrupted { return text + " → interrupted" }
        if let exitStatus, exitStatus != 0 { return text + " → \(exitStatus)" }
        return hasSucceeded == false ? text + " → failed" : text
    }

    /// The first line, without runs of spaces, and cut with an ellipsis.
    static func oneLine(_ text: String, limit: Int) -> String {
        let words = text.unicodeScalars.prefix(limit * 8).map {
            $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0)
        }
        let line = String(words).split(separator: " ").joined(separator: " ")
        return line.count > limit ? line.prefix(limit - 1) + "…" : line
    }
}

extension ToolUse {
    private static let shells: Set<String> = [
        "Bash", "bash", "shell", "Shell", "run_shell_command", "exec_command", "local_shell", "powershell",
    ]

    init(tool: String, input: JSONValue, response: JSONValue, folder: String?) {
        self.tool = tool
        verb = tool
        if let patch = Self.patch(tool, input) {
            let change = PatchText(patch)
            verb = change.verb ?? tool
            target = change.target(in: folder)
            (added, removed) = (change.added, change.removed)
        } else if Self.shells.contains(tool) {
            command = Self.commandText(input["command"] ?? input["cmd"])
            target = command
        } else {
            let path = (input["file_path"] ?? input["filePath"] ?? input["notebook_path"] ?? input["path"])?.text
            target =
                path.map { Self.relative($0, to: folder) }
                ?? ["pattern", "url", "query", "description", "name"].lazy.compactMap { input[$0]?.text }.first
            if path != nil { countLines(input, response) }
        }
    }

    private static func patch(_ tool: String, _ input: JSONValue) -> String? {
        guard tool == "apply_patch" else { return nil }
        return (input["command"] ?? input["input"] ?? input["patch"] ?? input["patchText"])?.text ?? input.text
    }

    /// A command is a text, or words as for `exec`, of which `sh -c TEXT` is the commonest.
    private static func commandText(_ value: JSONValue?) -> String? {
        guard let words = value?.elements?.compactMap(\.text) else { return value?.text }
        if words.count == 3, words[1] == "-c" || words[1] == "-lc" { return words[2] }
        return words.joined(separator: " ")
    }

    static func relative(_ path: String, to folder: String?) -> String {
        guard let folder, folder != "/", path.hasPrefix(folder + "/") else { return path }
        return String(path.dropFirst(folder.count + 1))
    }

    private mutating func countLines(_ input: JSONValue, _ response: JSONValue) {
        if let hunks = response["structuredPatch"]?.elements, !hunks.isEmpty {
            let lines = hunks.flatMap { $0["lines"]?.elements ?? [] }.compactMap(\.text)
            added = lines.count { $0.hasPrefix("+") }
            removed = lines.count { $0.hasPrefix("-") }
        } else if let old = (input["old_string"] ?? input["oldString"])?.text,
            let new = (input["new_string"] ?? input["newString"])?.text
        {
            (added, removed) = LineCount.changed(from: old, to: new)
        } else if let content = input["content"]?.text, response["type"]?.text != "update" {
            (added, removed) = (LineCount.count(content), 0)
        }
    }

    mutating func readOutcome(_ json: JSONValue, kind: HookKind) {
        let response = json["tool_response"] ?? json["toolResult"] ?? json["output"] ?? .null
        hasSucceeded = kind == .codex && response.text != nil ? nil : true
        wasInterrupted = json["is_interrupt"]?.isTrue == true || response["interrupted"]?.isTrue == true
        var text = [response["stdout"]?.text, response["stderr"]?.text].compactMap { $0 }.joined(separator: "\n")
        if text.isEmpty {
            text =
                [response, response["llmContent"], response["textResultForLlm"], response["output"]]
                .lazy.compactMap { $0?.text }.first ?? ""
        }
        if let error = json["error"]?.text ?? response["error"]?.text ?? response["error"]?["message"]?.text {
            hasSucceeded = false
            text = error
        }
        if let type = response["resultType"]?.text { hasSucceeded = type == "success" }
        exitStatus = Self.status(response) ?? status(in: text, kind: kind)
        if let exitStatus { hasSucceeded = exitStatus == 0 }
        if command != nil { output = String(decoding: text.utf8.suffix(Self.outputLimit), as: UTF8.self) }
    }

    private static func status(_ response: JSONValue) -> Int? {
        ["exit_code", "exitCode", "exit"].lazy
            .compactMap { response[$0]?.integer ?? response["metadata"]?[$0]?.integer }.first
    }

    /// A status within a text, only where the agent itself writes it: any program may print such words.
    private func status(in text: String, kind: HookKind) -> Int? {
        let lines = text.split(separator: "\n")
        func number(_ line: Substring?, after mark: String) -> Int? {
            line.flatMap { $0.hasPrefix(mark) ? Int($0.dropFirst(mark.count)) : nil }
        }
        switch kind {
        case .claude:
            if hasSucceeded == false { return number(lines.first, after: "Exit code ") }
            return command == nil || wasInterrupted ? nil : 0
        case .codex: return command == nil ? number(lines.first, after: "Exit code: ") : nil
        case .gemini: return lines.lazy.compactMap { number($0, after: "Exit Code: ") }.last
        case .copilot, .opencode, .shell, .none: return nil
        }
    }
}
