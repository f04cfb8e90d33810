import Glibc

/// The files of a new branch: made by the provider, laid over a checkout of the snapshot, or copied from one. With root's
/// rights the first branch leaves a checkout for all others to be laid over; without them the second one does, for copies.
/// A snapshot that differs little from one of which there is a checkout needs none of its own.
final class BranchFiles {
    private let store: SnapshotStore
    private let snapshot: Snapshot
    private let provider: any SnapshotProvider
    private let deadline: Deadline
    private let keepsCheckout: Bool
    /// The checkout that is used, locked: it isn't collected while this object lives, and then a branch needs it.
    private var held: OpenFile?

    init(store: SnapshotStore, snapshot: Snapshot, provider: any SnapshotProvider, request: BranchRequest) {
        self.store = store
        self.snapshot = snapshot
        self.provider = provider
        deadline = request.deadline
        keepsCheckout = request.keepsCheckout
    }

    private var checkout: String { checkout(of: snapshot) }
    private func checkout(of snapshot: Snapshot) -> String { "\(store.checkouts)/\(snapshot.name)" }
    /// There since the first branch was made.
    private var mark: String { "\(store.checkouts)/\(snapshot.name)\(Self.markSuffix)" }
    private static let markSuffix = ".branched"
    /// There once it is known that the checkout has everything of the snapshot.
    private var wholeMark: String { "\(checkout)\(Self.wholeSuffix)" }
    private static let wholeSuffix = ".whole"

    /// Whether nothing of the snapshot got lost on the way into the checkout that was used, if one was.
    var isCheckoutExact: Bool { held == nil || isUpdated || access(wholeMark, F_OK) == 0 }
    /// It came from another snapshot's checkout, an exact one.
    private var isUpdated = false

    /// Makes the checkout.
    private func makeCheckout() throws(SnapshotError) -> MaterialiseReport {
        // Of a checkout that is gone.
        unlink(wholeMark)
        let report: MaterialiseReport
        do throws(SnapshotError) {
            report = try provider.materialise(snapshot, at: checkout, deadline: deadline)
        } catch {
            // Another process may have been quicker.
            guard case .exists = error else { throw error }
            return MaterialiseReport()
        }
        if report.lost.isEmpty { try WholeFile.replace(wholeMark, with: [], durable: false) }
        return report
    }

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
        if access(checkout, F_OK) != 0 {
            // A folder of the user's own gets its name when it is whole.
            if mayBeLayered, let report = try makeFromAnother(at: folder) { return (report, true) }
            guard keepsCheckout else {
                return (try provider.materialise(snapshot, at: folder, deadline: deadline), false)
            }
        }
        if mayBeLayered, geteuid() == 0, let made = try makeLayered(at: folder) { return made }
        if let report = try copyCheckout(to: folder) { return (report, true) }
        guard access(mark, F_OK) == 0 else {
            let report = try provider.materialise(snapshot, at: folder, deadline: deadline)
            try WholeFile.replace(mark, with: [], durable: false)
            return (report, false)
        }
        _ = try makeCheckout()
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
        if !isThere { report = try makeCheckout() }
        guard try hold(checkout) else { return nil }
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
        guard try hold(checkout) else { return nil }
        return MaterialiseReport(try FolderClone(of: checkout).make(at: folder, deadline: deadline))
    }

    // MARK: From the checkout of another snapshot

    /// - Returns: nil where there is none that is near enough.
    private func makeFromAnother(at folder: String) throws(SnapshotError) -> MaterialiseReport? {
        guard let git = provider as? GitProvider else { return nil }
        for other in try others() {
            guard let update = try git.update(from: other, to: snapshot, deadline: deadline),
                try hold(checkout(of: other))
            else { continue }
            var report: MaterialiseReport
            if geteuid() == 0 {
                do throws(SnapshotError) {
                    _ = try LayeredFolder.make(over: checkout(of: other), at: folder)
                    report = MaterialiseReport()
                } catch {
                    held = nil
                    guard case .unavailable = error else { throw error }
                    return nil
                }
            } else {
                report = MaterialiseReport(
                    try FolderClone(of: checkout(of: other)).make(at: folder, deadline: deadline))
            }
            report.add(try git.apply(update, at: folder, deadline: deadline))
            isUpdated = true
            return report
        }
        return nil
    }

    /// Snapshots with an exact checkout, the two that should differ least: of the same session the nearest, else the latest.
    private func others() throws(SnapshotError) -> [Snapshot] {
        let records = SnapshotRecords(store)
        var found: [Snapshot] = []
        for text in try WholeFile.names(in: store.checkouts) {
            guard let name = try? SnapshotName(text),
                access("\(store.checkouts)/\(text)\(Self.wholeSuffix)", F_OK) == 0,
                let other = try? records.snapshot(name), other.provider == .git
            else { continue }
            found.append(other)
        }
        let distance = { (other: Snapshot) -> (Int, Int64) in
            let isSame = other.session == self.snapshot.session
            return (isSame ? abs(Int(other.number) - Int(self.snapshot.number)) : .max, -other.takenAt)
        }
        return Array(found.sorted { distance($0) < distance($1) }.prefix(2))
    }

    /// False if there is none, or if it is being removed.
    private func hold(_ checkout: String) throws(SnapshotError) -> Bool {
        do throws(SnapshotError) {
            let folder = try OpenFile(folder: checkout)
            guard flock(folder.descriptor, LOCK_SH | LOCK_NB) == 0 else { return false }
            // It may have been set aside before it was locked.
            var (now, mine) = (stat(), stat())
            guard stat(checkout, &now) == 0, fstat(folder.descriptor, &mine) == 0, now.st_ino == mine.st_ino else {
                return false
            }
            held = folder
            return true
        } catch {
            if case .system(_, _, ENOENT) = error { return false }
            throw error
        }
    }

    /// By the time of its last change of any kind: its modification time is the workspace's.
    private static func isFresh(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && time(nil) - info.st_ctim.tv_sec < 12 * 3600
    }

    /// Removes checkouts that no branch may lie on, and what was left half made.
    static func collectCheckouts(
        of store: SnapshotStore, keepsFresh: Bool, deadline: Deadline
    ) throws(SnapshotError) -> Int {
        var count = try ScratchFolder.collectLeftovers(in: store.checkouts, deadline: deadline)
        for name in try WholeFile.names(in: store.checkouts) {
            let path = "\(store.checkouts)/\(name)"
            if keepsFresh, isFresh(path) { continue }
            if name.hasSuffix(wholeSuffix) {
                if access(String(path.dropLast(wholeSuffix.count)), F_OK) != 0 { unlink(path) }
                continue
            }
            if name.hasSuffix(markSuffix) {
                unlink(path)
                continue
            }
            guard let snapshot = try? SnapshotName(name), let folder = try? OpenFile(folder: path),
                flock(folder.descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            // Looked at under the lock: whoever makes a branch holds it until the branch is there.
            guard try !BranchList(store).mayLie(on: snapshot) else { continue }
            unlink(path + wholeSuffix)
            try FolderRemoval(of: path).run(deadline: deadline)
            count += 1
        }
        return count
    }
}
