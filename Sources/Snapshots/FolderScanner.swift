import CSnapshots
import Glibc
import Processes

/// Brings what it remembers of a folder up to date and writes what changed as git objects: everything, or the folders that the
/// tracker reported. It only reads the folder, and follows no symbolic link.
final class FolderScanner {
    let path: String
    private let rules: ExclusionRules
    private let policy: SnapshotPolicy
    let tracker: DirtyTracker
    var root = ScannedFolder(name: [], parent: nil)
    /// Folders that are never entered: the store itself, which may lie in the workspace.
    private let ownFolders: Set<FileIdentity>

    /// Folders with entries that are fuzzy or missing.
    var noted: [ObjectIdentifier: ScannedFolder] = [:]
    /// Folders with files that have several names: a write under another name isn't reported here.
    var linked: [ObjectIdentifier: ScannedFolder] = [:]
    private static let linkedLimit = 64
    static let deepest = 400

    /// A scan was cut short, or never made: the tracker doesn't know enough.
    var isCompleteScanDue = true
    var listing = ah_listing()
    private(set) var foldersLookedAt = 0

    struct FileIdentity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    /// What one scan needs.
    struct Pass {
        let writer: PackWriter
        let reader: FileReader
        let everything: Bool
        let deadline: Deadline
        /// What was written from here on can't be told from what is written later, by its times.
        let racyFrom: Int64
    }

    struct Result: Hashable {
        var tree: ObjectID
        var manifest: ObjectID
    }

    init(path: String, policy: SnapshotPolicy, tracker: DirtyTracker, ownFolders: [String]) {
        self.path = path
        self.policy = policy
        self.tracker = tracker
        rules = ExclusionRules(policy.excluded)
        self.ownFolders = Set(
            ownFolders.compactMap { folder in
                var status = ah_stat()
                guard ah_stat_at(AT_FDCWD, folder, &status) == 0 else { return nil }
                return FileIdentity(device: status.device, inode: status.inode)
            })
    }

    deinit { ah_listing_free(&listing) }

    /// Forgets what it remembers.
    func forgetAll() {
        tracker.forget(root)
        root = ScannedFolder(name: [], parent: nil)
        noted = [:]
        linked = [:]
        isCompleteScanDue = true
    }

    /// - Parameter everything: false: only what the tracker reported, where it knows.
    /// - Returns: the ids of the root's tree and of its manifests; their objects are in the store or in the writer.
    func scan(into writer: PackWriter, everything: Bool, deadline: Deadline) throws(SnapshotError) -> Result {
        // Times of files come from a clock that ticks every 1–10 ms; an event after this is drained next time.
        let racyFrom = Int64(WallClock.now() - 20) * 1_000_000
        let isKnown = tracker.drain()
        let everything = everything || isCompleteScanDue || !isKnown
        if !everything { markUnreported() }
        foldersLookedAt = 0
        isCompleteScanDue = everything
        let pass = Pass(
            writer: writer, reader: FileReader(writer: writer, largest: policy.largestFile), everything: everything,
            deadline: deadline, racyFrom: racyFrom)
        let file = try OpenFile(folder: path)
        let status = try file.status()
        if root.isListed, status.inode != root.status.inode || status.device != root.status.device { forgetAll() }
        try visit(root, file, pass, depth: 0)
        isCompleteScanDue = false
        return Result(tree: root.tree, manifest: root.manifest)
    }

    private func markUnreported() {
        for folder in noted.values where folder.entries.contains(where: { $0.flags.contains(.fuzzy) }) {
            folder.markDirty()
        }
        if linked.count <= Self.linkedLimit { for folder in linked.values { folder.markDirty() } }
    }

    private func visit(_ folder: ScannedFolder, _ file: OpenFile, _ pass: Pass, depth: Int) throws(SnapshotError) {
        if pass.everything || folder.isDirty || !folder.isListed { try list(folder, file, pass, depth: depth) }
        if pass.everything || folder.hasDirtyBelow || folder.needsObjects {
            for index in folder.entries.indices where folder.entries[index].child >= 0 {
                let child = folder.children[Int(folder.entries[index].child)]
                guard pass.everything || child.isDirty || child.hasDirtyBelow || child.needsObjects else { continue }
                try enter(child, folder, index, file, pass, depth: depth + 1)
            }
            folder.hasDirtyBelow = false
        }
        if folder.needsObjects { try FolderObjects.write(folder, to: pass.writer) }
    }

    private func enter(
        _ child: ScannedFolder, _ folder: ScannedFolder, _ index: Int, _ parent: OpenFile, _ pass: Pass, depth: Int
    ) throws(SnapshotError) {
        let descriptor = (child.name + [0]).withUnsafeBufferPointer { name in
            name.withMemoryRebound(to: CChar.self) { name in
                ah_open_at(parent.descriptor, name.baseAddress!, O_RDONLY | O_DIRECTORY)
            }
        }
        if descriptor >= 0 {
            let name = String(decoding: child.name, as: UTF8.self)
            let file = OpenFile(descriptor: descriptor, path: "\(parent.path)/\(name)")
            if folder.entries[index].absence != .none {
                folder.entries[index].absence = .none
                folder.markNeedsObjects()
            }
            return try visit(child, file, pass, depth: depth)
        }
        switch -descriptor {
        case EMFILE, ENFILE, ENOMEM:
            throw .system(operation: "open", path: "\(parent.path)/\(child.path.printable)", code: -descriptor)
        case ENOENT, ENOTDIR, ELOOP:
            // It was removed since its folder was listed, which an event will tell; without a tracker nothing would.
            folder.markDirty()
            drop(folder, index)
        default:
            folder.entries[index].absence = .unreadable
            folder.entries[index].code = -descriptor
            noted[ObjectIdentifier(folder)] = folder
            folder.markNeedsObjects()
            forget(child)
        }
    }

    /// An entry that has gone: nothing of it goes into the folder's objects.
    private func drop(_ folder: ScannedFolder, _ index: Int) {
        folder.entries[index].flags = []
        folder.entries[index].status.mode = 0
        forget(folder.children[Int(folder.entries[index].child)])
        folder.entries[index].child = -1
        folder.markNeedsObjects()
    }

    func forget(_ folder: ScannedFolder) {
        tracker.forget(folder)
        folder.visitAll { gone in
            noted[ObjectIdentifier(gone)] = nil
            linked[ObjectIdentifier(gone)] = nil
        }
    }

    func lookedAtFolder() { foldersLookedAt += 1 }

    func isExcluded(_ name: UnsafeRawBufferPointer, _ status: ah_stat, in folder: ScannedFolder) -> Bool {
        if status.mode & S_IFMT == S_IFDIR,
            ownFolders.contains(FileIdentity(device: status.device, inode: status.inode))
        {
            return true
        }
        return rules.excludes(name, in: folder)
    }
}
