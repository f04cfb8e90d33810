import Glibc
import Processes

/// Snapshots in a private git store: works on any file system, reads the live folder with its own scanner, writes objects itself
/// and reads them back through git. Never touches the folder's own repository.
public final class GitProvider: SnapshotProvider {
    public let kind = ProviderKind.git
    public let store: SnapshotStore
    /// The folder that is saved: the store's workspace or a branch of it.
    public let folder: String
    public let policy: SnapshotPolicy
    let program: GitProgram
    let repository: GitRepository
    let records: SnapshotRecords
    let lookup: ObjectLookup
    let reader: ObjectReader
    let scanner: FolderScanner
    let writer: PackWriter
    /// By session: its last snapshot, and the objects of its files.
    var last: [String: (snapshot: Snapshot, state: FolderScanner.Result)] = [:]
    private var generation: [UInt8]??

    /// - Parameter watches: false: every snapshot looks at every file.
    /// - Parameter ownPaths: absolute paths of files and folders of the program's own, which are left out.
    public init(
        store: SnapshotStore, folder: String, policy: SnapshotPolicy = .standard, program: GitProgram,
        watches: Bool = true, ownPaths: [String] = []
    ) throws(SnapshotError) {
        self.store = store
        self.folder = folder
        self.policy = policy
        self.program = program
        records = SnapshotRecords(store)
        repository = GitRepository(store.objects)
        try repository.prepare()
        lookup = ObjectLookup(objects: store.objects)
        reader = ObjectReader(program: program, repository: store.objects)
        writer = PackWriter(objects: store.objects, stored: lookup)
        var scanned = policy
        for path in ownPaths where path.hasPrefix("\(folder)/") {
            scanned.excluded.append(String(path.dropFirst(folder.count)))
        }
        scanner = FolderScanner(
            path: folder, policy: scanned,
            tracker: DirtyTracker(isOn: watches, rules: ExclusionRules(scanned.excluded)),
            ownFolders: [store.folder] + ownPaths)
    }

    public var fidelity: Fidelity { Self.fidelityTable }

    /// Readable when something in the folder changed; -1 when nothing is watched.
    public var changeDescriptor: Int32 { scanner.tracker.descriptor }

    /// Whether anything was reported since the last call that a snapshot would hold.
    func hasNewChanges() -> Bool { scanner.tracker.takeNews() }

    /// How changes are noticed, in words.
    public var watchState: String {
        switch scanner.tracker.state {
        case .watching(let folders): "\(folders) folders are watched"
        case .off(let reason): "every snapshot looks at every file: \(reason)"
        }
    }

    public func take(_ request: SnapshotRequest) throws(SnapshotError) -> Snapshot {
        let lock = try FileLock(store.contentLock, .shared, deadline: request.deadline)
        defer { withExtendedLifetime(lock) {} }
        let state: FolderScanner.Result
        if let known = try knownStart(request) {
            state = known
        } else {
            state = try scan(everything: request.looksAtEverything, deadline: request.deadline)
        }
        if let last = try lastSnapshot(request.session), last.state == state, records.has(last.snapshot) {
            // What was written meanwhile and undone again isn't needed.
            writer.discard()
            return last.snapshot.again(for: request)
        }
        do throws(SnapshotError) {
            let snapshot = try records.add(session: request.session, deadline: request.deadline) {
                number throws(SnapshotError) in try commit(state, number, request)
            }
            last[request.session] = (snapshot, state)
            try tidy()
            return snapshot
        } catch {
            abandon()
            throw error
        }
    }

    /// Each snapshot is a pack: from time to time they become one.
    private func tidy() throws(SnapshotError) {
        guard lookup.packCount > PackMerge.manyPacks, try PackMerge(store: store).run() else { return }
        try lookup.refresh()
        reader.restart()
    }

    /// nil where the files must be looked at: what was left out of that snapshot, and would be kept now, isn't in its objects.
    private func knownStart(_ request: SnapshotRequest) throws(SnapshotError) -> FolderScanner.Result? {
        guard let start = request.startsFrom, start.provider == .git, !scanner.root.isListed, records.has(start),
            try records.policy(of: start.session) == policy
        else { return nil }
        try lookup.refresh()
        return try GitObjects.state(of: start, reader)
    }

    /// Brings the scanner up to date; what it writes is in the writer.
    func scan(everything: Bool, deadline: Deadline) throws(SnapshotError) -> FolderScanner.Result {
        do throws(SnapshotError) {
            try lookAtGeneration()
            return try scanner.scan(into: writer, everything: everything, deadline: deadline)
        } catch {
            if case .outOfTime = error {
                // What was read so far needn't be read again.
                do throws(SnapshotError) { try writer.commit() } catch { abandon() }
            } else {
                abandon()
            }
            throw error
        }
    }

    /// Puts what the last scan wrote on the disk without a snapshot of it.
    /// - Returns: bytes on the disk.
    func keep() throws(SnapshotError) -> UInt64 {
        do throws(SnapshotError) { return try writer.commit() } catch {
            abandon()
            throw error
        }
    }

    /// After a failure: nothing that isn't on the disk may be believed to be.
    private func abandon() {
        writer.discard()
        scanner.forgetMissing(lookup)
    }

    /// A collection may have removed objects that only the scanner still knows of.
    private func lookAtGeneration() throws(SnapshotError) {
        let now = try WholeFile.readIfThere(store.generation)
        if let generation, generation == now { return }
        try lookup.refresh()
        if generation == nil { ScanIndex.load(store.indexPath(for: folder), into: scanner) }
        scanner.forgetMissing(lookup)
        generation = .some(now)
    }

    private func commit(
        _ state: FolderScanner.Result, _ number: UInt32, _ request: SnapshotRequest
    ) throws(SnapshotError) -> Snapshot {
        var snapshot = Snapshot(
            session: request.session, number: number, label: request.label, reason: request.reason, provider: .git,
            workspace: folder, reference: "", takenAt: WallClock.now(), sessionTime: request.sessionTime)
        scanner.addNotes(to: &snapshot)
        var root = TreeBuilder()
        root.add(.folder, Array("files".utf8), state.tree)
        root.add(.folder, Array("manifest".utf8), state.manifest)
        let tree = try writer.add(.tree, root.encoded())
        // The record once more, for those who get the objects without the store.
        let message = "\(snapshot.name)\n\n\(String(decoding: JSONFile.encode(snapshot), as: UTF8.self))\n"
        let commit = try writer.add(
            .commit, GitRepository.commit(tree: tree, milliseconds: snapshot.takenAt, message: message))
        snapshot.bytesAdded = try writer.commit()
        try repository.setRef(GitRepository.ref(request.session, number), to: commit)
        snapshot.reference = commit.hex
        return snapshot
    }

    func lastSnapshot(
        _ session: String
    ) throws(SnapshotError) -> (snapshot: Snapshot, state: FolderScanner.Result)? {
        if let known = last[session] { return known }
        guard
            let snapshot = try records.of(session: session).last(where: {
                $0.provider == .git && $0.workspace == folder
            })
        else { return nil }
        let found = (snapshot, try GitObjects.state(of: snapshot, reader))
        last[session] = found
        return found
    }

    /// Saves what the scanner knows, so that the next process needn't read every file. Call at the end of a session.
    public func saveIndex() throws(SnapshotError) { try ScanIndex.save(scanner, to: store.indexPath(for: folder)) }

    public func list() throws(SnapshotError) -> [Snapshot] { try records.all().filter { $0.provider == .git } }
}
