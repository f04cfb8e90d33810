import Glibc

/// The snapshots of one folder, a workspace or a branch of it: the provider that suits it, and everything above providers.
public final class WorkspaceSnapshots {
    public let store: SnapshotStore
    /// Absolute and real.
    public let folder: String
    public let policy: SnapshotPolicy
    public let provider: any SnapshotProvider
    /// Which provider it is and why, in a sentence.
    public let explanation: String
    public let records: SnapshotRecords
    private let program: GitProgram

    /// What a user asks for.
    public enum Choice: Hashable, Sendable {
        case auto
        case only(ProviderKind)

        /// Reads `auto`, `btrfs`, `zfs`, `git`.
        public init?(_ text: String) {
            if text == "auto" {
                self = .auto
            } else if let kind = ProviderKind(rawValue: text), kind != .copy {
                self = .only(kind)
            } else {
                return nil
            }
        }
    }

    /// - Parameters:
    ///   - store: that of the workspace, also for a branch.
    ///   - searchPath: the PATH on which git and zfs are looked for.
    ///   - watches: false for a process that takes one snapshot only: watching costs more than one scan.
    /// - Throws: `unavailable` if the provider that was asked for can't work here.
    public init(
        store: SnapshotStore, folder: String, choice: Choice = .auto, policy: SnapshotPolicy = .standard,
        searchPath: String, watches: Bool = true
    ) throws(SnapshotError) {
        guard let real = realpath(folder, nil) else { throw .last("open", folder) }
        defer { free(real) }
        self.folder = String(cString: real)
        self.store = store
        self.policy = policy
        records = SnapshotRecords(store)
        program = GitProgram(searchPath: searchPath)
        let selection = ProviderSelection(
            store: store, folder: self.folder, policy: policy, program: program, watches: watches,
            searchPath: searchPath)
        (provider, explanation) = try selection.choose(choice)
    }

    public func take(_ request: SnapshotRequest) throws(SnapshotError) -> Snapshot { try provider.take(request) }

    /// Readable when something may have changed; -1 when that isn't known.
    public var changeDescriptor: Int32 { (provider as? GitProvider)?.changeDescriptor ?? -1 }

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
            workspace: store.workspace, folder: folder, provider: provider.kind, explanation: explanation,
            store: store.folder, storeBytes: try store.size(), snapshots: try records.all().count,
            excluded: git == nil ? [] : policy.excluded, largestFile: git == nil ? nil : policy.largestFile,
            watch: git?.watchState, fidelity: provider.fidelity)
    }
}

/// What `ah agent fs status` says of a folder.
public struct WorkspaceStatus: Hashable, Codable, Sendable {
    public var workspace: String
    public var folder: String
    public var provider: ProviderKind
    public var explanation: String
    public var store: String
    public var storeBytes: UInt64
    public var snapshots: Int
    public var excluded: [String]
    /// nil where the provider has no limit.
    public var largestFile: UInt64?
    /// How changes are noticed.
    public var watch: String?
    public var fidelity: Fidelity
}

/// Finds the provider for a folder.
struct ProviderSelection {
    let store: SnapshotStore
    let folder: String
    let policy: SnapshotPolicy
    let program: GitProgram
    let watches: Bool
    let searchPath: String

    func choose(_ choice: WorkspaceSnapshots.Choice) throws(SnapshotError) -> (any SnapshotProvider, String) {
        switch choice {
        case .only(let kind): return (try make(kind), "\(kind.rawValue): it was asked for")
        case .auto: return try automatic()
        }
    }

    /// The file system's own snapshots where it has them and nothing is to be left out, else git.
    private func automatic() throws(SnapshotError) -> (any SnapshotProvider, String) {
        var reasons: [String] = []
        for kind in [ProviderKind.btrfs, .zfs] {
            guard policy.excluded.isEmpty else {
                reasons.append("\(kind.rawValue) can't leave out what the policy excludes")
                continue
            }
            do throws(SnapshotError) {
                return (try make(kind), "\(kind.rawValue): the workspace's file system takes snapshots itself")
            } catch {
                switch error {
                case .unavailable(_, _, let reason): reasons.append("\(kind.rawValue): \(reason)")
                default: reasons.append("\(kind.rawValue): \(error)")
                }
            }
        }
        return (try make(.git), "git: works on any file system (\(reasons.joined(separator: "; ")))")
    }

    private func make(_ kind: ProviderKind) throws(SnapshotError) -> any SnapshotProvider {
        switch kind {
        case .btrfs: return try BtrfsProvider(workspace: folder, store: store)
        case .git:
            return try GitProvider(store: store, folder: folder, policy: policy, program: program, watches: watches)
        case .zfs: throw .unavailable(.zfs, path: folder, reason: "it isn't a data set of ZFS")
        case .copy: throw .unavailable(.copy, path: folder, reason: "copies are made of snapshots, not taken as such")
        }
    }
}
