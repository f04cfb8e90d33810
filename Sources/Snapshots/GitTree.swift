/// A snapshot of the git provider, read object by object.
public final class GitTree: SnapshotTree {
    let state: FolderScanner.Result
    let reader: ObjectReader
    /// Folders that were looked at: a walk comes by the same ones again and again.
    private var known: [RelativePath: Folder] = [:]
    private static let knownLimit = 512

    struct Folder {
        var tree: ObjectID
        /// The tree of its manifest and of those of its folders.
        var manifests: ObjectID
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
        let stored = path.name.withUnsafeBytes { StoredName.encode($0) } ?? Array(path.name)
        let rows = try GitObjects.rows(reader.object(above.manifests, kind: "tree"), id: above.manifests)
        guard let manifests = rows.first(where: { $0.name == stored && $0.isFolder }) else {
            throw .damaged(path: path.printable, what: "it has no manifest")
        }
        return try remember(path, tree, manifests.id)
    }

    private func remember(_ path: RelativePath, _ tree: ObjectID, _ manifests: ObjectID) throws(SnapshotError) -> Folder
    {
        let folder = try Self.load(tree, manifests, reader, path: path)
        if known.count >= Self.knownLimit { known.removeAll() }
        known[path] = folder
        return folder
    }

    /// Reads a folder's tree and manifest and joins them.
    static func load(
        _ tree: ObjectID, _ manifests: ObjectID, _ reader: ObjectReader, path: RelativePath
    ) throws(SnapshotError) -> Folder {
        try reader.request([tree, manifests])
        let rows = try GitObjects.rows(nextTree(tree, reader), id: tree)
        let manifestRows = try GitObjects.rows(nextTree(manifests, reader), id: manifests)
        guard let blob = manifestRows.first(where: { $0.name == StoredName.manifest && !$0.isFolder }) else {
            throw .damaged(path: path.printable, what: "it has no manifest")
        }
        let manifest = try FolderManifest(reader.object(blob.id, kind: "blob"), path: path.printable)
        var contents: [ArraySlice<UInt8>: GitObjects.Row] = [:]
        for row in rows { contents[StoredName.decode(row.name[...])] = row }
        let entries = try manifest.entries.map { row throws(SnapshotError) in
            let content = contents[row.name[...]]?.id
            if content == nil, row.kind == .file || row.kind == .folder || row.kind == .link {
                throw .damaged(path: path.appending(row.name).printable, what: "its content isn't in the tree")
            }
            return entry(row, content)
        }
        return Folder(
            tree: tree, manifests: manifests, manifest: manifest,
            entries: entries.sorted { $0.name.lexicographicallyPrecedes($1.name) })
    }

    private static func nextTree(_ id: ObjectID, _ reader: ObjectReader) throws(SnapshotError) -> [UInt8] {
        guard let header = try reader.next() else {
            reader.restart()
            throw reader.missing(id)
        }
        guard header.kind == "tree", header.size < 1 << 30 else {
            reader.restart()
            throw .damaged(path: id.hex, what: "not a tree")
        }
        return try reader.rest(header)
    }

    /// What the manifest says of a path; nil for the root and for what isn't there.
    func row(of path: RelativePath) throws(SnapshotError) -> FolderManifest.Entry? {
        guard !path.isRoot else { return nil }
        return try folderIfThere(path.parent)?.manifest.entries.first { $0.name.elementsEqual(path.name) }
    }

    private static func entry(_ row: FolderManifest.Entry, _ content: ObjectID?) -> TreeEntry {
        TreeEntry(
            name: row.name, kind: row.kind, mode: row.attributes.mode, size: row.size,
            modified: row.attributes.modified,
            user: row.attributes.user, group: row.attributes.group, content: content,
            note: row.isFuzzy ? "it changed while it was read" : row.note.isEmpty ? nil : row.note)
    }
}
