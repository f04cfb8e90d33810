/// One thing that happened in a session, at its time: what a recording is a list of.
///
/// These are the canonical events of the running digest: however a file frames them, they are the same.
public struct Event: Hashable, Sendable {
    public var time: SessionTime
    /// Output bytes before this event.
    public var offset: ByteOffset
    public var kind: Kind

    public init(time: SessionTime, offset: ByteOffset, kind: Kind) {
        self.time = time
        self.offset = offset
        self.kind = kind
    }

    public enum Kind: Hashable, Sendable {
        /// One read from the PTY (or several that came back to back).
        case output([UInt8])
        /// Bytes sent to the child; recorded only when asked for.
        case input([UInt8])
        case resize(columns: Int, rows: Int)
        /// Tag 3 of version 1, kept as it was.
        case mark(code: UInt32, value: UInt32)
        case moment(Moment)
        case snapshot(SnapshotReference)
        case metadata(SessionMetadata)
        case branch(BranchMetadata)
        case state(StateChange)
        case redaction(Redaction)
        case exit(ExitStatus)
        case gap(Gap)
        /// The running SHA-256 of all canonical events before it.
        case digest([UInt8])
        /// An extension record of a kind this version doesn't know; kept when a file is rewritten.
        case unknown(kind: UInt8, version: UInt8, body: [UInt8])
    }
}

/// A named point on a session's timeline.
public struct Moment: Hashable, Sendable, Codable {
    /// Unique within its session, from 1, in order of creation.
    public var id: UInt64
    public var label: String
    /// `tool_boundary`, `shell_command`, `milestone`, `state`, `manual`, `snapshot_failed` … ; open ended.
    public var type: String
    /// Whether a program made it by itself (a hook, a rule) or a person or script asked for it.
    public var isAutomatic: Bool
    public var description: String?
    /// Size-bounded facts about it: tool, target, exit status, evidence.
    public var attributes: [String: String]?

    public init(
        id: UInt64, label: String, type: String, isAutomatic: Bool, description: String? = nil,
        attributes: [String: String]? = nil
    ) {
        self.id = id
        self.label = label
        self.type = type
        self.isAutomatic = isAutomatic
        self.description = description
        self.attributes = attributes
    }
}

/// A snapshot of the workspace, as the recording refers to it. Version 1's readers see its number and label.
public struct SnapshotReference: Hashable, Sendable, Codable {
    /// Unique within its session, from 1: the `N` of `SESSION@N`.
    public var id: UInt64
    public var label: String
    /// `btrfs`, `zfs`, `git`, …; nil for a snapshot that another program's version 1 file mentions.
    public var provider: String?
    /// The provider's own name for it.
    public var reference: String?
    /// Why it was taken: `start`, `moment`, `manual`, `exit`, ….
    public var reason: String?
    /// Bytes it added to the store, where known.
    public var size: UInt64?
    /// Whether files changed while they were read.
    public var isFuzzy: Bool?

    public init(
        id: UInt64, label: String, provider: String? = nil, reference: String? = nil, reason: String? = nil,
        size: UInt64? = nil, isFuzzy: Bool? = nil
    ) {
        self.id = id
        self.label = label
        self.provider = provider
        self.reference = reference
        self.reason = reason
        self.size = size
        self.isFuzzy = isFuzzy
    }
}

/// Facts about the session as a whole. Nothing here but what its user let in: no environment beyond `TERM`'s kin.
public struct SessionMetadata: Hashable, Sendable, Codable {
    public var sessionID: String
    public var command: [String]
    public var cwd: String?
    public var host: String?
    public var user: String?
    /// Wall clock at the session's time zero, milliseconds since 1970.
    public var startedAt: Int64
    public var agent: String?
    public var prompt: String?
    /// The model that the agent was told to use, and how much it may do without asking, as the agent calls them; nil
    /// where it was left to the agent.
    public var model: String?
    public var permissionMode: String?
    public var name: String?
    /// The child's TERM.
    public var terminal: String?
    /// Who started it: `record`, `start`, `branch`, `import`, ….
    public var origin: String?

    public init(sessionID: String, command: [String], startedAt: Int64) {
        self.sessionID = sessionID
        self.command = command
        self.startedAt = startedAt
    }
}

/// Where a branched session came from.
public struct BranchMetadata: Hashable, Sendable, Codable {
    public var parentSessionID: String
    /// The parent's snapshot number.
    public var snapshotID: UInt64?
    /// The parent's time at which it branched, milliseconds.
    public var parentTime: Int64?
    public var injectedMessage: String?
    /// `resume`, `replay`, `fresh`: how the conversation was rebuilt.
    public var contextReconstruction: String?

    public init(parentSessionID: String) {
        self.parentSessionID = parentSessionID
    }
}

/// What the session's program does from here on, as far as was known, and why that was thought.
public struct StateChange: Hashable, Sendable, Codable {
    /// `starting`, `working`, `waits-for-permission`, `waits-for-input`, `idle`, `done`, `failed`, `unknown`; open ended.
    public var state: String
    /// Who told it: `hook`, `screen rule`, `exit`, …; open ended.
    public var source: String?
    /// What told it: an event's name, a line of the screen.
    public var evidence: String

    public init(state: String, source: String? = nil, evidence: String) {
        self.state = state
        self.source = source
        self.evidence = evidence
    }
}

/// Something was hidden here, and by which rule; never how long it was.
public struct Redaction: Hashable, Sendable, Codable {
    /// `input` or `output`.
    public var stream: String
    /// `password` (the terminal's echo was off) or a rule's name.
    public var rule: String

    public init(stream: String, rule: String) {
        self.stream = stream
        self.rule = rule
    }
}

/// How the child ended: exactly one of the two is set.
public struct ExitStatus: Hashable, Sendable, Codable {
    public var code: Int32?
    public var signal: Int32?

    public init(code: Int32? = nil, signal: Int32? = nil) {
        self.code = code
        self.signal = signal
    }

    /// As a shell reports it: the code, or 128 + the signal.
    public var shellStatus: Int32 { code ?? 128 + (signal ?? 0) }
}

/// Bytes that are missing here, and why.
public struct Gap: Hashable, Sendable, Codable {
    public var bytes: UInt64
    public var reason: String

    public init(bytes: UInt64, reason: String) {
        self.bytes = bytes
        self.reason = reason
    }
}
