import GRDB

/// Which sessions a list is of; without anything, all, newest first.
public struct SessionFilter: Hashable, Sendable {
    public var statuses: Set<SessionLifecycle> = []
    public var agent: String?
    /// Those that started in this folder or below it.
    public var folder: String?
    /// All of them.
    public var tags: [String] = []
    public var isPinned: Bool?
    /// Milliseconds since 1970: started at or after, and before.
    public var since: Int64?
    public var until: Int64?
    /// Part of the name, the command, the prompt, the folder or the id; case doesn't matter.
    public var text: String?
    /// Branches of this session.
    public var parent: String?
    public var ids: [String]?
    public var limit: Int?
    public var offset = 0
    public var isOldestFirst = false

    public init() {}

    /// The conditions, over `sessions` as `s` and `notes` as `n`.
    var condition: SQL {
        var parts: [SQL] = []
        if !statuses.isEmpty { parts.append("s.status IN \(statuses.map(\.rawValue).sorted())") }
        if let agent { parts.append("s.agent = \(agent)") }
        if let folder {
            // A range instead of a pattern: names may hold what is special there.
            parts.append("(s.cwd = \(folder) OR (s.cwd >= \(folder + "/") AND s.cwd < \(folder + "0")))")
        }
        for tag in tags {
            parts.append("EXISTS (SELECT 1 FROM tags t WHERE t.session_id = s.id AND t.tag = \(tag))")
        }
        if let isPinned { parts.append("COALESCE(n.is_pinned, 0) = \(isPinned)") }
        if let since { parts.append("s.started_at >= \(since)") }
        if let until { parts.append("s.started_at < \(until)") }
        if let text {
            let pattern = "%\(Self.escape(text))%"
            parts.append(
                """
                (COALESCE(n.given_name, s.recorded_name, '') LIKE \(pattern) ESCAPE '\\'
                 OR s.command LIKE \(pattern) ESCAPE '\\' OR COALESCE(s.prompt, '') LIKE \(pattern) ESCAPE '\\'
                 OR COALESCE(s.cwd, '') LIKE \(pattern) ESCAPE '\\' OR s.id LIKE \(pattern) ESCAPE '\\')
                """)
        }
        if let parent { parts.append("s.parent_id = \(parent)") }
        if let ids { parts.append("s.id IN \(ids)") }
        return parts.isEmpty ? "1" : parts.joined(separator: " AND ")
    }

    var order: SQL {
        isOldestFirst ? "ORDER BY s.started_at, s.id" : "ORDER BY s.started_at DESC, s.id DESC"
    }

    var bounds: SQL { limit.map { "LIMIT \($0) OFFSET \(offset)" } ?? "LIMIT -1 OFFSET \(offset)" }

    static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            if character == "%" || character == "_" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
