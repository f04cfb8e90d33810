import Glibc
import Processes

/// Snapshots by ZFS itself, of a workspace that is a dataset of its own: `DATASET@ah-KEY-SESSION-NUMBER`, where KEY tells
/// the store. Branches are clones, `DATASET/ah-KEY-…`, mounted where they are wanted.
///
/// Each request makes a snapshot, changed or not: ZFS tells what was written only seconds later, and one without changes
/// takes no space.
public final class ZFSProvider: SnapshotProvider {
    public let kind = ProviderKind.zfs
    /// The dataset that the workspace is.
    public let dataset: String
    private let workspace: String
    private let store: SnapshotStore
    private let records: SnapshotRecords
    private let commands: ZFSCommands
    private let key: String

    /// - Throws: `unavailable`, with the reason, where ZFS can't do it for this workspace.
    public convenience init(
        workspace: String, store: SnapshotStore, commands: ZFSCommands = .system
    ) throws(SnapshotError) {
        try self.init(workspace: workspace, store: store, commands: commands, mounts: MountTable())
    }

    init(
        workspace: String, store: SnapshotStore, commands: ZFSCommands, mounts: MountTable
    ) throws(SnapshotError) {
        guard let mount = mounts.mount(at: workspace), ["zfs", "fuse.zfs"].contains(mount.fileSystem) else {
            throw .unavailable(.zfs, path: workspace, reason: "it isn't where a ZFS dataset is mounted")
        }
        dataset = mount.source
        self.workspace = workspace
        self.store = store
        self.commands = commands
        records = SnapshotRecords(store)
        key = ObjectHash.of(Array(store.folder.utf8)).hex.prefix(8).description
        do throws(SnapshotError) {
            _ = try commands.snapshots(of: dataset, Deadline(milliseconds: 10_000))
        } catch {
            throw .unavailable(.zfs, path: workspace, reason: "\(error)")
        }
    }

    public var fidelity: Fidelity {
        Fidelity(
            Fidelity.Aspect.allCases.map { aspect in
                switch aspect {
                case .content:
                    .init(aspect, .kept, "datasets below it are empty folders. Nothing can be excluded")
                default: .init(aspect, .kept)
                }
            })
    }

    public func take(_ request: SnapshotRequest) throws(SnapshotError) -> Snapshot {
        try request.deadline.check("taking a snapshot")
        return try records.add(session: request.session, deadline: request.deadline) {
            number throws(SnapshotError) in
            let name = name(request.session, number)
            do throws(SnapshotError) {
                try commands.snapshot(name, request.deadline)
            } catch {
                guard case .program(_, _, let message) = error, message.contains("already exists") else { throw error }
                // Left by a process that was killed before it wrote the record.
                try commands.destroySnapshot(name, request.deadline)
                try commands.snapshot(name, request.deadline)
            }
            return Snapshot(
                session: request.session, number: number, label: request.label, reason: request.reason, provider: .zfs,
                workspace: workspace, reference: name, takenAt: WallClock.now(), sessionTime: request.sessionTime)
        }
    }

    private func name(_ session: String, _ number: UInt32) -> String { "\(dataset)@ah-\(key)-\(session)-\(number)" }

    public func tree(of snapshot: Snapshot) throws(SnapshotError) -> any SnapshotTree {
        guard let folder = try readOnlyFolder(of: snapshot) else {
            throw .noSuchSnapshot(snapshot.name, store: store.folder)
        }
        return try FolderTree(folder)
    }

    /// ZFS shows snapshots below `.zfs`. Where it doesn't (zfs-fuse), a read-only clone is made, which goes with the
    /// snapshot.
    public func readOnlyFolder(of snapshot: Snapshot) throws(SnapshotError) -> String? {
        let name = try checkedName(of: snapshot)
        let shown = "\(workspace)/.zfs/snapshot/\(name.split(separator: "@")[1])"
        if access(shown, F_OK) == 0 { return shown }
        let folder = "\(store.checkouts)/zfs-\(snapshot.session)-\(snapshot.number)"
        if try MountTable().mount(at: folder)?.source == readingClone(snapshot) { return folder }
        try WholeFile.makeFolders(store.checkouts)
        try commands.destroyDataset(readingClone(snapshot), .never)
        try commands.clone(name, as: readingClone(snapshot), at: folder, isReadOnly: true, .never)
        return folder
    }

    private func readingClone(_ snapshot: Snapshot) -> String {
        "\(dataset)/ah-\(key)-read-\(snapshot.session)-\(snapshot.number)"
    }

    /// A record may come from anywhere: only names that we would give are used.
    private func checkedName(of snapshot: Snapshot) throws(SnapshotError) -> String {
        let name = name(snapshot.session, snapshot.number)
        guard snapshot.provider == .zfs, snapshot.reference == name, SnapshotName.isUsable(snapshot.session) else {
            throw .noSuchSnapshot(snapshot.name, store: store.folder)
        }
        return name
    }

    /// A clone where it can be mounted there, which on Linux takes root's rights; else a copy.
    public func materialise(
        _ snapshot: Snapshot, at folder: String, deadline: Deadline
    ) throws(SnapshotError) -> MaterialiseReport {
        let name = try checkedName(of: snapshot)
        guard access(folder, F_OK) != 0 else { throw .exists(path: folder) }
        let branch = branchDataset(at: folder)
        do throws(SnapshotError) {
            try commands.clone(name, as: branch, at: folder, isReadOnly: false, deadline)
            if try MountTable().mount(at: folder)?.source == branch { return MaterialiseReport() }
        } catch {
            guard case .program = error else { throw error }
        }
        // It may have been made and not mounted.
        try commands.destroyDataset(branch, deadline)
        rmdir(folder)
        guard let source = try readOnlyFolder(of: snapshot) else {
            throw .noSuchSnapshot(snapshot.name, store: store.folder)
        }
        let report = try FolderClone(of: source).make(at: folder, deadline: deadline)
        return MaterialiseReport(files: report.files, bytes: report.copiedBytes, lost: report.lost)
    }

    /// A clone's mount point never moves, so branches don't grow under another name as folders do.
    public var branchFolder: String? { "\(store.folder)/volumes" }

    private func branchDataset(at folder: String) -> String {
        "\(dataset)/ah-\(key)-branch-\(ObjectHash.of(Array(folder.utf8)).hex.prefix(12))"
    }

    public func removeBranch(at folder: String, deadline: Deadline) throws(SnapshotError) {
        if try MountTable().mount(at: folder)?.source == branchDataset(at: folder) {
            try commands.destroyDataset(branchDataset(at: folder), deadline)
            rmdir(folder)
        } else {
            try FolderRemoval(of: folder).run(deadline: deadline)
        }
    }

    /// Space is freed by ZFS in the background, so that nothing is counted here.
    @discardableResult public func delete(_ snapshots: [Snapshot]) throws(SnapshotError) -> UInt64 {
        for snapshot in snapshots where snapshot.provider == .zfs {
            try records.remove(snapshot)
            guard let name = try? checkedName(of: snapshot) else { continue }
            try commands.destroyDataset(readingClone(snapshot), .never)
            rmdir("\(store.checkouts)/zfs-\(snapshot.session)-\(snapshot.number)")
            try commands.destroySnapshot(name, .never)
        }
        return 0
    }

    public func list() throws(SnapshotError) -> [Snapshot] {
        try records.all().filter { $0.provider == .zfs }
    }

    public func collectGarbage(_ request: GarbageRequest) throws(SnapshotError) -> GarbageReport {
        let lock = try FileLock(store.recordLock, .exclusive, deadline: request.deadline)
        defer { withExtendedLifetime(lock) {} }
        let snapshots = try list()
        let kept = Set(snapshots.map(\.reference))
        let reading = Set(snapshots.map { readingClone($0) })
        var report = GarbageReport()
        // Clones first, since a snapshot goes only with the last of them.
        for clone in try commands.datasets(below: dataset, request.deadline)
        where clone.hasPrefix("\(dataset)/ah-\(key)-read-") && !reading.contains(clone) {
            report.leftovers += 1
            if !request.isDryRun { try commands.destroyDataset(clone, request.deadline) }
        }
        for name in try commands.snapshots(of: dataset, request.deadline)
        where name.hasPrefix("\(dataset)@ah-\(key)-") && !kept.contains(name) {
            report.leftovers += 1
            if !request.isDryRun { try commands.destroySnapshot(name, request.deadline) }
        }
        return report
    }
}
