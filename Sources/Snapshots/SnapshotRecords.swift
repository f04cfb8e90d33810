import Glibc

/// The list of a store's snapshots: a small file for each, `records/SESSION/N.json`. A snapshot exists once its record does.
/// Numbers are never given twice, even after a deletion, since recordings name them.
public struct SnapshotRecords: Sendable {
    private let folder: String
    private let lockPath: String
    private let storeFolder: String

    public init(_ store: SnapshotStore) {
        folder = store.recordFolder
        lockPath = store.recordLock
        storeFolder = store.folder
    }

    /// Adds a snapshot under the session's next number, durably.
    /// - Parameter make: gets the number; what it stores must be on the disk when it returns. Other processes wait meanwhile.
    public func add(
        session: String, deadline: Deadline, _ make: (UInt32) throws(SnapshotError) -> Snapshot
    ) throws(SnapshotError) -> Snapshot {
        let (lock, number) = try begin(session, deadline)
        defer { withExtendedLifetime(lock) {} }
        return try record(make(number), session, number)
    }

    /// The same for what may turn out to be nothing new: then `make` has taken it away again and returns nil.
    func addIfNew(
        session: String, deadline: Deadline, _ make: (UInt32) throws(SnapshotError) -> Snapshot?
    ) throws(SnapshotError) -> Snapshot? {
        let (lock, number) = try begin(session, deadline)
        defer { withExtendedLifetime(lock) {} }
        guard let snapshot = try make(number) else { return nil }
        return try record(snapshot, session, number)
    }

    private func begin(_ session: String, _ deadline: Deadline) throws(SnapshotError) -> (FileLock, UInt32) {
        guard SnapshotName.isUsable(session) else { throw .invalidName("\(session)@") }
        let lock = try FileLock(lockPath, .exclusive, deadline: deadline)
        try WholeFile.makeFolders("\(folder)/\(session)")
        return (lock, try nextNumber(session))
    }

    private func record(
        _ made: Snapshot, _ session: String, _ number: UInt32
    ) throws(SnapshotError) -> Snapshot {
        var snapshot = made
        snapshot.number = number
        // The number first: one that is skipped does no harm, one that is given twice would.
        try WholeFile.replace("\(folder)/\(session)/last", with: Array("\(number)\n".utf8), durable: false)
        try WholeFile.replace(path(session, number), with: JSONFile.encode(snapshot), durable: true)
        return snapshot
    }

    private func nextNumber(_ session: String) throws(SnapshotError) -> UInt32 {
        let last = try WholeFile.readIfThere("\(folder)/\(session)/last").map { String(decoding: $0, as: UTF8.self) }
        let counted = last.flatMap { UInt32($0.filter(\.isNumber)) } ?? 0
        let highest = max(counted, try numbers(session).max() ?? 0)
        guard highest < UInt32.max else { throw .invalidName("\(session)@\(highest)") }
        return highest + 1
    }

    /// Puts a changed record in the place of the old one, such as one with another label.
    public func update(_ snapshot: Snapshot) throws(SnapshotError) {
        guard access(path(snapshot.session, snapshot.number), F_OK) == 0 else {
            throw .noSuchSnapshot(snapshot.name, store: storeFolder)
        }
        try WholeFile.replace(path(snapshot.session, snapshot.number), with: JSONFile.encode(snapshot), durable: true)
    }

    public func remove(_ snapshot: Snapshot) throws(SnapshotError) {
        guard SnapshotName.isUsable(snapshot.session) else { throw .invalidName(snapshot.name) }
        guard unlink(path(snapshot.session, snapshot.number)) == 0 || errno == ENOENT else {
            throw .last("delete", path(snapshot.session, snapshot.number))
        }
    }

    /// Whether it is still there.
    public func has(_ snapshot: Snapshot) -> Bool { access(path(snapshot.session, snapshot.number), F_OK) == 0 }

    /// Notes where a session's recording lies, which shows its snapshots and keeps them.
    public func setRecording(_ path: String, of session: String) throws(SnapshotError) {
        guard SnapshotName.isUsable(session) else { throw .invalidName("\(session)@") }
        try WholeFile.makeFolders("\(folder)/\(session)")
        try WholeFile.replace("\(folder)/\(session)/recording", with: Array(path.utf8), durable: false)
    }

    /// Where a session's recording was when it was made; nil if none was noted.
    public func recording(of session: String) throws(SnapshotError) -> String? {
        guard SnapshotName.isUsable(session) else { throw .invalidName("\(session)@") }
        return try WholeFile.readIfThere("\(folder)/\(session)/recording").map { String(decoding: $0, as: UTF8.self) }
    }

    public func sessions() throws(SnapshotError) -> [String] {
        try WholeFile.names(in: folder).filter { SnapshotName.isUsable($0) }
    }

    /// A session's snapshots by number. Records that can't be read are left out; `damaged` names them.
    public func of(session: String) throws(SnapshotError) -> [Snapshot] {
        guard SnapshotName.isUsable(session) else { throw .invalidName("\(session)@") }
        var all: [Snapshot] = []
        for number in try numbers(session).sorted() {
            if let snapshot = try readable(session, number) { all.append(snapshot) }
        }
        return all
    }

    /// All snapshots, oldest first.
    public func all() throws(SnapshotError) -> [Snapshot] {
        var all: [Snapshot] = []
        for session in try sessions() { all += try of(session: session) }
        return all.sorted { ($0.takenAt, $0.session, $0.number) < ($1.takenAt, $1.session, $1.number) }
    }

    public func snapshot(_ name: SnapshotName) throws(SnapshotError) -> Snapshot {
        guard let bytes = try WholeFile.readIfThere(path(name.session, name.number)) else {
            throw .noSuchSnapshot(name.description, store: storeFolder)
        }
        return try decode(bytes, name.session, name.number)
    }

    /// The paths of records that can't be read.
    public func damaged() throws(SnapshotError) -> [String] {
        var paths: [String] = []
        for session in try sessions() {
            for number in try numbers(session).sorted() where try readable(session, number) == nil {
                paths.append(path(session, number))
            }
        }
        return paths
    }

    /// nil if it is damaged or was deleted meanwhile.
    private func readable(_ session: String, _ number: UInt32) throws(SnapshotError) -> Snapshot? {
        guard let bytes = try WholeFile.readIfThere(path(session, number)) else { return nil }
        return try? decode(bytes, session, number)
    }

    private func decode(_ bytes: [UInt8], _ session: String, _ number: UInt32) throws(SnapshotError) -> Snapshot {
        let snapshot = try JSONFile.decode(Snapshot.self, bytes, path: path(session, number))
        guard snapshot.session == session, snapshot.number == number else {
            throw .damaged(path: path(session, number), what: "it is the record of \(snapshot.name)")
        }
        return snapshot
    }

    private func numbers(_ session: String) throws(SnapshotError) -> [UInt32] {
        try WholeFile.names(in: "\(folder)/\(session)").compactMap { name in
            name.hasSuffix(".json") ? UInt32(name.dropLast(5)) : nil
        }
    }

    private func path(_ session: String, _ number: UInt32) -> String { "\(folder)/\(session)/\(number).json" }

    func folder(of session: String) -> String { "\(folder)/\(session)" }
}
