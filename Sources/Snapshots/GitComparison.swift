/// Two trees of one git store, compared by git. Attributes are compared by their manifests.
struct GitComparison {
    private let old: GitTree
    private let new: GitTree
    private let deadline: Deadline

    init(_ old: GitTree, _ new: GitTree, deadline: Deadline) {
        self.old = old
        self.new = new
        self.deadline = deadline
    }

    private func diff(
        _ arguments: [String], _ old: ObjectID, _ new: ObjectID, _ paths: [RelativePath]
    ) throws(SnapshotError) -> [UInt8] {
        // Paths on a command line are strings; others are compared without this filter and taken out afterwards.
        let stored = paths.map { StoredName.encode($0) }
        let named = stored.compactMap { String(validating: $0.bytes, as: UTF8.self) }
        let filter = named.count == stored.count && !named.isEmpty ? ["--"] + named : []
        let run =
            try old == new
            ? nil
            : self.old.reader.program.run(
                [
                    "--literal-pathspecs", "-c", "core.bigFileThreshold=\(SnapshotComparison.largestShown)",
                    "diff-tree", "-r",
                ]
                    + arguments + [old.hex, new.hex] + filter, in: self.old.reader.repository, deadline: deadline)
        return run?.output ?? []
    }

    func patch(_ options: SnapshotComparison.Options) throws(SnapshotError) -> [UInt8] {
        let renames = options.findsRenames ? ["-M"] : ["--no-renames"]
        let text = try diff(
            ["-p", "--no-color", "--no-ext-diff", "--no-textconv", "-U\(options.contextLines)"] + renames,
            old.state.tree,
            new.state.tree, options.paths)
        return StoredName.decodeHeaders(ofPatch: text)
    }

    func changes(_ options: SnapshotComparison.Options) throws(SnapshotError) -> [FileChange] {
        var arguments = ["--raw", "-z", "--no-abbrev", options.findsRenames ? "-M" : "--no-renames"]
        if options.countsLines { arguments.append("--numstat") }
        let output = try diff(arguments, old.state.tree, new.state.tree, options.paths)
        var changes = try RawDiff.parse(output)
        if options.looksAtAttributes { try addAttributes(to: &changes, options) }
        return changes.filter { Self.isWanted($0, options) }
    }

    private static func isWanted(_ change: FileChange, _ options: SnapshotComparison.Options) -> Bool {
        options.paths.isEmpty
            || options.paths.contains { change.path.isWithin($0) || change.oldPath?.isWithin($0) == true }
    }

    /// Folders whose manifest differs are read on both sides; what else changed there is known by its content.
    private func addAttributes(to changes: inout [FileChange], _ options: SnapshotComparison.Options)
        throws(SnapshotError)
    {
        let output = try diff(
            ["--raw", "-z", "--no-abbrev", "--no-renames"], old.state.manifest, new.state.manifest, [])
        let pairs = try RawDiff.pairs(output)
        let blobs = try old.reader.blobs(pairs.flatMap { [$0.old, $0.new] }.filter { $0 != .zero })
        var attributes = AttributeChanges(changes)
        // Deeper folders first: one that holds a change needs no mention itself.
        for pair in pairs.reversed() {
            let folder = pair.path.parent.decodedFromStore
            let before = try manifest(pair.old, blobs, folder)
            let after = try manifest(pair.new, blobs, folder)
            attributes.add(before, after, folder)
        }
        changes = attributes.changes
    }

    private func manifest(
        _ id: ObjectID, _ blobs: [ObjectID: [UInt8]], _ folder: RelativePath
    ) throws(SnapshotError) -> FolderManifest {
        guard id != .zero, let bytes = blobs[id] else { return FolderManifest() }
        return try FolderManifest(bytes, path: folder.printable)
    }
}
