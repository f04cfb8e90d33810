import FoundationEssentials

/// Where a session is in its life, in the words of the REST interface.
public enum SessionLifecycle: String, Codable, Hashable, Sendable, CaseIterable {
    case queued, provisioning, running, pausing, paused, resuming, stopping
    /// Somebody wanted it to end, and it did.
    case stopped
    /// Its program ended by itself, with status 0.
    case completed
    /// With another, or killed from outside; or its recorder was killed.
    case failed
    case cancelled

    /// Whether its host is there.
    public var isLive: Bool {
        switch self {
        case .queued, .provisioning, .running, .pausing, .paused, .resuming, .stopping: true
        case .stopped, .completed, .failed, .cancelled: false
        }
    }
}

/// What the catalogue knows of a session.
public struct SessionEntry: Hashable, Codable, Sendable {
    public var id: String
    /// The name it was given, when it was recorded or since.
    public var name: String?
    public var command: [String]
    public var cwd: String?
    public var host: String?
    public var user: String?
    public var agent: String?
    public var prompt: String?
    /// Who started it: `record`, `start`, `branch`, ….
    public var origin: String?
    /// Milliseconds since 1970.
    public var startedAt: Int64
    /// Milliseconds; of a live session, as far as its recording was read.
    public var duration: Int64
    public var status: SessionLifecycle
    public var exitCode: Int?
    public var exitSignal: Int?
    /// The newest state that its program was seen in; of one that has ended, how it did.
    public var state: String?
    /// Who told of it: `hook`, `exit`, …
    public var stateSource: String?
    /// What told of it: an event's name, a line of the screen.
    public var stateEvidence: String?
    /// Milliseconds since the session's start.
    public var stateSince: Int64?
    /// Of the host, while it runs.
    public var pid: Int32?
    public var socket: String?
    public var parent: Parent?
    public var tags: [String]
    public var isPinned: Bool
    public var recording: RecordingEntry?

    /// Where a branch came from.
    public struct Parent: Hashable, Codable, Sendable {
        public var session: String
        public var snapshot: Int64?
        /// Milliseconds of the parent's time.
        public var time: Int64?
        public var injectedMessage: String?
        /// How its conversation was rebuilt.
        public var continuation: String?
    }

    /// The command as one line.
    public var commandLine: String { command.joined(separator: " ") }
}

/// The file that holds a session.
public struct RecordingEntry: Hashable, Codable, Sendable {
    public var path: String
    public var fileSize: Int64
    /// Its user chose the place; it isn't below the program's own folder.
    public var isElsewhere: Bool
    public var isFinished: Bool
    public var columns: Int
    public var rows: Int
    public var outputBytes: Int64
    public var inputBytes: Int64
    public var moments: Int
    public var snapshots: Int
    /// Why it can't be read, or not to its end.
    public var problem: String?
}

/// A point on a session's timeline.
public struct MomentEntry: Hashable, Sendable {
    public var id: Int64
    /// Milliseconds since the session's start.
    public var time: Int64
    /// Output bytes before it.
    public var offset: Int64
    public var label: String
    public var type: String
    public var isAutomatic: Bool
    public var description: String?
    /// An object of strings, as JSON: seldom asked for, so it isn't taken apart.
    public var attributesJSON: String?

    public var attributes: [String: String] {
        guard let text = attributesJSON else { return [:] }
        return (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
    }
}

/// A snapshot as a session's recording shows it, and whether it is still there.
public struct SnapshotEntry: Hashable, Sendable {
    public var session: String
    public var number: Int64
    /// Milliseconds since the session's start; nil for one taken outside of a recording.
    public var time: Int64?
    public var offset: Int64?
    public var label: String
    public var provider: String?
    public var reference: String?
    public var reason: String?
    /// Bytes that it added to the store, where known.
    public var size: Int64?
    public var isFuzzy: Bool
    /// In which it lies; nil when it was deleted.
    public var store: String?
    public var workspace: String?
    /// Milliseconds since 1970; nil when it was deleted.
    public var takenAt: Int64?

    /// `SESSION@N`.
    public var name: String { "\(session)@\(number)" }
}

/// A state that a session's agent was seen in, from `time` on.
public struct StateEntry: Hashable, Codable, Sendable {
    /// Milliseconds since the session's start.
    public var time: Int64
    public var state: String
    /// Who told of it.
    public var source: String?
    /// What told of it.
    public var evidence: String?
}

/// A branch of a snapshot: a folder in which a session runs, ran, or may run.
public struct BranchEntry: Hashable, Codable, Sendable {
    public var name: String
    public var store: String
    public var parentSession: String
    public var parentNumber: Int64
    public var folder: String
    public var workspace: String
    /// Milliseconds since 1970.
    public var createdAt: Int64
    public var provider: String
    /// The session that runs or ran in it.
    public var session: String?
    public var injectedMessage: String?
    /// Its user chose the folder.
    public var isOwnFolder: Bool
}

/// What is left of a session that was removed.
public struct Tombstone: Hashable, Codable, Sendable {
    /// Milliseconds since 1970.
    public var removedAt: Int64
    /// Why: ``byHand``, or the rule of the retention.
    public var reason: String
    public var name: String?
    public var command: [String]
    public var cwd: String?
    public var agent: String?
    public var startedAt: Int64
    public var duration: Int64
    public var status: SessionLifecycle
    public var fileSize: Int64
    public var snapshots: Int
    public var tags: [String]
    public var parent: SessionEntry.Parent?
    /// Set once everything is gone; before, the removal was cut short and has to be finished.
    public var isComplete = false

    /// The reason of those that a person removed.
    public static let byHand = "by hand"

    public init(of session: SessionEntry, reason: String, removedAt: Int64) {
        self.removedAt = removedAt
        self.reason = reason
        name = session.name
        command = session.command
        cwd = session.cwd
        agent = session.agent
        startedAt = session.startedAt
        duration = session.duration
        status = session.status
        fileSize = session.recording?.fileSize ?? 0
        snapshots = session.recording?.snapshots ?? 0
        tags = session.tags
        parent = session.parent
    }
}
