import Glibc
import Playback
import Recording
import SessionHost
import Snapshots
import WorkbenchRuntime

/// The session that is bisected: its snapshots, and its recording where that is found.
struct BisectSubject {
    let sessionID: String
    let store: SnapshotStore
    let row: BisectionRow
    /// Its path and what is in it; nil if it isn't where it was made, or can't be read.
    let recording: (path: String, timeline: Timeline)?
    private let desk: SnapshotDesk

    /// - Parameter session: as `SessionReference` has it, or a recording's path.
    init(_ desk: SnapshotDesk, session: String) throws {
        self.desk = desk
        let directory = SessionDirectory(folders: desk.folders)
        var path: String?
        let id: String
        if session.contains("/") || access(session, F_OK) == 0 {
            path = session
            guard let found = try Self.timeline(session).metadata?.sessionID else {
                throw Failure("\(session): the recording doesn't say which session it is of")
            }
            id = found
        } else if let facts = try? directory.runningSession(session) {
            id = facts.sessionID
        } else if let known = try? CatalogueDesk(environment: desk.environment).session(session, isStrict: false) {
            id = known.id
        } else {
            id = session.lowercased()
        }
        let found = try desk.archive.snapshots(session: id)
        let sessions = Set(found.map(\.snapshot.session))
        guard let one = sessions.count == 1 ? sessions.first : sessions.first(where: { $0 == id }) else {
            throw Failure(
                sessions.isEmpty
                    ? "\(session): there are no snapshots of such a session; `ah agent fs snapshots` lists them"
                    : "\(session): may be \(sessions.sorted().prefix(5).joined(separator: " or ")); give more of it")
        }
        let own = found.filter { $0.snapshot.session == one }
        (sessionID, store) = (one, own[0].store)
        row = BisectionRow(own.map(\.snapshot).sorted { $0.number < $1.number })
        if path == nil {
            path = try SnapshotRecords(own[0].store).recording(of: one).flatMap { access($0, R_OK) == 0 ? $0 : nil }
        }
        if path == nil { path = directory.recorded().first { $0.sessionID == one }?.path }
        recording = Self.readable(path)
    }

    private static func readable(_ path: String?) -> (path: String, timeline: Timeline)? {
        guard let path else { return nil }
        do { return (path, try timeline(path)) } catch {
            Program.complain("\(path): can't be read, so no moment is named: \(error)")
            return nil
        }
    }

    private static func timeline(_ path: String) throws -> Timeline {
        let player = Player(try ReplayOptions(source: .file(path)).open(), options: Player.Options())
        player.indexAll()
        return player.timeline
    }

    /// A snapshot's number as --good and --bad have it: `7`, `@7` or `SESSION@7`.
    func number(_ text: String?) throws -> UInt32? {
        guard let text else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let number = parts.last.flatMap({ UInt32($0) }), number > 0, parts.count <= 2 else {
            throw Failure("\(text): not a snapshot's number; give N, @N or SESSION@N", status: 2)
        }
        if parts.count == 2, !parts[0].isEmpty, !sessionID.hasPrefix(parts[0].lowercased()) {
            throw Failure("\(text): a snapshot of another session than \(sessionID)", status: 2)
        }
        return number
    }

    func provider() throws(SnapshotError) -> any SnapshotProvider {
        try desk.archive.provider(row.snapshots.first?.provider ?? .git, store)
    }

    func changes(from old: Snapshot, to new: Snapshot) throws(SnapshotError) -> [FileChange] {
        var options = SnapshotComparison.Options()
        options.countsLines = true
        return try SnapshotComparison(
            desk.archive.tree(of: SnapshotArchive.Found(snapshot: old, store: store)),
            desk.archive.tree(of: SnapshotArchive.Found(snapshot: new, store: store))
        ).changes(options)
    }

    /// When a snapshot was taken, in milliseconds of the session.
    func time(of snapshot: Snapshot) -> Int64? {
        let anchor = recording?.timeline.snapshots.last { $0.value.id == UInt64(snapshot.number) }
        return anchor?.time.milliseconds ?? snapshot.sessionTime.map { Int64(clamping: $0) }
    }

    /// The last moment that isn't after a snapshot.
    func moment(before snapshot: Snapshot) -> Anchored<Moment>? {
        guard let time = time(of: snapshot) else { return nil }
        return recording?.timeline.moments.last { $0.time.milliseconds <= time }
    }
}
