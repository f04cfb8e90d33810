import CSnapshots
import Glibc
import Processes

/// Snapshots by btrfs itself: all files at one moment, in some milliseconds whatever their number. A snapshot is a
/// read-only subvolume `PLACE/snapshots/SESSION/NUMBER`; a branch is a writable one of that.
public final class BtrfsProvider: SnapshotProvider {
    public let kind = ProviderKind.btrfs
    public let volume: BtrfsVolume
    private let store: SnapshotStore
    private let records: SnapshotRecords
    /// nil for a workspace that is gone: what was taken of it can still be read and deleted.
    private let folder: OpenFile?
    /// Each session's last snapshot of ours, and the transaction that had last changed its files.
    private var last: [String: (snapshot: Snapshot, change: UInt64)] = [:]

    /// - Throws: `unavailable`, with the reason, where btrfs can't do it for this workspace.
    public init(workspace: String, store: SnapshotStore) throws(SnapshotError) {
        volume = try BtrfsVolume(for: workspace, store: store)
        self.store = store
        records = SnapshotRecords(store)
        folder = try OpenFile(folder: workspace)
        try WholeFile.makeFolders("\(volume.place)/branches")
    }

    /// For what is in a store already, whatever has become of the workspace.
    /// - Throws: `absent` if the file system with the snapshots isn't there.
    init(keptBy store: SnapshotStore) throws(SnapshotError) {
        self.store = store
        records = SnapshotRecords(store)
        (volume, folder) = try Self.open(store, records)
        try WholeFile.makeFolders("\(volume.place)/branches")
    }

    private static func open(
        _ store: SnapshotStore, _ records: SnapshotRecords
    ) throws(SnapshotError) -> (BtrfsVolume, OpenFile?) {
        do throws(SnapshotError) {
            return (try BtrfsVolume(for: store.workspace, store: store), try OpenFile(folder: store.workspace))
        } catch {
            return (try BtrfsVolume(keptBy: store, records.all()), nil)
        }
    }

    /// Where branches cost next to nothing: on the same file system.
    public var branchFolder: String? { "\(volume.place)/branches" }

    /// What its snapshots hold an empty folder for.
    var nested: PathNotes { folder.map { BtrfsVolume.nested(in: $0) } ?? PathNotes() }

    private var snapshotFolder: String { "\(volume.place)/snapshots" }

    public var fidelity: Fidelity {
        Fidelity(
            Fidelity.Aspect.allCases.map { aspect in
                switch aspect {
                case .content:
                    .init(aspect, .kept, "nested subvolumes are empty folders; each is named. Nothing can be excluded")
                default: .init(aspect, .kept)
                }
            })
    }

    public func take(_ request: SnapshotRequest) throws(SnapshotError) -> Snapshot {
        try request.deadline.check("taking a snapshot")
        let before = last[request.session].flatMap { access($0.snapshot.reference, F_OK) == 0 ? $0 : nil }
        let skipped = nested
        var change: UInt64 = 0
        let snapshot = try records.addIfNew(session: request.session, deadline: request.deadline) {
            number throws(SnapshotError) in
            let path = try make(session: request.session, number: number)
            change = try lastChange(of: path)
            if change == before?.change {
                try BtrfsRemoval.remove(path)
                return nil
            }
            return Snapshot(
                session: request.session, number: number, label: request.label, reason: request.reason,
                provider: .btrfs,
                workspace: volume.workspace, reference: path, takenAt: WallClock.now(),
                sessionTime: request.sessionTime, skipped: skipped)
        }
        guard let snapshot else {
            guard let before else { throw .noSuchSnapshot(request.session, store: store.folder) }
            return before.snapshot.again(for: request)
        }
        last[request.session] = (snapshot, change)
        return snapshot
    }

    /// The transaction that last changed a snapshot's files. Only the snapshot itself can be asked: of the workspace the
    /// kernel doesn't say what is written but not on the disk yet.
    private func lastChange(of path: String) throws(SnapshotError) -> UInt64 {
        let subvolume = try OpenFile(folder: path)
        var change: UInt64 = 0
        let result = ah_btrfs_last_change(subvolume.descriptor, &change)
        guard result == 0 else { throw .system(operation: "ask for the last change of", path: path, code: -result) }
        return change
    }

    private func make(session: String, number: UInt32) throws(SnapshotError) -> String {
        guard let folder else { throw .absent(.btrfs, workspace: volume.workspace) }
        let place = "\(snapshotFolder)/\(session)"
        try WholeFile.makeFolders(place)
        let parent = try OpenFile(folder: place)
        var result = ah_btrfs_snapshot(folder.descriptor, parent.descriptor, "\(number)", 1)
        if result == -EEXIST {
            // Left by a process that was killed before it wrote the record.
            try BtrfsRemoval.remove("\(place)/\(number)")
            result = ah_btrfs_snapshot(folder.descriptor, parent.descriptor, "\(number)", 1)
        }
        guard result == 0 else { throw .system(operation: "take a snapshot at", path: place, code: -result) }
        return "\(place)/\(number)"
    }

    public func tree(of snapshot: Snapshot) throws(SnapshotError) -> any SnapshotTree {
        try FolderTree(path(of: snapshot))
    }

    /// The read-only subvolume of a snapshot.
    /// - Throws: `noSuchSnapshot` if it is gone.
    func path(of snapshot: Snapshot) throws(SnapshotError) -> String {
        guard snapshot.provider == .btrfs, access(snapshot.reference, F_OK) == 0 else {
            throw .noSuchSnapshot(snapshot.name, store: store.folder)
        }
        return snapshot.reference
    }

    /// A writable snapshot where `folder` lies on the same file system, else a copy.
    public func materialise(
        _ snapshot: Snapshot, at folder: String, deadline: Deadline
    ) throws(SnapshotError) -> MaterialiseReport {
        let source = try OpenFile(folder: path(of: snapshot))
        let target = try PlacedName(folder)
        let parent = try OpenFile(folder: target.folder)
        guard ah_btrfs_is_same(source.descriptor, parent.descriptor) == 1 else {
            let report = try FolderClone(of: source.path).make(at: folder, deadline: deadline)
            return MaterialiseReport(files: report.files, bytes: report.copiedBytes, lost: report.lost)
        }
        let result = ah_btrfs_snapshot(source.descriptor, parent.descriptor, target.name, 0)
        if result == -EEXIST { throw .exists(path: folder) }
        guard result == 0 else { throw .system(operation: "make a branch at", path: folder, code: -result) }
        return MaterialiseReport(lost: snapshot.skipped)
    }

    public func removeBranch(at folder: String, deadline: Deadline) throws(SnapshotError) {
        try BtrfsRemoval.remove(folder, deadline: deadline)
    }

    public func readOnlyFolder(of snapshot: Snapshot) throws(SnapshotError) -> String? { try path(of: snapshot) }

    /// Space is freed by btrfs in the background, so that nothing is counted here.
    @discardableResult public func delete(_ snapshots: [Snapshot]) throws(SnapshotError) -> UInt64 {
        for snapshot in snapshots where snapshot.provider == .btrfs {
            // The record first: a snapshot without one is a leftover, a record without one would be a lie.
            try records.remove(snapshot)
            if last[snapshot.session]?.snapshot.number == snapshot.number { last[snapshot.session] = nil }
            // A record may come from anywhere; what is removed lies in our place.
            if snapshot.reference == "\(snapshotFolder)/\(snapshot.session)/\(snapshot.number)" {
                _ = try BtrfsRemoval.detach(snapshot.reference)
            }
        }
        return 0
    }

    public func list() throws(SnapshotError) -> [Snapshot] {
        try records.all().filter { $0.provider == .btrfs }
    }

    public func collectGarbage(_ request: GarbageRequest) throws(SnapshotError) -> GarbageReport {
        var report = GarbageReport()
        let leftovers = try leftovers(request)
        report.leftovers = leftovers.count
        guard !request.isDryRun else { return report }
        for path in leftovers { try BtrfsRemoval.remove(path, deadline: request.deadline) }
        for session in try WholeFile.names(in: snapshotFolder) { rmdir("\(snapshotFolder)/\(session)") }
        report.leftovers += try ScratchFolder.collectLeftovers(
            in: "\(volume.place)/branches", deadline: request.deadline)
        return report
    }

    /// What has no record, set aside under other names so that the lock is held shortly: while it is, nobody is between
    /// a subvolume and its record.
    private func leftovers(_ request: GarbageRequest) throws(SnapshotError) -> [String] {
        let lock = try FileLock(store.recordLock, .exclusive, deadline: request.deadline)
        defer { withExtendedLifetime(lock) {} }
        let kept = Set(try list().map(\.reference))
        var found: [String] = []
        for session in try WholeFile.names(in: snapshotFolder) {
            for name in try WholeFile.names(in: "\(snapshotFolder)/\(session)") {
                let path = "\(snapshotFolder)/\(session)/\(name)"
                guard !kept.contains(path) else { continue }
                found.append(request.isDryRun ? path : try FolderRemoval(of: path).setAside().path)
            }
        }
        return found
    }
}

/// Deletes subvolumes, with root's rights or without.
enum BtrfsRemoval {
    /// Deletes it at once where we may; otherwise it is set aside, to be emptied like a folder.
    /// - Returns: where what is left of it lies.
    static func detach(_ path: String) throws(SnapshotError) -> String? {
        let place = try PlacedName(path)
        let parent = try OpenFile(folder: place.folder)
        let result = ah_btrfs_delete(parent.descriptor, place.name)
        if result == 0 || result == -ENOENT { return nil }
        let descriptor = ah_open_at(parent.descriptor, place.name, O_RDONLY | O_DIRECTORY)
        if descriptor >= 0 {
            let folder = OpenFile(descriptor: descriptor, path: path)
            // A read-only subvolume can't be emptied. On what isn't a subvolume this does nothing.
            _ = ah_btrfs_set_writable(folder.descriptor)
        }
        return try FolderRemoval(of: path).setAside().path
    }

    static func remove(_ path: String, deadline: Deadline = .never) throws(SnapshotError) {
        guard let rest = try detach(path) else { return }
        try FolderRemoval(of: rest).run(deadline: deadline)
    }
}
