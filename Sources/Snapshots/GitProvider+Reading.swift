import Glibc

extension GitProvider {
    public func tree(of snapshot: Snapshot) throws(SnapshotError) -> any SnapshotTree { try gitTree(of: snapshot) }

    func gitTree(of snapshot: Snapshot) throws(SnapshotError) -> GitTree {
        GitTree(state: try GitObjects.state(of: snapshot, reader), reader: reader)
    }

    /// The folder appears under its name when it is whole.
    public func materialise(
        _ snapshot: Snapshot, at folder: String, deadline: Deadline
    ) throws(SnapshotError) -> MaterialiseReport {
        try GitMaterialiser.materialise(
            GitObjects.state(of: snapshot, reader), reader, at: folder, deadline: deadline)
    }

    /// How a folder of one snapshot is made that of another; nil where that one is better made as a whole.
    func update(
        from old: Snapshot, to new: Snapshot, deadline: Deadline
    ) throws(SnapshotError) -> TreeUpdate? {
        try TreeUpdate.plan(
            from: GitObjects.state(of: old, reader), to: GitObjects.state(of: new, reader), reader, deadline: deadline)
    }

    func apply(_ update: TreeUpdate, at folder: String, deadline: Deadline) throws(SnapshotError) -> MaterialiseReport {
        try GitMaterialiser.apply(update, reader, at: folder, deadline: deadline)
    }

    /// The folder as it is now. Its objects are in the store until the next collection.
    public func current(deadline: Deadline = .never) throws(SnapshotError) -> any SnapshotTree {
        let lock = try FileLock(store.contentLock, .shared, deadline: deadline)
        defer { withExtendedLifetime(lock) {} }
        return GitTree(state: try read(everything: false, deadline: deadline), reader: reader)
    }

    private func read(everything: Bool, deadline: Deadline) throws(SnapshotError) -> FolderScanner.Result {
        let state = try scan(everything: everything, deadline: deadline)
        if !writer.isEmpty {
            let mark = GarbageMark(store)
            try mark.add(0)
            try mark.add(keep())
        }
        return state
    }

    /// Looks at every file without a snapshot of them, so that from here on changes are noticed and the next one is quick.
    /// - Returns: whether the files are those of the session's last snapshot.
    func look(for session: String, deadline: Deadline) throws(SnapshotError) -> Bool {
        let lock = try FileLock(store.contentLock, .shared, deadline: deadline)
        defer { withExtendedLifetime(lock) {} }
        let state = try read(everything: true, deadline: deadline)
        guard let known = try lastSnapshot(session) else { return false }
        guard known.state != state else { return true }
        // Hard links are told by numbers that differ from copy to copy.
        let trees = (GitTree(state: known.state, reader: reader), GitTree(state: state, reader: reader))
        guard try SnapshotComparison(trees.0, trees.1, deadline: deadline).changes().isEmpty else { return false }
        last[session] = (known.snapshot, state)
        return true
    }

    @discardableResult public func delete(_ snapshots: [Snapshot]) throws(SnapshotError) -> UInt64 {
        for snapshot in snapshots {
            // The record first: from here on the snapshot isn't there, and what it held is garbage.
            try records.remove(snapshot)
            try repository.removeRef(GitRepository.ref(snapshot.session, snapshot.number))
        }
        if !snapshots.isEmpty { try GarbageMark(store).add(snapshots.reduce(0) { $0 + ($1.bytesAdded ?? 0) }) }
        return 0
    }
}
