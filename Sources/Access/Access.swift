// Access: who may do what with sessions over HTTP. Tokens with a role, some sessions or all, and an end; and a log of who
// did what.
//
// It is not the server (that is `RESTServer`) and knows no requests: it reads and writes two kinds of files, and says who
// somebody with a token is. A token itself is shown once and kept nowhere; its file holds a digest.
//
// Parts: AccessToken and TokenFile (the tokens, as `ah token` makes them), TokenBook (the same file as a server reads it,
// again after every change), Principal (somebody, with a role), AuditLog.

/// What somebody may do: each role may do what the ones before it may.
public enum Role: String, Codable, Hashable, Sendable, CaseIterable, Comparable {
    /// Read sessions: recordings, screens, snapshots.
    case viewer
    /// Steer them, too: prompts, keys, moments, snapshots, pauses, ends, new sessions.
    case `operator`
    /// Delete them, too.
    case admin

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }

    public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }
}

/// Somebody who asks for something.
public struct Principal: Hashable, Sendable {
    /// As the audit log names it: `uid 1000`, `token 3f2a9c01 (ci)`.
    public var name: String
    public var role: Role
    /// The sessions that it may see; nil for all, and for new ones.
    public var sessions: Set<String>?
    /// The token that says so; nil for a user of this machine.
    public var tokenID: String?

    public init(name: String, role: Role, sessions: Set<String>? = nil, tokenID: String? = nil) {
        self.name = name
        self.role = role
        self.sessions = sessions
        self.tokenID = tokenID
    }

    public func mayDo(_ needed: Role) -> Bool { role >= needed }
    public func maySee(_ session: String) -> Bool { sessions?.contains(session) ?? true }
}
