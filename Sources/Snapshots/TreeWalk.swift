/// Compares two trees of any kind by walking both.
struct TreeWalk {
    private let old: any SnapshotTree
    private let new: any SnapshotTree
    private let deadline: Deadline
    private static let deepest = 1000

    init(_ old: any SnapshotTree, _ new: any SnapshotTree, deadline: Deadline) {
        self.old = old
        self.new = new
        self.deadline = deadline
    }

    func changes(_ options: SnapshotComparison.Options) throws(SnapshotError) -> [FileChange] {
        var changes: [FileChange] = []
        try compare(.root, options, &changes, depth: 0)
        return changes
    }

    private func compare(
        _ path: RelativePath, _ options: SnapshotComparison.Options, _ changes: inout [FileChange], depth: Int
    ) throws(SnapshotError) {
        guard depth < Self.deepest else { throw .damaged(path: path.printable, what: "folders without end") }
        try deadline.check("comparing \(path.printable)")
        let left = try old.entries(in: path)
        let right = try new.entries(in: path)
        var index = 0
        for entry in right {
            while index < left.count, left[index].name.lexicographicallyPrecedes(entry.name) {
                try report(left[index], path, .deleted, options, &changes, depth: depth)
                index += 1
            }
            if index < left.count, left[index].name == entry.name {
                try compare(left[index], entry, path, options, &changes, depth: depth)
                index += 1
            } else {
                try report(entry, path, .added, options, &changes, depth: depth)
            }
        }
        for entry in left[index...] { try report(entry, path, .deleted, options, &changes, depth: depth) }
    }

    /// Something that one side hasn't got, with all below it.
    private func report(
        _ entry: TreeEntry, _ folder: RelativePath, _ kind: FileChange.Kind, _ options: SnapshotComparison.Options,
        _ changes: inout [FileChange], depth: Int
    ) throws(SnapshotError) {
        let path = folder.appending(entry.name)
        let children = entry.kind == .folder ? try (kind == .deleted ? old : new).entries(in: path) : []
        // A folder is told by what it holds.
        guard !children.isEmpty else {
            guard isWanted(path, options) else { return }
            let side = FileChange.Side(entry)
            changes.append(
                FileChange(kind: kind, path: path, old: kind == .deleted ? side : nil, new: kind == .added ? side : nil)
            )
            return
        }
        guard depth < Self.deepest, mayHold(path, options) else { return }
        for child in children {
            try report(child, path, kind, options, &changes, depth: depth + 1)
        }
    }

    private func compare(
        _ left: TreeEntry, _ right: TreeEntry, _ folder: RelativePath, _ options: SnapshotComparison.Options,
        _ changes: inout [FileChange], depth: Int
    ) throws(SnapshotError) {
        let path = folder.appending(left.name)
        if left.kind == .folder, right.kind == .folder {
            if mayHold(path, options) { try compare(path, options, &changes, depth: depth + 1) }
        } else if left.kind == .folder || right.kind == .folder {
            try report(left, folder, .deleted, options, &changes, depth: depth)
            try report(right, folder, .added, options, &changes, depth: depth)
            return
        }
        guard isWanted(path, options) else { return }
        let sides = (FileChange.Side(left), FileChange.Side(right))
        if left.kind != right.kind {
            changes.append(FileChange(kind: .retyped, path: path, old: sides.0, new: sides.1))
        } else if try !hasSameContent(left, right, path) {
            changes.append(FileChange(kind: .modified, path: path, old: sides.0, new: sides.1))
        } else if options.looksAtAttributes,
            left.mode != right.mode || left.user != right.user || left.group != right.group
        {
            changes.append(
                FileChange(kind: .attributes, path: path, old: sides.0, new: sides.1, note: Self.note(left, right)))
        }
    }

    private static func note(_ left: TreeEntry, _ right: TreeEntry) -> String {
        var words: [String] = []
        if left.mode != right.mode {
            words.append("mode \(String(left.mode, radix: 8)) → \(String(right.mode, radix: 8))")
        }
        if left.user != right.user || left.group != right.group {
            words.append("owner \(left.user ?? 0):\(left.group ?? 0) → \(right.user ?? 0):\(right.group ?? 0)")
        }
        return words.joined(separator: ", ")
    }

    private func hasSameContent(_ left: TreeEntry, _ right: TreeEntry, _ path: RelativePath) throws(SnapshotError)
        -> Bool
    {
        guard left.kind == .file || left.kind == .link else { return true }
        if left.size != right.size { return false }
        if let first = left.content, let second = right.content { return first == second }
        // A snapshot of a file system keeps inodes and the times of their last change, which nobody can set.
        if let inode = left.inode, inode == right.inode, let changed = left.changed, changed == right.changed,
            left.modified == right.modified
        {
            return true
        }
        let first = try id(of: left, path, in: old)
        return try first == id(of: right, path, in: new)
    }

    private func id(
        of entry: TreeEntry, _ path: RelativePath, in tree: any SnapshotTree
    ) throws(SnapshotError) -> ObjectID {
        if let content = entry.content { return content }
        return try id(of: path, in: tree, size: entry.size)
    }

    private func id(of path: RelativePath, in tree: any SnapshotTree, size: UInt64) throws(SnapshotError) -> ObjectID {
        var hash = ObjectHash()
        hash.begin(.blob, size: size)
        try tree.stream(path) { part throws(SnapshotError) in
            try deadline.check("comparing \(path.printable)")
            hash.add(part)
        }
        return hash.end()
    }

    private func isWanted(_ path: RelativePath, _ options: SnapshotComparison.Options) -> Bool {
        options.paths.isEmpty || options.paths.contains { path.isWithin($0) }
    }

    private func mayHold(_ path: RelativePath, _ options: SnapshotComparison.Options) -> Bool {
        options.paths.isEmpty || options.paths.contains { path.isWithin($0) || $0.isWithin(path) }
    }
}
