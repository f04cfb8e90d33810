/// A writable folder made of a snapshot, in which processes run as if it were the workspace.
public struct Branch: Hashable, Codable, Sendable {
    public var name: String
    /// The snapshot that it was made of. Its own snapshots lie in the same store, so that branches can be made of them.
    public var parent: SnapshotName
    /// The store's folder.
    public var store: String
    /// Where its files really lie.
    public var folder: String
    /// The path at which its processes see them.
    public var workspace: String
    /// Milliseconds since 1970.
    public var createdAt: Int64
    /// Who made the folder.
    public var provider: ProviderKind
    /// What the process that goes on in it was told.
    public var injectedMessage: String?
    /// The session that runs or ran in it.
    public var session: String?
    /// The user chose the folder: it is never deleted with the branch.
    public var isOwnFolder: Bool

    public init(
        name: String, parent: SnapshotName, store: String, folder: String, workspace: String, createdAt: Int64,
        provider: ProviderKind, injectedMessage: String? = nil, session: String? = nil, isOwnFolder: Bool = false
    ) {
        self.name = name
        self.parent = parent
        self.store = store
        self.folder = folder
        self.workspace = workspace
        self.createdAt = createdAt
        self.provider = provider
        self.injectedMessage = injectedMessage
        self.session = session
        self.isOwnFolder = isOwnFolder
    }
}

extension Branch {
    /// Checks a name that a user gives.
    /// - Throws: `invalidBranchName` with what is wrong.
    public static func check(name: String) throws(SnapshotError) { try BranchName.check(name) }

    /// Where a path of the workspace lies in the branch's folder; nil for one that isn't in the workspace.
    public func place(of path: String) -> String? {
        path.hasPrefix("\(workspace)/") ? folder + path.dropFirst(workspace.count) : nil
    }

    /// Folders of the program's own, and where they would lie in the branch: they are no part of it.
    public func ownPaths(_ own: [String]) -> [String] { own + own.compactMap { place(of: $0) } }
}

extension SnapshotName: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What a new branch shall be.
public struct BranchRequest: Sendable {
    /// nil: one is derived from the snapshot's name.
    public var name: String?
    /// A folder of the user's own choice, which must not exist; nil: it lies in the store.
    public var folder: String?
    public var injectedMessage: String?
    public var session: String?
    /// Leave a checkout for further branches of the snapshot; false for a branch that will be the only one.
    public var keepsCheckout = true
    public var deadline: Deadline

    public init(
        name: String? = nil, folder: String? = nil, injectedMessage: String? = nil, session: String? = nil,
        deadline: Deadline = .never
    ) {
        self.name = name
        self.folder = folder
        self.injectedMessage = injectedMessage
        self.session = session
        self.deadline = deadline
    }
}

/// A branch that was made, and what couldn't be restored in it.
public struct BranchReport: Hashable, Codable, Sendable {
    public var branch: Branch
    public var made: MaterialiseReport
    /// It came from a checkout that was there already.
    public var isFromCheckout: Bool
    /// Whether the branch's files are all that is in the snapshot, with all that it says of them.
    public var isExact: Bool
}
