import Glibc
import SessionHost
import Snapshots

/// Finds snapshots and branches in all stores by what a user calls them.
struct FsStores {
    let environment: [String: String]
    private let stores: [SnapshotStore]

    init(environment: [String: String] = Program.environment) throws(SnapshotError) {
        self.environment = environment
        stores = try SnapshotStore.all(below: SessionFolders(environment: environment).home)
    }

    struct FoundSnapshot {
        var store: SnapshotStore
        var snapshot: Snapshot
    }

    struct FoundBranch {
        var branches: BranchList
        var branch: Branch
        var store: SnapshotStore { branches.store }
    }

    /// `SESSION@N`, where the beginning of the session's id is enough.
    func snapshot(_ text: String) throws -> FoundSnapshot {
        let found = try SnapshotDesk(environment: environment).snapshot(text)
        return FoundSnapshot(store: found.store, snapshot: found.snapshot)
    }

    /// The store that has a session's snapshots, and the session's whole id.
    func session(_ text: String, for wanted: String? = nil) throws -> (SnapshotStore, String) {
        var found: [(SnapshotStore, String)] = []
        for store in stores {
            let sessions = try SnapshotRecords(store).sessions()
            if sessions.contains(text) { return (store, text) }
            found += sessions.filter { $0.hasPrefix(text.lowercased()) }.map { (store, $0) }
        }
        if found.count == 1 { return found[0] }
        guard found.isEmpty else {
            throw Failure(
                "\(text): may be \(found.prefix(5).map(\.1).joined(separator: " or ")); give more of it", status: 2)
        }
        throw Failure("\(wanted ?? text): no snapshots of such a session; `ah agent fs snapshots` lists them")
    }

    /// Every store's branches, oldest first.
    func branches() throws(SnapshotError) -> [Branch] {
        var all: [Branch] = []
        for store in stores { all += try BranchList(store).all() }
        return all.sorted { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }
    }

    func branch(_ text: String) throws -> FoundBranch {
        let all = try branches()
        let exact = all.filter { $0.name == text }
        let found = exact.isEmpty && !text.isEmpty ? all.filter { $0.name.hasPrefix(text) } : exact
        guard found.count == 1, let store = stores.first(where: { $0.folder == found[0].store }) else {
            throw SnapshotError.noSuchBranch(text, candidates: (found.isEmpty ? all : found).map(\.name))
        }
        return FoundBranch(branches: BranchList(store), branch: found[0])
    }

    /// The provider of a snapshot or a branch, for a folder of its store.
    func provider(_ kind: ProviderKind, _ store: SnapshotStore, folder: String) throws(SnapshotError)
        -> any SnapshotProvider
    {
        switch kind {
        case .btrfs: return try BtrfsProvider(workspace: folder, store: store)
        default:
            return try GitProvider(
                store: store, folder: folder, program: GitProgram(searchPath: environment["PATH"] ?? "/usr/bin:/bin"),
                watches: false)
        }
    }
}
