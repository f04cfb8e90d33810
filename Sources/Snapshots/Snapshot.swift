import Processes

/// A saved state of a workspace: what is known of it without looking at its files.
public struct Snapshot: Hashable, Codable, Sendable {
    public var session: String
    /// Counted from 1 within the session.
    public var number: UInt32
    public var label: String
    public var reason: SnapshotReason
    public var provider: ProviderKind
    /// The absolute path that was saved.
    public var workspace: String
    /// Where the provider finds it: git: a commit's id; btrfs: a subvolume's path; zfs: `pool/set@name`.
    public var reference: String
    /// Milliseconds since 1970.
    public var takenAt: Int64
    /// Milliseconds since the session's start.
    public var sessionTime: UInt64?
    /// What it added to the store; nil where the provider can't tell.
    public var bytesAdded: UInt64?
    /// Files that changed while they were read, three times over: their content may be torn.
    public var fuzzy: PathNotes
    /// What isn't in it: unreadable, over the size limit, on another file system, a socket.
    public var skipped: PathNotes
    /// Set when nothing had changed: it is that snapshot, asked for again.
    public var sameAs: UInt32?

    public init(
        session: String, number: UInt32, label: String, reason: SnapshotReason, provider: ProviderKind,
        workspace: String,
        reference: String, takenAt: Int64, sessionTime: UInt64? = nil, bytesAdded: UInt64? = nil,
        fuzzy: PathNotes = PathNotes(), skipped: PathNotes = PathNotes(), sameAs: UInt32? = nil
    ) {
        self.session = session
        self.number = number
        self.label = label
        self.reason = reason
        self.provider = provider
        self.workspace = workspace
        self.reference = reference
        self.takenAt = takenAt
        self.sessionTime = sessionTime
        self.bytesAdded = bytesAdded
        self.fuzzy = fuzzy
        self.skipped = skipped
        self.sameAs = sameAs
    }

    /// `SESSION@N`. Its session was checked when it was taken or read.
    public var name: String { "\(session)@\(number)" }
}

extension Snapshot {
    /// The same snapshot, asked for once more with nothing changed.
    func again(for request: SnapshotRequest) -> Snapshot {
        var same = self
        same.sameAs = number
        same.label = request.label
        same.reason = request.reason
        same.sessionTime = request.sessionTime
        same.takenAt = WallClock.now()
        same.bytesAdded = 0
        return same
    }
}

/// Why a snapshot was taken.
public enum SnapshotReason: String, Codable, Sendable, CaseIterable {
    case start, moment, change, manual, exit, adopt, branch
    case beforeApply = "before-apply"
}

/// One way to take snapshots, as it is named on the command line.
public enum ProviderKind: String, Codable, Sendable, CaseIterable {
    case git, btrfs, zfs, copy
}

/// Paths with what is to be said of them: how many, and the first few.
public struct PathNotes: Hashable, Codable, Sendable {
    public struct Note: Hashable, Codable, Sendable {
        public var path: RelativePath
        public var text: String

        public init(path: RelativePath, text: String) {
            self.path = path
            self.text = text
        }
    }

    public static let limit = 20
    public private(set) var count: Int
    public private(set) var first: [Note]

    public init() {
        count = 0
        first = []
    }

    public var isEmpty: Bool { count == 0 }

    public mutating func add(_ path: RelativePath, _ text: String) {
        count += 1
        if first.count < Self.limit { first.append(Note(path: path, text: text)) }
    }

    public mutating func add(_ other: PathNotes) {
        count += other.count
        first.append(contentsOf: other.first.prefix(Self.limit - first.count))
    }
}
