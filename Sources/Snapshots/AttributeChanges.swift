/// Attributes that differ between the manifests of a folder, and entries that only a manifest knows.
struct AttributeChanges {
    private(set) var changes: [FileChange]
    private var byPath: [RelativePath: Int] = [:]
    private var byOldPath: [RelativePath: Int] = [:]
    /// Folders that hold a change.
    private var above: Set<RelativePath> = []

    init(_ changes: [FileChange]) {
        self.changes = changes
        for (index, change) in changes.enumerated() { note(change, index) }
    }

    private mutating func note(_ change: FileChange, _ index: Int) {
        byPath[change.path] = index
        if let old = change.oldPath { byOldPath[old] = index }
        for path in [change.path, change.oldPath ?? change.path] {
            var folder = path.parent
            while above.insert(folder).inserted, !folder.isRoot { folder = folder.parent }
        }
    }

    mutating func add(_ old: FolderManifest, _ new: FolderManifest, _ folder: RelativePath) {
        let before = Dictionary(old.entries.map { ($0.name, $0) }) { first, _ in first }
        for entry in new.entries { add(before[entry.name], entry, folder.appending(entry.name)) }
        let after = Set(new.entries.map(\.name))
        for entry in old.entries where !after.contains(entry.name) { add(entry, nil, folder.appending(entry.name)) }
    }

    private mutating func add(_ old: FolderManifest.Entry?, _ new: FolderManifest.Entry?, _ path: RelativePath) {
        if let index = byPath[path] { return fill(&changes[index], old, new) }
        if new == nil, let index = byOldPath[path] {
            changes[index].old = old.map(Self.side)
            return
        }
        guard let change = change(path, old, new) else { return }
        changes.append(change)
        note(change, changes.count - 1)
    }

    /// git knows only whether a file can be executed, and not its size.
    private func fill(_ change: inout FileChange, _ old: FolderManifest.Entry?, _ new: FolderManifest.Entry?) {
        if let old, change.kind != .added, change.oldPath == nil { change.old = Self.side(old) }
        if let new, change.kind != .deleted { change.new = Self.side(new) }
        guard let old, let new else { return }
        if change.kind == .modified || change.kind == .attributes { change.note = Self.note(old, new) }
    }

    private func change(
        _ path: RelativePath, _ old: FolderManifest.Entry?, _ new: FolderManifest.Entry?
    ) -> FileChange? {
        let sides = (old.map(Self.side), new.map(Self.side))
        guard let old, let new else {
            // What else came or went with content is known by git; a folder by what it holds.
            let kind = (old ?? new)?.kind
            guard kind != .file, kind != .link, kind != .folder || !above.contains(path) else { return nil }
            return FileChange(kind: old == nil ? .added : .deleted, path: path, old: sides.0, new: sides.1)
        }
        if old.kind != new.kind {
            return above.contains(path) ? nil : FileChange(kind: .retyped, path: path, old: sides.0, new: sides.1)
        }
        guard let note = Self.note(old, new) else { return nil }
        return FileChange(kind: .attributes, path: path, old: sides.0, new: sides.1, note: note)
    }

    private static func side(_ entry: FolderManifest.Entry) -> FileChange.Side {
        FileChange.Side(kind: entry.kind, mode: entry.attributes.mode, size: entry.size)
    }

    private static func note(_ old: FolderManifest.Entry, _ new: FolderManifest.Entry) -> String? {
        var words: [String] = []
        let before = old.attributes
        let after = new.attributes
        if before.mode != after.mode {
            words.append("mode \(String(before.mode, radix: 8)) → \(String(after.mode, radix: 8))")
        }
        if before.user != after.user || before.group != after.group {
            words.append("owner \(before.user):\(before.group) → \(after.user):\(after.group)")
        }
        if before.extended != after.extended { words.append("extended attributes") }
        if old.note != new.note { words.append(new.note) }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
