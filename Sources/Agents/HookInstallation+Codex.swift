import Crypto
import TOMLKit

extension HookInstallation {
    static let codexEvents = [
        ("SessionStart", "session_start"), ("UserPromptSubmit", "user_prompt_submit"), ("PreToolUse", "pre_tool_use"),
        ("PermissionRequest", "permission_request"), ("PostToolUse", "post_tool_use"), ("Stop", "stop"),
        ("SessionEnd", "session_end"),
    ]

    /// `-c` lays hooks beside those of the user's files. Codex runs none that its user hasn't trusted: where they said so
    /// to us, exactly these hooks are marked as trusted for this one run; else only its notifications are left.
    static func codex(_ request: Request, read: (String) -> String?) -> HookInstallation {
        var result = HookInstallation()
        result.sayReplaced(request)
        guard request.trustsHooks else {
            result.addNotification(request, read: read)
            result.remarks.append(
                "Codex runs only hooks that its user trusts, so its tools are no moments of this session, only the ends "
                    + "of its turns; --trust-hooks lets this session's hooks run")
            return result
        }
        var states: [String] = []
        for (event, key) in codexEvents {
            let command = request.command(.codex, event)
            let text = JSONValue.string(command).encodedText
            // Codex gives the last of them a second, and the others ten minutes, which is more than any of ours takes.
            let seconds = event == "SessionEnd" ? 1 : 5
            result.arguments += [
                "-c", "hooks.\(event)=[{hooks=[{type=\"command\",command=\(text),timeout=\(seconds)}]}]",
            ]
            let place = "/<session-flags>/config.toml:\(key):0:0"
            states.append(
                "\"\(place)\"={trusted_hash=\"\(trustedHash(event: key, command: command, seconds: seconds))\"}")
        }
        result.arguments += ["-c", "hooks.state={\(states.joined(separator: ","))}"]
        return result
    }

    /// Of several `-c` for one key only the last counts, and the user's own come last.
    private mutating func sayReplaced(_ request: Request) {
        let keys =
            request.trustsHooks
            ? Self.codexEvents.map { "hooks.\($0.0)" } + ["hooks.state", "hooks"] : ["notify"]
        for (word, next) in zip(request.extra, request.extra.dropFirst() + [""]) {
            let setting =
                ["-c", "--config"].contains(word)
                ? next[...] : word.hasPrefix("--config=") ? word.dropFirst("--config=".count) : ""
            let name = setting.prefix { $0 != "=" && $0 != " " }
            guard keys.contains(String(name)) else { continue }
            remarks.append(
                "your own -c \(name) takes the place of this session's hooks there, so that what they tell is no moment; "
                    + "in Codex's config.toml it stands beside them")
        }
    }

    /// What Codex compares before it runs a hook: the digest of the hook as canonical JSON.
    static func trustedHash(event: String, command: String, seconds: Int) -> String {
        let hook =
            "{\"event_name\":\"\(event)\",\"hooks\":[{\"async\":false,\"command\":"
            + "\(JSONValue.string(command).encodedText),\"timeout\":\(seconds),\"type\":\"command\"}]}"
        let hexadecimal = SHA256.hash(data: Array(hook.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "sha256:" + hexadecimal.joined()
    }

    /// Codex has one command for notifications: the user's own runs after ours.
    private mutating func addNotification(_ request: Request, read: (String) -> String?) {
        let home = request.environment["CODEX_HOME"] ?? "\(request.home)/.codex"
        var words = [request.executable, "__hook", "codex", "notify"]
        if let text = read("\(home)/config.toml"), let table = try? TOMLTable(string: text),
            let own = table["notify"]?.array?.compactMap(\.string), !own.isEmpty
        {
            words += ["--then"] + own
        }
        let list = JSONValue.array(words.map { .string($0) }).encodedText
        arguments += ["-c", "notify=\(list)"]
    }
}
