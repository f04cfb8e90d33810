/// The other sides that a snapshot is compared with: folders as they are now, read with the store of the snapshot, so that
/// equal contents are known as such, and by its policy, since what that left out would seem to be new.
extension SnapshotArchive {
    /// The workspace that a snapshot is of, as it is now; of a branch's session, the branch.
    ///
    /// - Parameter ownPaths: absolute paths of the program's own, which are no part of it.
    public func live(
        of found: Found, ownPaths: [String], deadline: Deadline = .never
    ) throws(SnapshotError) -> any SnapshotTree {
        if let branch = try branch(of: found) { return try current(of: branch, ownPaths: ownPaths, deadline: deadline) }
        return try WorkspaceSnapshots(
            store: found.store, folder: found.store.workspace,
            preference: found.snapshot.provider == .git ? .git : .auto,
            policy: SnapshotRecords(found.store).policy(of: found.snapshot.session),
            searchPath: searchPath, watches: false, ownPaths: ownPaths
        ).current(deadline: deadline)
    }

    /// A branch's files as they are now.
    public func current(
        of branch: Branch, ownPaths: [String], deadline: Deadline = .never
    ) throws(SnapshotError) -> any SnapshotTree {
        let store = try SnapshotStore(opening: branch.store)
        return try WorkspaceSnapshots(
            store: store, folder: branch.folder, preference: branch.provider == .git ? .git : .auto,
            policy: SnapshotRecords(store).policy(of: branch.parent.session), searchPath: searchPath,
            watches: false, ownPaths: branch.ownPaths(ownPaths)
        ).current(deadline: deadline)
    }

    /// Where the live files of a snapshot's session lie.
    public func liveFolder(of found: Found) throws(SnapshotError) -> String {
        try branch(of: found)?.folder ?? found.store.workspace
    }

    /// The branches of a snapshot's workspace but its own session's: first those that were made of this session.
    public func branches(beside found: Found) throws(SnapshotError) -> [Branch] {
        let session = found.snapshot.session
        let others = try BranchList(found.store).all().filter { $0.session != session }
        return others.filter { $0.parent.session == session } + others.filter { $0.parent.session != session }
    }

    /// The branch that a snapshot's session ran in.
    private func branch(of found: Found) throws(SnapshotError) -> Branch? {
        try BranchList(found.store).all().first { $0.session == found.snapshot.session }
    }
}
