import Glibc
import Processes

extension BranchList {
    /// Makes a branch of a snapshot. Killed on the way it leaves nothing that counts as a branch.
    /// - Parameter provider: the one that took the snapshot.
    /// - Throws: `exists` for a name or folder that is taken, `invalidBranchName`, and what the provider throws.
    public func create(
        _ request: BranchRequest, of snapshot: Snapshot, with provider: any SnapshotProvider
    ) throws(SnapshotError) -> BranchReport {
        if let name = request.name { try BranchName.check(name) }
        let parent = try SnapshotName(session: snapshot.session, number: snapshot.number)
        try WholeFile.makeFolders(store.branches)
        // Until the branch is there, its files in the provider's place belong to nobody.
        let lock =
            provider.branchFolder == nil ? nil : try FileLock(orphanLock, .shared, deadline: request.deadline)
        defer { withExtendedLifetime(lock) {} }
        let name: String
        if let given = request.name { name = given } else { name = try freeName(for: snapshot) }
        let scratch = try ScratchFolder(for: place(name))
        var branch = Branch(
            name: name, parent: parent, store: store.folder, folder: "", workspace: store.workspace,
            createdAt: WallClock.now(), provider: provider.kind, injectedMessage: request.injectedMessage,
            session: request.session, isOwnFolder: request.folder != nil)
        do throws(SnapshotError) {
            try makeLock(in: scratch.partialPath)
            let target = try target(request, provider, in: scratch.partialPath)
            let files = BranchFiles(store: store, snapshot: snapshot, provider: provider, request: request)
            var report = BranchReport(branch: branch, made: MaterialiseReport(), isFromCheckout: false, isExact: false)
            (report.made, report.isFromCheckout) = try files.make(at: target, mayBeLayered: request.folder == nil)
            report.isExact = report.made.lost.isEmpty && files.isCheckoutExact
            branch.folder = target
            do throws(SnapshotError) {
                report.branch = try publish(branch, scratch, isFixed: request.name != nil, snapshot)
            } catch {
                if !target.hasPrefix("\(scratch.partialPath)/") {
                    try provider.removeBranch(at: target, deadline: .never)
                }
                throw error
            }
            // Until here the checkout is held.
            withExtendedLifetime(files) {}
            return report
        } catch {
            scratch.discard()
            throw error
        }
    }

    private func freeName(for snapshot: Snapshot) throws(SnapshotError) -> String {
        let taken = Set(try WholeFile.names(in: store.branches))
        return BranchName.candidates(for: snapshot).first { !taken.contains($0) } ?? ""
    }

    /// Where its files are made.
    private func target(
        _ request: BranchRequest, _ provider: any SnapshotProvider, in scratch: String
    ) throws(SnapshotError) -> String {
        if let folder = request.folder {
            let place = try PlacedName(folder)
            guard let real = realpath(place.folder, nil) else { throw .last("open", place.folder) }
            defer { free(real) }
            let parent = String(cString: real)
            let path = parent == "/" ? "/\(place.name)" : "\(parent)/\(place.name)"
            // It would be in its own snapshots, and in the workspace's.
            guard !path.hasPrefix("\(store.workspace)/"), !path.hasPrefix("\(store.folder)/") else {
                throw .unavailable(
                    provider.kind, path: path, reason: "a branch can't lie in the workspace or the store")
            }
            guard access(path, F_OK) != 0 else { throw .exists(path: path) }
            return path
        }
        guard let folder = provider.branchFolder else { return "\(scratch)/\(Self.filesName)" }
        try WholeFile.makeFolders(folder)
        // Not by the branch's name, which is only known to be free once it is taken.
        return "\(folder)/\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    }

    /// Gives the branch its name; another one if a derived one was taken meanwhile.
    private func publish(
        _ branch: Branch, _ scratch: ScratchFolder, isFixed: Bool, _ snapshot: Snapshot
    ) throws(SnapshotError) -> Branch {
        var branch = branch
        let isInside = branch.folder.hasPrefix("\(scratch.partialPath)/")
        while true {
            if isInside { branch.folder = "\(place(branch.name))/\(Self.filesName)" }
            try write(branch, in: scratch.partialPath)
            do throws(SnapshotError) {
                try scratch.publish(as: branch.name)
                try WholeFile.synchroniseFolder(of: place(branch.name))
                return branch
            } catch {
                guard case .exists = error, !isFixed else {
                    if case .exists = error { throw .exists(path: place(branch.name)) }
                    throw error
                }
                branch.name = try freeName(for: snapshot)
            }
        }
    }

    // MARK: Leftovers

    /// Removes what killed processes left of branches, and checkouts that no branch lies on.
    /// - Parameter keepsFresh: leave checkouts of the last hours, which may soon be branched from again.
    /// - Returns: how many there were.
    public func collectLeftovers(
        keepsFresh: Bool = false, deadline: Deadline = .never
    ) throws(SnapshotError) -> Int {
        try ScratchFolder.collectLeftovers(in: store.branches, deadline: deadline)
            + BranchFiles.collectCheckouts(of: store, keepsFresh: keepsFresh, deadline: deadline)
    }

    private var orphanLock: String { "\(store.folder)/branches.lock" }

    /// Removes files in a provider's own place for branches that belong to no branch: a killed process left them.
    /// - Returns: how many there were; 0 while branches are being made.
    public func collectOrphans(
        of provider: any SnapshotProvider, deadline: Deadline = .never
    ) throws(SnapshotError) -> Int {
        guard let folder = provider.branchFolder, let lock = try FileLock(trying: orphanLock) else { return 0 }
        defer { withExtendedLifetime(lock) {} }
        // One whose record can't be read may own any of them.
        guard try damaged().isEmpty else { return 0 }
        let owned = Set(try all().map(\.folder))
        var count = 0
        for name in try WholeFile.names(in: folder) where !name.hasPrefix(".") && !owned.contains("\(folder)/\(name)") {
            try provider.removeBranch(at: "\(folder)/\(name)", deadline: deadline)
            count += 1
        }
        return count
    }

    /// Whether a branch may be laid over the checkout of a snapshot. One whose record can't be read may be.
    func mayLie(on snapshot: SnapshotName) throws(SnapshotError) -> Bool {
        guard try damaged().isEmpty else { return true }
        for branch in try all() where LayeredFolder.isLayered(branch.folder) {
            if try LayeredFolder(at: branch.folder).lowerName == snapshot.description { return true }
        }
        return false
    }
}
