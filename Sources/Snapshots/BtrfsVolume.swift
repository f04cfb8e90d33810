import CSnapshots
import Glibc

/// A workspace that is a btrfs subvolume, and the folder on the same file system where its snapshots can lie.
public struct BtrfsVolume: Sendable {
    public let workspace: String
    /// Below the store where that lies on the same file system; else beside the workspace or higher.
    public let place: String

    static let folderName = ".ah-snapshots"

    /// - Throws: `unavailable` with the reason.
    public init(for workspace: String, store: SnapshotStore) throws(SnapshotError) {
        self.workspace = workspace
        let folder = try OpenFile(folder: workspace)
        switch ah_btrfs_is_subvolume(folder.descriptor) {
        case 1: break
        case 0: throw Self.unavailable(workspace, "it lies on btrfs, but isn't a subvolume of its own")
        default: throw Self.unavailable(workspace, "it doesn't lie on btrfs")
        }
        let status = try folder.status()
        guard geteuid() == 0 || geteuid() == status.user else {
            throw Self.unavailable(workspace, "the subvolume belongs to another user")
        }
        place = try Self.place(for: workspace, folder, store)
    }

    /// The place of a store's snapshots as their records name it, for a workspace that is gone or no subvolume any more.
    /// - Throws: `absent` if there is no such place.
    init(keptBy store: SnapshotStore, _ snapshots: [Snapshot]) throws(SnapshotError) {
        workspace = store.workspace
        let key = store.folder.split(separator: "/").last.map(String.init) ?? "store"
        let places = Set(
            snapshots.compactMap { snapshot -> String? in
                let end = "/snapshots/\(snapshot.session)/\(snapshot.number)"
                guard snapshot.provider == .btrfs, snapshot.reference.hasSuffix(end) else { return nil }
                return String(snapshot.reference.dropLast(end.count))
            })
        // A record may come from anywhere; such places are of our making.
        let ours = places.filter { $0 == "\(store.folder)/volumes" || $0.hasSuffix("/\(Self.folderName)/\(key)") }
        guard let place = ours.sorted().first(where: { access("\($0)/snapshots", F_OK) == 0 }) else {
            throw .absent(.btrfs, workspace: workspace)
        }
        self.place = place
    }

    private static func unavailable(_ workspace: String, _ reason: String) -> SnapshotError {
        .unavailable(.btrfs, path: workspace, reason: reason)
    }

    private static func place(
        for workspace: String, _ folder: OpenFile, _ store: SnapshotStore
    ) throws(SnapshotError) -> String {
        if let own = try? OpenFile(folder: store.folder), ah_btrfs_is_same(folder.descriptor, own.descriptor) == 1 {
            return "\(store.folder)/volumes"
        }
        let key = store.folder.split(separator: "/").last.map(String.init) ?? "store"
        guard let above = highestWritable(above: workspace, sameAs: folder) else {
            throw unavailable(
                workspace,
                "there is no folder above it on the same file system that we may write to; AH_HOME on it would do")
        }
        return "\(above)/\(folderName)/\(key)"
    }

    /// Snapshots lie outside the workspace, or each would hold an empty folder for all the others.
    private static func highestWritable(above workspace: String, sameAs folder: OpenFile) -> String? {
        var best: String?
        var path = workspace
        while let slash = path.lastIndex(of: "/"), path != "/" {
            path = slash == path.startIndex ? "/" : String(path[..<slash])
            guard let above = try? OpenFile(folder: path), ah_btrfs_is_same(folder.descriptor, above.descriptor) == 1
            else { break }
            if isUsable(path) { best = path == "/" ? "" : path }
        }
        return best
    }

    private static func isUsable(_ path: String) -> Bool {
        let own = "\(path)/\(folderName)"
        return access(own, F_OK) == 0 ? access(own, W_OK | X_OK) == 0 : access(path, W_OK | X_OK) == 0
    }

    /// The subvolumes within a subvolume, which turn into empty folders in its snapshots.
    static func nested(in folder: OpenFile) -> PathNotes {
        var notes = PathNotes()
        var id: UInt64 = 0
        var path = [CChar](repeating: 0, count: 8192)
        while true {
            let result = ah_btrfs_next_nested(folder.descriptor, &id, &path, path.count)
            if result == 0 { return notes }
            if result == 1, let found = try? RelativePath(path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }) {
                notes.add(found, "a subvolume of its own: an empty folder in the snapshot")
            } else if result == -EACCES || result == -ENAMETOOLONG || result == -ENOENT {
                notes.add(.root, "a subvolume below a folder that can't be read: not in the snapshot")
            } else {
                notes.add(
                    .root, "whether it holds other subvolumes can't be told: \(String(cString: strerror(-result)))")
                return notes
            }
        }
    }
}
