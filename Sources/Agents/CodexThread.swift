import Glibc

/// Codex's own record of a conversation, found by the conversation's id.
///
/// Codex asks its model for a title beside each first turn, in a conversation that it keeps no record of; the end of that
/// one is told like any other's.
enum CodexThread {
    /// Whether there is a record of this conversation; nil where nobody can say, since there are none at all.
    static func isRecorded(_ id: String, home: String) -> Bool? {
        var found = false
        var hasAny = false
        // sessions/YEAR/MONTH/DAY/rollout-TIME-ID.jsonl; the newest first, for it is mostly the one.
        for year in names("\(home)/sessions") {
            for month in names("\(home)/sessions/\(year)") {
                for day in names("\(home)/sessions/\(year)/\(month)") {
                    let files = names("\(home)/sessions/\(year)/\(month)/\(day)")
                    hasAny = hasAny || !files.isEmpty
                    found = files.contains { $0.hasPrefix("rollout-") && $0.contains(id) }
                    if found { return true }
                }
            }
        }
        return hasAny ? false : nil
    }

    private static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted(by: >)
    }
}

extension HookEvent {
    /// Whether it is the end of something that the agent asked its model by itself, which is no turn of the conversation.
    ///
    /// - Parameter environment: the agent's own.
    public func isSideRequest(environment: [String: String]) -> Bool {
        guard kind == .codex, name == "agent-turn-complete", let conversation, !conversation.isEmpty else {
            return false
        }
        let home = environment["CODEX_HOME"] ?? "\(environment["HOME"] ?? "")/.codex"
        return CodexThread.isRecorded(conversation, home: home) == false
    }
}
