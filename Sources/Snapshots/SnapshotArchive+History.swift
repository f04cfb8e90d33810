extension SnapshotArchive {
    /// A snapshot at which a path changed, and by how many lines.
    public struct HistoryEntry: Hashable, Sendable {
        public var found: Found
        /// Against the snapshot before; sides and lines are nil for a folder.
        public var change: FileChange
    }

    /// The same as ``log(of:session:deadline:)``, with lines counted, newest last.
    ///
    /// - Parameter progress: is told after each snapshot how many of how many were looked at.
    public func history(
        of path: RelativePath, session: String, deadline: Deadline = .never,
        progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(SnapshotError) -> [HistoryEntry] {
        let all = try snapshots(session: session).filter { $0.snapshot.session == session }
        var entries: [HistoryEntry] = []
        var before: (any SnapshotTree)?
        for (index, found) in all.enumerated() {
            try deadline.check("looking at \(found.snapshot.name)")
            let tree = try tree(of: found)
            if let kind = try change(of: path, before, tree) {
                var change = FileChange(kind: kind, path: path)
                change.old = try before?.entry(at: path).map { FileChange.Side($0) }
                change.new = try tree.entry(at: path).map { FileChange.Side($0) }
                if change.old?.kind != .folder, change.new?.kind != .folder {
                    try TreePatch(before ?? tree, tree, deadline: deadline).count(&change)
                }
                entries.append(HistoryEntry(found: found, change: change))
            }
            before = tree
            progress(index + 1, all.count)
        }
        return entries
    }

    /// The first of a session's snapshots in which a file has a text. After the first one only what changed is looked at.
    ///
    /// - Parameter progress: is told after each snapshot how many of how many were searched.
    /// - Returns: nil if none has it.
    /// - Throws: `program` when the expression isn't one.
    public func first(
        with search: TextSearch, session: String, deadline: Deadline = .never,
        progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(SnapshotError) -> (found: Found, matches: [TextSearch.Match])? {
        let all = try snapshots(session: session).filter { $0.snapshot.session == session }
        var before: (any SnapshotTree)?
        for (index, found) in all.enumerated() {
            let tree = try tree(of: found)
            var search = search
            var mayHaveIt = true
            if let before {
                let paths = try Self.newPaths(before, tree, deadline)
                mayHaveIt = !paths.isEmpty
                // A command line has an end: of very many the whole tree is looked through.
                if paths.count <= 500 { search.paths = paths }
            }
            if mayHaveIt {
                let matches = try search.matches(in: tree, deadline: deadline)
                if !matches.isEmpty { return (found, matches) }
            }
            before = tree
            progress(index + 1, all.count)
        }
        return nil
    }

    /// Paths whose content is new in a tree.
    private static func newPaths(
        _ old: any SnapshotTree, _ new: any SnapshotTree, _ deadline: Deadline
    ) throws(SnapshotError) -> [RelativePath] {
        var options = SnapshotComparison.Options()
        options.findsRenames = false
        options.looksAtAttributes = false
        return try SnapshotComparison(old, new, deadline: deadline).changes(options).filter { $0.new != nil }.map(
            \.path)
    }
}
