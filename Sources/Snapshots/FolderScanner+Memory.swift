extension FolderScanner {
    /// Takes back the belief in objects that the store hasn't got: they are written anew by the next scan.
    func forgetMissing(_ lookup: ObjectLookup) {
        root.visitAll { folder in
            guard folder.isListed else { return }
            var isComplete = true
            for index in folder.entries.indices {
                let entry = folder.entries[index]
                guard entry.flags.contains(.stored), entry.kind == .file || entry.kind == .link,
                    !lookup.contains(entry.content)
                else { continue }
                folder.entries[index].flags.remove(.stored)
                isComplete = false
            }
            if !isComplete { folder.markDirty() }
            guard !lookup.contains(folder.tree) || !lookup.contains(folder.manifest) else { return }
            folder.tree = .zero
            folder.manifest = .zero
            folder.markNeedsObjects()
        }
        if !lookup.contains(root.manifest) { root.needsObjects = true }
    }

    /// What a snapshot has to say of its files.
    func addNotes(to snapshot: inout Snapshot) {
        var all: [(path: RelativePath, text: String, isFuzzy: Bool)] = []
        for folder in noted.values {
            let path = folder.path
            for entry in folder.entries {
                if entry.absence != .none { all.append((path.appending(folder.name(of: entry)), entry.note, false)) }
                if entry.flags.contains(.fuzzy) {
                    all.append((path.appending(folder.name(of: entry)), "it changed while it was read", true))
                }
            }
        }
        for note in all.sorted(by: { $0.path < $1.path }) {
            if note.isFuzzy {
                snapshot.fuzzy.add(note.path, note.text)
            } else {
                snapshot.skipped.add(note.path, note.text)
            }
        }
    }
}
