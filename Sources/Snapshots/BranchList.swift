import Glibc
import Processes

/// The branches of a store: a folder for each, `branches/NAME`, with its record, its lock and, where its provider has no
/// better place, its files. A branch exists once its folder has its name.
public struct BranchList: Sendable {
    public let store: SnapshotStore

    public init(_ store: SnapshotStore) { self.store = store }

    private static let recordName = "branch.json"
    private static let lockName = "lock"
    static let filesName = "files"

    func place(_ name: String) -> String { "\(store.branches)/\(name)" }
    private func lockPath(_ name: String) -> String { "\(place(name))/\(Self.lockName)" }

    /// All branches, oldest first. One whose record can't be read is left out; `damaged` names it.
    public func all() throws(SnapshotError) -> [Branch] {
        var all: [Branch] = []
        for name in try names() {
            if let branch = try? load(name) { all.append(branch) }
        }
        return all.sorted { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }
    }

    /// The paths of records that can't be read.
    public func damaged() throws(SnapshotError) -> [String] {
        try names().filter { (try? load($0)) == nil }.map { "\(place($0))/\(Self.recordName)" }
    }

    /// The branch of this name, or the only one whose name begins with it.
    public func branch(_ name: String) throws(SnapshotError) -> Branch {
        try load(BranchName.resolve(name, among: names()))
    }

    private func names() throws(SnapshotError) -> [String] {
        try WholeFile.names(in: store.branches).filter { SnapshotName.isUsable($0) }
    }

    private func load(_ name: String) throws(SnapshotError) -> Branch {
        let path = "\(place(name))/\(Self.recordName)"
        guard let bytes = try WholeFile.readIfThere(path) else { throw .noSuchBranch(name, candidates: []) }
        var branch = try JSONFile.decode(Branch.self, bytes, path: path)
        guard branch.name == name else { throw .damaged(path: path, what: "it is the record of \(branch.name)") }
        // The state folder may have been moved.
        if branch.folder == "\(branch.store)/branches/\(name)/\(Self.filesName)" {
            branch.folder = "\(place(name))/\(Self.filesName)"
        }
        branch.store = store.folder
        // Gone with a restart. Where it can't be mounted, using the branch says why.
        if LayeredFolder.isLayered(branch.folder) { try? LayeredFolder(at: branch.folder).mountAgain() }
        return branch
    }

    /// Puts a changed record in the place of the old one, such as one that knows its session.
    public func update(_ branch: Branch) throws(SnapshotError) {
        _ = try load(branch.name)
        try write(branch, in: place(branch.name))
    }

    func write(_ branch: Branch, in folder: String) throws(SnapshotError) {
        try WholeFile.replace("\(folder)/\(Self.recordName)", with: JSONFile.encode(branch), durable: true)
    }

    func makeLock(in folder: String) throws(SnapshotError) {
        _ = try OpenFile("\(folder)/\(Self.lockName)", flags: O_RDWR | O_CREAT)
    }

    /// Keeps the branch from being deleted.
    public func use(_ branch: Branch) throws(SnapshotError) -> BranchUse {
        if LayeredFolder.isLayered(branch.folder) { try LayeredFolder(at: branch.folder).mountAgain() }
        return try BranchUse(branch, lock: lockPath(branch.name))
    }

    /// Whether a process works in it that said so.
    public func isInUse(_ branch: Branch) -> Bool { FileLock.isHeld(lockPath(branch.name)) }

    // MARK: Deleting

    /// Deletes a branch with its files; a folder that its user chose stays.
    /// - Parameter isForced: even while a process works in it.
    /// - Throws: `branchInUse`.
    public func delete(
        _ branch: Branch, with provider: any SnapshotProvider, isForced: Bool = false, deadline: Deadline = .never
    ) throws(SnapshotError) {
        let own = place(branch.name)
        let lock = try FileLock(trying: lockPath(branch.name))
        defer { withExtendedLifetime(lock) {} }
        guard lock != nil || isForced else { throw .branchInUse(branch.name) }
        // Files elsewhere go first: without a record nobody would find them again.
        if !branch.isOwnFolder, !branch.folder.hasPrefix("\(own)/"), access(branch.folder, F_OK) == 0 {
            try provider.removeBranch(at: branch.folder, deadline: deadline)
        }
        // The branch is gone at once; what is cut short from here on is a leftover.
        let rest = try FolderRemoval(of: own).setAside()
        try LayeredFolder.unmountAll(in: rest.path)
        try rest.run(deadline: deadline)
    }
}
