import Glibc

/// The snapshots of one folder, a workspace or a branch of it: the provider that suits it, and everything above providers.
public final class WorkspaceSnapshots {
    public let store: SnapshotStore
    /// Absolute and real.
    public let folder: String
    public let policy: SnapshotPolicy
    public let provider: any SnapshotProvider
    /// Which provider it is, and why not another.
    public let choice: ProviderChoice
    public let records: SnapshotRecords
    /// Those whose policy is noted.
    private var sessions: Set<String> = []

    /// - Parameters:
    ///   - store: that of the workspace, also for a branch.
    ///   - preference: anything but `disable`.
    ///   - searchPath: the PATH on which git is looked for.
    ///   - watches: false for a process that takes one snapshot only: watching costs more than one scan.
    ///   - ownPaths: absolute paths of the program's own files and folders, which are left out where the provider can.
    /// - Throws: `unavailable` if the provider that was asked for can't work here.
    public init(
        store: SnapshotStore, folder: String, preference: ProviderChoice.Preference = .auto,
        policy: SnapshotPolicy = .standard,
        searchPath: String, watches: Bool = true, ownPaths: [String] = []
    ) throws(SnapshotError) {
        guard let real = realpath(folder, nil) else { throw .last("open", folder) }
        defer { free(real) }
        self.folder = String(cString: real)
        self.store = store
        self.policy = policy
        records = SnapshotRecords(store)
        choice = try ProviderChoice(preference, workspace: self.folder, store: store)
        guard let kind = choice.kind else {
            throw .unavailable(.git, path: self.folder, reason: "snapshots are switched off")
        }
        provider = try ProviderMaker(
            store: store, folder: self.folder, policy: policy, searchPath: searchPath, watches: watches,
            ownPaths: ownPaths
        ).make(kind)
    }

    public func take(_ request: SnapshotRequest) throws(SnapshotError) -> Snapshot {
        let snapshot = try provider.take(request)
        if !sessions.contains(request.session) {
            try records.notePolicy(policy, of: request.session)
            sessions.insert(request.session)
        }
        return snapshot
    }

    /// Looks at the folder after a snapshot that didn't.
    /// - Returns: whether its files are still those of the session's last snapshot.
    public func look(for session: String, deadline: Deadline) throws(SnapshotError) -> Bool {
        try (provider as? GitProvider)?.look(for: session, deadline: deadline) ?? true
    }

    /// Readable when something may have changed; -1 when that isn't known.
    public var changeDescriptor: Int32 { (provider as? GitProvider)?.changeDescriptor ?? -1 }

    /// Whether anything changed since the last call; always false where that isn't known.
    public func hasNewChanges() -> Bool { (provider as? GitProvider)?.hasNewChanges() ?? false }

    /// The folder's files as they are now.
    public func current(deadline: Deadline = .never) throws(SnapshotError) -> any SnapshotTree {
        if let git = provider as? GitProvider { return try git.current(deadline: deadline) }
        return try FolderTree(folder)
    }

    /// Call at the end of a session: what was learned serves the next one.
    public func close() throws(SnapshotError) { try (provider as? GitProvider)?.saveIndex() }

    public func status() throws(SnapshotError) -> WorkspaceStatus {
        let git = provider as? GitProvider
        return WorkspaceStatus(
            workspace: store.workspace, folder: folder, provider: provider.kind, choice: choice,
            store: store.folder, storeBytes: try store.size(), snapshots: try records.all().count,
            excluded: git == nil ? [] : policy.excluded, largestFile: git == nil ? nil : policy.largestFile,
            watch: git?.watchState, fidelity: provider.fidelity,
            notKept: (provider as? BtrfsProvider)?.nested ?? PathNotes())
    }
}

/// What `ah agent fs status` says of a folder.
public struct WorkspaceStatus: Hashable, Codable, Sendable {
    public var workspace: String
    public var folder: String
    public var provider: ProviderKind
    public var choice: ProviderChoice
    public var store: String
    public var storeBytes: UInt64
    public var snapshots: Int
    public var excluded: [String]
    /// nil where the provider has no limit.
    public var largestFile: UInt64?
    /// How changes are noticed.
    public var watch: String?
    public var fidelity: Fidelity
    /// What is known to be missing without looking at every file: nested subvolumes.
    public var notKept: PathNotes
}

/// Makes providers by kind.
struct ProviderMaker {
    let store: SnapshotStore
    let folder: String
    let policy: SnapshotPolicy
    let searchPath: String
    let watches: Bool
    var ownPaths: [String] = []

    func make(_ kind: ProviderKind) throws(SnapshotError) -> any SnapshotProvider {
        switch kind {
        case .btrfs: return try BtrfsProvider(workspace: folder, store: store)
        case .zfs: return try ZFSProvider(workspace: folder, store: store)
        case .git:
            return try GitProvider(
                store: store, folder: folder, policy: policy, program: GitProgram(searchPath: searchPath),
                watches: watches, ownPaths: ownPaths)
        case .copy: throw .unavailable(.copy, path: folder, reason: "copies are made of snapshots, not taken as such")
        }
    }
}
