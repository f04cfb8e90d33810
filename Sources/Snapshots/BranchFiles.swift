import Glibc

/// The files of a new branch: made by the provider, laid over a checkout of the snapshot, or copied from one. With root's
/// rights the first branch leaves a checkout for all others to be laid over; without them the second one does, for copies.
struct BranchFiles {
    let store: SnapshotStore
    let snapshot: Snapshot
    let provider: any SnapshotProvider
    let deadline: Deadline

    private var checkout: String { "\(store.checkouts)/\(snapshot.name)" }
    /// There since the first branch was made.
    private var mark: String { "\(store.checkouts)/\(snapshot.name)\(Self.markSuffix)" }
    private static let markSuffix = ".branched"

    /// - Parameter mayBeLayered: false for a folder that must be one without a mount.
    /// - Returns: what was made, and whether a checkout was there already.
    func make(
        at folder: String, mayBeLayered: Bool
    ) throws(SnapshotError) -> (MaterialiseReport, isFromCheckout: Bool) {
        // Where the provider has a place of its own for branches, it makes them at once.
        if provider.branchFolder != nil {
            return (try provider.materialise(snapshot, at: folder, deadline: deadline), false)
        }
        try WholeFile.makeFolders(store.checkouts)
        if mayBeLayered, geteuid() == 0, let made = try makeLayered(at: folder) { return made }
        if let report = try copyCheckout(to: folder) { return (report, true) }
        guard access(mark, F_OK) == 0 else {
            let report = try provider.materialise(snapshot, at: folder, deadline: deadline)
            try WholeFile.replace(mark, with: [], durable: false)
            return (report, false)
        }
        do throws(SnapshotError) {
            _ = try provider.materialise(snapshot, at: checkout, deadline: deadline)
        } catch {
            // Another process may have been quicker.
            guard case .exists = error else { throw error }
        }
        guard let report = try copyCheckout(to: folder) else {
            return (try provider.materialise(snapshot, at: folder, deadline: deadline), false)
        }
        return (report, false)
    }

    /// nil where it can't be done, as on some file systems.
    private func makeLayered(
        at folder: String
    ) throws(SnapshotError) -> (MaterialiseReport, isFromCheckout: Bool)? {
        let isThere = access(checkout, F_OK) == 0
        var report = MaterialiseReport()
        if !isThere {
            do throws(SnapshotError) {
                report = try provider.materialise(snapshot, at: checkout, deadline: deadline)
            } catch {
                // Another process may have been quicker.
                guard case .exists = error else { throw error }
            }
        }
        do throws(SnapshotError) {
            _ = try LayeredFolder.make(over: checkout, at: folder)
            return (report, isThere)
        } catch {
            guard case .unavailable = error else { throw error }
            return nil
        }
    }

    /// nil if there is none.
    private func copyCheckout(to folder: String) throws(SnapshotError) -> MaterialiseReport? {
        let source: OpenFile
        do throws(SnapshotError) {
            source = try OpenFile(folder: checkout)
        } catch {
            if case .system(_, _, ENOENT) = error { return nil }
            throw error
        }
        // It isn't removed while somebody copies it.
        guard flock(source.descriptor, LOCK_SH | LOCK_NB) == 0 else { return nil }
        defer { withExtendedLifetime(source) {} }
        let report = try FolderClone(of: checkout).make(at: folder, deadline: deadline)
        return MaterialiseReport(
            files: report.files + report.links + report.specialFiles + report.hardLinks,
            bytes: report.copiedBytes + report.sharedBytes, lost: report.lost)
    }

    /// Removes checkouts whose snapshots are gone, and what was left half made.
    static func collectCheckouts(
        of store: SnapshotStore, deadline: Deadline, exists: (SnapshotName) throws(SnapshotError) -> Bool
    ) throws(SnapshotError) -> Int {
        // A branch may be laid over one, whatever became of its snapshot.
        let needed = Set(try BranchList(store).all().map(\.parent))
        var count = try ScratchFolder.collectLeftovers(in: store.checkouts, deadline: deadline)
        for name in try WholeFile.names(in: store.checkouts) {
            let isMark = name.hasSuffix(markSuffix)
            guard let snapshot = try? SnapshotName(isMark ? String(name.dropLast(markSuffix.count)) : name),
                !needed.contains(snapshot), try !exists(snapshot)
            else { continue }
            let path = "\(store.checkouts)/\(name)"
            if isMark {
                unlink(path)
            } else if let folder = try? OpenFile(folder: path), flock(folder.descriptor, LOCK_EX | LOCK_NB) == 0 {
                try FolderRemoval(of: path).run(deadline: deadline)
                count += 1
            }
        }
        return count
    }
}
