import CSnapshots
import Glibc

/// What makes a folder of one snapshot that of another: entries that go, entries that are written, folders that are entered. A
/// branch of a snapshot that differs little from a checkout of another is made so in a fraction of the time.
final class TreeUpdate {
    /// Beyond these a whole checkout is worth its time, since further branches are laid over it.
    struct Limits {
        var entries = 2000
        var bytes: UInt64 = 64 << 20
    }

    /// One folder that is made, or changed, or whose attributes are restored since something below it changed.
    final class Step {
        let path: RelativePath
        let isNew: Bool
        var removed: [FolderManifest.Entry] = []
        /// Everything but folders.
        var written: [FolderManifest.Entry] = []
        var contents: [[UInt8]: ObjectID] = [:]
        var inner: [(entry: FolderManifest.Entry, step: Step)] = []

        init(path: RelativePath, isNew: Bool) {
            self.path = path
            self.isNew = isNew
        }

        var changesEntries: Bool { isNew || !removed.isEmpty || !written.isEmpty || inner.contains { $0.step.isNew } }
    }

    let step: Step
    /// The attributes of the folder itself.
    let root: FolderManifest.Attributes

    private init(step: Step, root: FolderManifest.Attributes) {
        self.step = step
        self.root = root
    }

    /// - Returns: nil where it doesn't pay, or can't be done exactly: a hard link that changes has other names elsewhere,
    ///   and a default access list would shape what is written below it.
    static func plan(
        from old: FolderScanner.Result, to new: FolderScanner.Result, _ reader: ObjectReader, limits: Limits = Limits(),
        deadline: Deadline
    ) throws(SnapshotError) -> TreeUpdate? {
        let planner = TreeUpdatePlanner(reader: reader, limits: limits, deadline: deadline)
        let (before, after) = (
            GitTree.Place(tree: old.tree, manifests: old.manifest, path: .root),
            GitTree.Place(tree: new.tree, manifests: new.manifest, path: .root)
        )
        let folders = try GitTree.load([before, after], reader)
        guard let root = folders[1].manifest.root, folders[0].manifest.root?.extended == root.extended,
            let step = try planner.step(folders[0], folders[1], .root, extended: root.extended)
        else { return nil }
        return TreeUpdate(step: step, root: root)
    }
}

/// Compares two trees folder by folder; what has the same objects isn't looked into.
private final class TreeUpdatePlanner {
    private let reader: ObjectReader
    private let limits: TreeUpdate.Limits
    private let deadline: Deadline
    private var entries = 0
    private var bytes: UInt64 = 0

    init(reader: ObjectReader, limits: TreeUpdate.Limits, deadline: Deadline) {
        self.reader = reader
        self.limits = limits
        self.deadline = deadline
    }

    private typealias Content = (entry: FolderManifest.Entry, id: ObjectID?)

    private static func contents(of folder: GitTree.Folder) -> [[UInt8]: Content] {
        var ids: [[UInt8]: ObjectID] = [:]
        for entry in folder.entries { ids[entry.name] = entry.content }
        return Dictionary(folder.manifest.entries.map { ($0.name, ($0, ids[$0.name])) }) { first, _ in first }
    }

    /// - Parameters: old: nil for a folder that is made. extended: of the folder that is there.
    /// - Returns: nil where the update isn't to be made.
    func step(
        _ old: GitTree.Folder?, _ new: GitTree.Folder, _ path: RelativePath,
        extended: [FolderManifest.ExtendedAttribute]
    ) throws(SnapshotError) -> TreeUpdate.Step? {
        try deadline.check("comparing two snapshots")
        let step = TreeUpdate.Step(path: path, isNew: old == nil)
        let (before, after) = (old.map(Self.contents) ?? [:], Self.contents(of: new))
        for (name, content) in before where after[name] == nil {
            guard remove(content.entry, step) else { return nil }
        }
        for entry in new.manifest.entries {
            let id = after[entry.name]?.id
            guard let known = before[entry.name] else {
                guard try add(entry, id, new, step) else { return nil }
                continue
            }
            if entry.kind == .folder, known.entry.kind == .folder {
                guard try enter(entry, id, known, old, new, step) else { return nil }
            } else if known.entry != entry || known.id != id {
                guard remove(known.entry, step), try add(entry, id, new, step) else { return nil }
            }
        }
        let isShaped = extended.contains { $0.name.elementsEqual("system.posix_acl_default".utf8) }
        return isShaped && step.changesEntries && !step.isNew ? nil : step
    }

    private func remove(_ entry: FolderManifest.Entry, _ step: TreeUpdate.Step) -> Bool {
        guard count(0), entry.kind != .missing, entry.link == 0 else { return false }
        step.removed.append(entry)
        return true
    }

    private func add(
        _ entry: FolderManifest.Entry, _ id: ObjectID?, _ new: GitTree.Folder, _ step: TreeUpdate.Step
    ) throws(SnapshotError) -> Bool {
        guard count(entry.kind == .file ? entry.size : 0), entry.kind != .missing, entry.link == 0, !entry.isFuzzy
        else {
            return false
        }
        guard entry.kind == .folder else {
            step.written.append(entry)
            step.contents[entry.name] = id
            return true
        }
        let path = step.path.appending(entry.name)
        let folder = try GitTree.load(try place(entry, id, new, path), reader)
        guard let inner = try self.step(nil, folder, path, extended: []) else { return false }
        step.inner.append((entry, inner))
        return true
    }

    private func enter(
        _ entry: FolderManifest.Entry, _ id: ObjectID?, _ known: Content, _ old: GitTree.Folder?, _ new: GitTree.Folder,
        _ step: TreeUpdate.Step
    ) throws(SnapshotError) -> Bool {
        let hasSameBelow =
            known.id == id && old?.manifestsBelow[entry.name[...]] == new.manifestsBelow[entry.name[...]]
        guard !hasSameBelow || known.entry != entry else { return true }
        // Attributes are set, never taken away.
        guard let old, count(0), known.entry.attributes.extended == entry.attributes.extended else { return false }
        let path = step.path.appending(entry.name)
        guard !hasSameBelow else {
            step.inner.append((entry, TreeUpdate.Step(path: path, isNew: false)))
            return true
        }
        let places = (try place(entry, known.id, old, path), try place(entry, id, new, path))
        let folders = try GitTree.load([places.0, places.1], reader)
        let extended = entry.attributes.extended
        guard let inner = try self.step(folders[0], folders[1], path, extended: extended) else { return false }
        step.inner.append((entry, inner))
        return true
    }

    private func place(
        _ entry: FolderManifest.Entry, _ id: ObjectID?, _ folder: GitTree.Folder, _ path: RelativePath
    ) throws(SnapshotError) -> GitTree.Place {
        guard let id, let manifests = folder.manifestsBelow[entry.name[...]] else {
            throw .damaged(path: path.printable, what: "its content isn't in the tree")
        }
        return GitTree.Place(tree: id, manifests: manifests, path: path)
    }

    private func count(_ size: UInt64) -> Bool {
        entries += 1
        bytes += min(size, limits.bytes + 1)
        return entries <= limits.entries && bytes <= limits.bytes
    }
}
