// Snapshots: saved states of a workspace's files: taken, listed, read, compared, materialised, deleted.
//
// One protocol, one or two files per provider: git (own scanner and object writer, read back by git), btrfs, zfs. What is
// saved lies in a store of our own; the workspace, its `.git` and its settings are only ever read.
//
// Parts: the values (Snapshot, SnapshotName, RelativePath, Fidelity, SnapshotPolicy), SnapshotStore and SnapshotRecords (where
// things lie), SnapshotTree and FolderTree (reading), FolderScanner and DirtyTracker (what changed), GitProvider,
// SnapshotComparison, WorkspaceSnapshots, which joins them. Nothing here is thread-safe or waits without a Deadline.

/// One way to take snapshots. Used from one thread at a time; every call blocks, within its deadline where it takes one.
public protocol SnapshotProvider: AnyObject {
    var kind: ProviderKind { get }
    /// What it keeps of a file, and what it can't.
    var fidelity: Fidelity { get }

    /// Saves the workspace's state and makes it durable before it returns. With nothing changed since the last snapshot of
    /// this session that one is returned, with the new reason, label and times and `sameAs` set; nothing is stored then.
    func take(_ request: SnapshotRequest) throws(SnapshotError) -> Snapshot

    /// The files of a snapshot, read without a checkout.
    func tree(of snapshot: Snapshot) throws(SnapshotError) -> any SnapshotTree

    /// Makes a writable folder of it. `folder` must not exist; its parent must.
    func materialise(
        _ snapshot: Snapshot, at folder: String, deadline: Deadline
    ) throws(SnapshotError) -> MaterialiseReport

    /// The folder in which `materialise` costs next to nothing; nil where no place is better than another.
    var branchFolder: String? { get }

    /// Removes a folder that `materialise` made, in whatever way it made it.
    func removeBranch(at folder: String, deadline: Deadline) throws(SnapshotError)

    /// A folder with the snapshot's files that can't be written to; nil where there is none without a checkout.
    func readOnlyFolder(of snapshot: Snapshot) throws(SnapshotError) -> String?

    /// Removes snapshots. Space may be freed later, by `collectGarbage`.
    /// - Returns: bytes freed at once.
    @discardableResult func delete(_ snapshots: [Snapshot]) throws(SnapshotError) -> UInt64

    /// All snapshots of the store that this provider took, of every session, oldest first.
    func list() throws(SnapshotError) -> [Snapshot]

    /// Frees what no snapshot needs, and what a killed process left. Snapshots may be taken meanwhile.
    func collectGarbage(_ request: GarbageRequest) throws(SnapshotError) -> GarbageReport
}

extension SnapshotProvider {
    public var branchFolder: String? { nil }

    public func removeBranch(at folder: String, deadline: Deadline) throws(SnapshotError) {
        try FolderRemoval(of: folder).run(deadline: deadline)
    }

    public func readOnlyFolder(of snapshot: Snapshot) throws(SnapshotError) -> String? { nil }
}

/// What a snapshot is taken for.
public struct SnapshotRequest: Sendable {
    public var session: String
    public var reason: SnapshotReason
    public var label: String
    /// Milliseconds since the session's start; nil outside a session.
    public var sessionTime: UInt64?
    /// Look at every file, not only at those that were reported as changed: finds what the watcher can't see.
    public var looksAtEverything: Bool
    /// The folder was just made of this snapshot, whole, and nothing has run in it: providers that read every file take its
    /// files for the folder's.
    public var startsFrom: Snapshot?
    public var deadline: Deadline

    public init(
        session: String, reason: SnapshotReason, label: String = "", sessionTime: UInt64? = nil,
        looksAtEverything: Bool = false, deadline: Deadline = .never
    ) {
        self.session = session
        self.reason = reason
        self.label = label
        self.sessionTime = sessionTime
        self.looksAtEverything = looksAtEverything
        self.deadline = deadline
    }
}

/// What came of making a folder of a snapshot.
public struct MaterialiseReport: Hashable, Codable, Sendable {
    public var files: Int
    public var bytes: UInt64
    /// What couldn't be restored as it was: how many, and the first of them.
    public var lost: PathNotes

    public init(files: Int = 0, bytes: UInt64 = 0, lost: PathNotes = PathNotes()) {
        self.files = files
        self.bytes = bytes
        self.lost = lost
    }

    init(_ report: FolderCloneReport) {
        files = report.files + report.links + report.specialFiles + report.hardLinks
        bytes = report.copiedBytes + report.sharedBytes
        lost = report.lost
    }

    mutating func add(_ other: MaterialiseReport) {
        files += other.files
        bytes += other.bytes
        lost.add(other.lost)
    }
}

public struct GarbageRequest: Sendable {
    /// Only say what would be freed.
    public var isDryRun: Bool
    /// Search for deltas, too: slower, and the store gets smaller.
    public var isThorough: Bool
    /// Nobody asked for it: what costs much is done only if it frees much, and what may soon be of use stays.
    public var isAutomatic: Bool
    public var deadline: Deadline

    public init(
        isDryRun: Bool = false, isThorough: Bool = false, isAutomatic: Bool = false, deadline: Deadline = .never
    ) {
        self.isDryRun = isDryRun
        self.isThorough = isThorough
        self.isAutomatic = isAutomatic
        self.deadline = deadline
    }
}

public struct GarbageReport: Hashable, Codable, Sendable {
    public var bytesBefore: UInt64
    public var bytesFreed: UInt64
    /// Files and folders that a killed process had left.
    public var leftovers: Int

    public init(bytesBefore: UInt64 = 0, bytesFreed: UInt64 = 0, leftovers: Int = 0) {
        self.bytesBefore = bytesBefore
        self.bytesFreed = bytesFreed
        self.leftovers = leftovers
    }
}
