/// A snapshot of the git provider, read object by object.
public final class GitTree: SnapshotTree {
    let state: FolderScanner.Result
    let reader: ObjectReader
    /// Folders that were looked at: a walk comes by the same ones again and again.
    private var known: [RelativePath: Folder] = [:]
    private static let knownLimit = 512

    struct Folder {
        /// The trees of the manifests of its folders, by these folders' names.
        var manifestsBelow: [ArraySlice<UInt8>: ObjectID]
        var manifest: FolderManifest
        var entries: [TreeEntry]
    }

    init(state: FolderScanner.Result, reader: ObjectReader) {
        self.state = state
        self.reader = reader
    }

    public func entry(at path: RelativePath) throws(SnapshotError) -> TreeEntry? {
        guard !path.isRoot else {
            let root = try folder(path).manifest.root
            return TreeEntry(
                name: [], kind: .folder, mode: root?.mode ?? 0o755, size: 0, modified: root?.modified, user: root?.user,
                group: root?.group, content: state.tree)
        }
        guard let folder = try folderIfThere(path.parent) else { return nil }
        return Self.find(path.name, in: folder.entries)
    }

    /// Entries are in the order of their names' bytes; in a flat folder a search from the front would take all the time.
    private static func find(_ name: ArraySlice<UInt8>, in entries: [TreeEntry]) -> TreeEntry? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].name.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].name.elementsEqual(name) ? entries[low] : nil
    }

    public func entries(in path: RelativePath) throws(SnapshotError) -> [TreeEntry] { try folder(path).entries }

    public func read(_ path: RelativePath, from offset: UInt64, count: Int) throws(SnapshotError) -> [UInt8] {
        var bytes: [UInt8] = []
        var passed: UInt64 = 0
        try begin(path)
        while bytes.count < count {
            let part = try reader.take(.max)
            if part.isEmpty { break }
            let start = offset > passed ? min(Int(clamping: offset - passed), part.count) : 0
            bytes.append(contentsOf: part[start...].prefix(count - bytes.count))
            passed += UInt64(part.count)
        }
        try reader.skip()
        return bytes
    }

    public func stream(
        _ path: RelativePath, _ take: (UnsafeRawBufferPointer) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        try begin(path)
        do throws(SnapshotError) {
            while true {
                let part = try reader.take(.max)
                if part.isEmpty { return }
                try take(part)
            }
        } catch {
            reader.restart()
            throw error
        }
    }

    private func begin(_ path: RelativePath) throws(SnapshotError) {
        guard let entry = try entry(at: path) else { throw .noSuchPath(path.printable) }
        guard entry.kind == .file || entry.kind == .link, let content = entry.content else {
            throw .notAFile("\(path.printable)\(entry.note.map { " (\($0))" } ?? "")")
        }
        try reader.request(CollectionOfOne(content))
        guard try reader.next() != nil else { throw reader.missing(content) }
    }

    private func folder(_ path: RelativePath) throws(SnapshotError) -> Folder {
        if let folder = try folderIfThere(path) { return folder }
        throw try entry(at: path) == nil ? .noSuchPath(path.printable) : .notAFolder(path.printable)
    }

    /// nil if there is no folder of that path.
    private func folderIfThere(_ path: RelativePath) throws(SnapshotError) -> Folder? {
        if let folder = known[path] { return folder }
        if path.isRoot { return try remember(path, state.tree, state.manifest) }
        guard let above = try folderIfThere(path.parent),
            let entry = above.entries.first(where: { $0.name.elementsEqual(path.name) }), entry.kind == .folder,
            let tree = entry.content
        else { return nil }
        guard let manifests = above.manifestsBelow[path.name] else {
            throw .damaged(path: path.printable, what: "it has no manifest")
        }
        return try remember(path, tree, manifests)
    }

    private func remember(_ path: RelativePath, _ tree: ObjectID, _ manifests: ObjectID) throws(SnapshotError) -> Folder
    {
        let folder = try Self.load(Place(tree: tree, manifests: manifests, path: path), reader)
        if known.count >= Self.knownLimit { known.removeAll() }
        known[path] = folder
        return folder
    }

    /// What the manifest says of a path; nil for the root and for what isn't there.
    func row(of path: RelativePath) throws(SnapshotError) -> FolderManifest.Entry? {
        guard !path.isRoot else { return nil }
        return try folderIfThere(path.parent)?.manifest.entries.first { $0.name.elementsEqual(path.name) }
    }
}
