import Glibc

/// All snapshots below a state folder, of every workspace and session: found by name, read, compared, made into folders. Needs no
/// workspace, so it works for one that is gone.
public final class SnapshotArchive {
    private let state: String
    let searchPath: String
    private var readers: [String: ObjectReader] = [:]

    /// A snapshot and where it lies.
    public struct Found: Hashable, Sendable {
        public var snapshot: Snapshot
        public var store: SnapshotStore

        public init(snapshot: Snapshot, store: SnapshotStore) {
            self.snapshot = snapshot
            self.store = store
        }
    }

    /// - Parameter searchPath: the PATH on which git is looked for.
    public init(state: String, searchPath: String) {
        self.state = state
        self.searchPath = searchPath
    }

    public func stores() throws(SnapshotError) -> [SnapshotStore] { try SnapshotStore.all(below: state) }

    /// Oldest first.
    /// - Parameter session: an id or the beginning of one; nil for all.
    public func snapshots(session: String? = nil) throws(SnapshotError) -> [Found] {
        var found: [Found] = []
        for store in try stores() {
            let records = SnapshotRecords(store)
            for name in try records.sessions() where session.map({ name.hasPrefix($0) }) ?? true {
                found += try records.of(session: name).map { Found(snapshot: $0, store: store) }
            }
        }
        return found.sorted { ($0.snapshot.takenAt, $0.snapshot.number) < ($1.snapshot.takenAt, $1.snapshot.number) }
    }

    /// Finds `SESSION@N`, where SESSION may be the beginning of one id only; without `@N` it is the session's last.
    /// - Throws: `invalidName`, `noSuchSnapshot`, `ambiguous`.
    public func find(_ text: String) throws(SnapshotError) -> Found {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let prefix = parts.first.map(String.init), SnapshotName.isUsable(prefix),
            parts.count == 1 || UInt32(parts[1]) != nil
        else { throw .invalidName(text) }
        let all = try snapshots(session: prefix)
        let sessions = Set(all.map(\.snapshot.session))
        guard sessions.count < 2 || sessions.contains(prefix) else {
            throw .ambiguous(text, candidates: sessions.sorted())
        }
        let own = sessions.contains(prefix) ? all.filter { $0.snapshot.session == prefix } : all
        let match =
            parts.count == 1
            ? own.max { $0.snapshot.number < $1.snapshot.number } : own.first { $0.snapshot.number == UInt32(parts[1]) }
        guard let match else { throw .noSuchSnapshot(text, store: "\(state)/snapshots") }
        return match
    }

    /// The files of a snapshot. Trees of one store share a process of git's.
    public func tree(of found: Found) throws(SnapshotError) -> any SnapshotTree {
        switch found.snapshot.provider {
        case .git:
            let reader = reader(found.store)
            return GitTree(state: try GitObjects.state(of: found.snapshot, reader), reader: reader)
        default: return try provider(found).tree(of: found.snapshot)
        }
    }

    /// Makes a writable folder of a snapshot, under its name once it is whole.
    public func materialise(
        _ found: Found, at folder: String, deadline: Deadline = .never
    ) throws(SnapshotError) -> MaterialiseReport {
        guard found.snapshot.provider == .git else {
            return try provider(found).materialise(found.snapshot, at: folder, deadline: deadline)
        }
        return try GitMaterialiser.materialise(
            GitObjects.state(of: found.snapshot, reader(found.store)), reader(found.store), at: folder,
            deadline: deadline)
    }

    /// The provider that took a snapshot, for reading, deleting and collecting.
    public func provider(_ found: Found) throws(SnapshotError) -> any SnapshotProvider {
        try provider(found.snapshot.provider, found.store)
    }

    public func provider(_ kind: ProviderKind, _ store: SnapshotStore) throws(SnapshotError) -> any SnapshotProvider {
        if kind == .btrfs { return try BtrfsProvider(keptBy: store) }
        return try ProviderMaker(
            store: store, folder: store.workspace, policy: .standard, searchPath: searchPath, watches: false
        ).make(kind)
    }

    private func reader(_ store: SnapshotStore) -> ObjectReader {
        if let reader = readers[store.folder] { return reader }
        let reader = ObjectReader(program: GitProgram(searchPath: searchPath), repository: store.objects)
        readers[store.folder] = reader
        return reader
    }

    /// The snapshots of a session at which a path changed: the first that has it, and each that has it otherwise or no more.
    public func log(
        of path: RelativePath, session: String, deadline: Deadline = .never
    ) throws(SnapshotError) -> [LogEntry] {
        var entries: [LogEntry] = []
        var before: (any SnapshotTree)?
        for found in try snapshots(session: session) where found.snapshot.session == session {
            try deadline.check("looking at \(found.snapshot.name)")
            let tree = try tree(of: found)
            if let kind = try change(of: path, before, tree) { entries.append(LogEntry(found: found, kind: kind)) }
            before = tree
        }
        return entries
    }

    public struct LogEntry: Hashable, Sendable {
        public var found: Found
        public var kind: FileChange.Kind
    }

    func change(
        of path: RelativePath, _ old: (any SnapshotTree)?, _ new: any SnapshotTree
    ) throws(SnapshotError) -> FileChange.Kind? {
        let after = try new.entry(at: path)
        guard let old, let before = try old.entry(at: path) else { return after == nil ? nil : .added }
        guard let after else { return .deleted }
        if before.kind != after.kind { return .retyped }
        if let first = before.content, let second = after.content, first == second {
            return before.mode == after.mode ? nil : .attributes
        }
        var options = SnapshotComparison.Options()
        options.paths = [path]
        options.findsRenames = false
        let changes = try SnapshotComparison(old, new).changes(options)
        return after.kind == .folder ? (changes.isEmpty ? nil : .modified) : changes.first?.kind
    }
}
