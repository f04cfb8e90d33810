/// How much of the past is kept. Limits that are nil don't limit.
public struct RetentionPolicy: Hashable, Codable, Sendable {
    public struct Limits: Hashable, Codable, Sendable {
        /// Sessions.
        public var count: Int?
        /// Milliseconds since a session's end.
        public var age: Int64?
        /// Bytes of recordings and of what their snapshots added.
        public var size: Int64?

        public init(count: Int? = nil, age: Int64? = nil, size: Int64? = nil) {
            self.count = count
            self.age = age
            self.size = size
        }

        public var isEmpty: Bool { count == nil && age == nil && size == nil }
    }

    /// For whatever no other limits are for.
    public var standard = Limits()
    /// By folder: for sessions that started in it or below it; the longest wins.
    public var projects: [String: Limits] = [:]
    /// Win over those of projects; of several tags of a session the first in the alphabet.
    public var tags: [String: Limits] = [:]

    public init() {}

    public var isEmpty: Bool {
        standard.isEmpty && projects.values.allSatisfy(\.isEmpty) && tags.values.allSatisfy(\.isEmpty)
    }

    /// Which limits are a session's: sessions of one group are counted together.
    enum Group: Hashable {
        case standard
        case project(String)
        case tag(String)

        var name: String {
            switch self {
            case .standard: ""
            case .project(let folder): " of \(folder)"
            case .tag(let tag): " with #\(tag)"
            }
        }
    }

    func limits(_ group: Group) -> Limits {
        switch group {
        case .standard: standard
        case .project(let folder): projects[folder] ?? Limits()
        case .tag(let tag): tags[tag] ?? Limits()
        }
    }

    func group(of session: RetentionGraph.Session) -> Group {
        if !tags.isEmpty, let tag = session.tags.sorted().first(where: { tags[$0] != nil }) { return .tag(tag) }
        guard !projects.isEmpty, var folder = session.folder else { return .standard }
        while true {
            if projects[folder] != nil { return .project(folder) }
            guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { return .standard }
            folder = String(folder[..<slash])
        }
    }
}

/// What there is and what needs what, as far as retention cares.
public struct RetentionGraph: Hashable, Sendable {
    public struct Session: Hashable, Sendable {
        public var id: String
        public var name: String?
        /// Milliseconds since 1970.
        public var endedAt: Int64
        /// Of the recording.
        public var bytes: Int64
        public var folder: String?
        public var tags: [String] = []
        public var isPinned = false
        public var isRunning = false
        /// Its user chose where the recording lies.
        public var isElsewhere = false
        /// Who looks at it, where that was asked.
        public var use: String?

        public init(id: String, endedAt: Int64, bytes: Int64) {
            self.id = id
            self.endedAt = endedAt
            self.bytes = bytes
        }
    }

    public struct Snapshot: Hashable, Sendable {
        public var session: String
        public var number: Int64
        public var bytes: Int64

        public init(session: String, number: Int64, bytes: Int64) {
            self.session = session
            self.number = number
            self.bytes = bytes
        }
    }

    public struct Branch: Hashable, Sendable {
        public var name: String
        public var store: String
        public var parentSession: String
        public var parentNumber: Int64
        /// The session that runs or ran in it; nil for one made by hand.
        public var session: String?
        public var isInUse = false
        /// Its user chose the folder.
        public var isOwnFolder = false

        public init(name: String, store: String, parentSession: String, parentNumber: Int64, session: String?) {
            self.name = name
            self.store = store
            self.parentSession = parentSession
            self.parentNumber = parentNumber
            self.session = session
        }
    }

    public var sessions: [Session] = []
    public var snapshots: [Snapshot] = []
    public var branches: [Branch] = []
    /// Sessions that were removed before; snapshots of theirs stayed only because something needed them.
    public var removed: Set<String> = []
    /// Those of them that a person removed: their branches are that person's.
    public var removedByHand: Set<String> = []

    public init() {}
}
