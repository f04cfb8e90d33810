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
        let state = try GitObjects.state(of: snapshot, reader)
        let scratch = try ScratchFolder(for: folder)
        let materialiser = GitMaterialiser(reader: reader, root: scratch.folder, deadline: deadline)
        do {
            try materialiser.write(state)
            try scratch.publish()
        } catch {
            scratch.discard()
            throw error
        }
        return materialiser.report
    }

    @discardableResult public func delete(_ snapshots: [Snapshot]) throws(SnapshotError) -> UInt64 {
        for snapshot in snapshots {
            // The record first: from here on the snapshot isn't there, and what it held is garbage.
            try records.remove(snapshot)
            try repository.removeRef(GitRepository.ref(snapshot.session, snapshot.number))
        }
        if !snapshots.isEmpty { try WholeFile.replace(store.garbageMark, with: [], durable: false) }
        return 0
    }
}
