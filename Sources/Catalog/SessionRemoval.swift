import FoundationEssentials
import GRDB
import Glibc
import Recording
import SessionHost
import Snapshots

/// Takes a session away: its recording, the snapshots that nothing else needs, what its agent was given. What is left is its
/// tombstone.
///
/// The tombstone comes first and the recording goes last, so that a removal that was cut short is known and finished later.
public struct SessionRemoval {
    private let catalogue: SessionCatalogue
    private let archive: SnapshotArchive

    public struct Report: Hashable, Codable, Sendable {
        public var session: String
        /// Bytes of the recording; 0 where it stays.
        public var bytes: Int64 = 0
        public var snapshots = 0
        /// Snapshots that branches need, and these.
        public var keptSnapshots: [String] = []
        public var branches: [String] = []
        /// The recording, if it lies where its user wanted it.
        public var keptRecording: String?
    }

    /// - Parameter searchPath: the PATH on which the providers' programs are looked for.
    public init(_ catalogue: SessionCatalogue, searchPath: String) {
        self.catalogue = catalogue
        archive = SnapshotArchive(state: catalogue.folders.home, searchPath: searchPath)
    }

    /// Removes it for good.
    /// - Parameters:
    ///   - reason: for the tombstone.
    ///   - now: milliseconds since 1970.
    ///   - isForced: though it is pinned.
    public func remove(
        _ session: SessionEntry, reason: String, now: Int64, isForced: Bool = false
    ) throws(CatalogError) -> Report {
        guard isForced || !session.isPinned else { throw .pinned(session: session.id) }
        try check(isIdle: session)
        let tombstone = Tombstone(of: session, reason: reason, removedAt: now)
        do throws(CatalogError) {
            try put(tombstone, on: session.id)
        } catch {
            // A full disk has no room for a tombstone. The recording makes some; were this cut short, no tombstone would be left.
            guard case .full = error, session.recording?.isElsewhere == false else { throw error }
            var report = Report(session: session.id)
            try removeRecording(session, &report)
            try put(tombstone, on: session.id)
        }
        return try takeAway(session)
    }

    private func put(_ tombstone: Tombstone, on session: String) throws(CatalogError) {
        try catalogue.notes.change(session) { note throws(CatalogError) in note.tombstone = tombstone }
    }

    /// Finishes what was cut short.
    public func finishOthers() throws(CatalogError) -> [Report] {
        try catalogue.bringUpToDate()
        var reports: [Report] = []
        for (id, tombstone) in try catalogue.tombstones() {
            guard let session = try catalogue.session(id) else {
                if !tombstone.isComplete { try complete(id) }
                continue
            }
            if tombstone.isComplete {
                // Somebody brought the recording back.
                try catalogue.notes.change(id) { note throws(CatalogError) in note.tombstone = nil }
            } else if (try? check(isIdle: session)) != nil {
                reports.append(try takeAway(session))
            }
        }
        if !reports.isEmpty { try catalogue.bringUpToDate() }
        return reports
    }

    /// - Throws: `inUse` while somebody works with the session, or looks at it.
    private func check(isIdle session: SessionEntry) throws(CatalogError) {
        let running = SessionDirectory(folders: catalogue.folders).running()
        if running.contains(where: { $0.sessionID == session.id }) {
            throw .inUse(session: session.id, reason: "it runs; end it first: ah agent stop \(session.id)")
        }
        if let use = try use(of: session, mounts: try mountedSnapshots()) {
            throw .inUse(session: session.id, reason: use)
        }
        // Whoever makes the file smaller would put it back.
        guard let path = session.recording?.path, let name = path.split(separator: "/").last else { return }
        for other in FileSurvey.names(in: path.folderPart) where other.hasPrefix("\(name).compact-") {
            guard let pid = other.split(separator: "-").last.flatMap({ Int32($0) }), pid > 0, kill(pid, 0) == 0 else {
                continue
            }
            throw .inUse(session: session.id, reason: "its recording is being made smaller; try again in a moment")
        }
    }

    /// Who looks at a session; nil if nobody does.
    /// - Parameter mounts: of ``mountedSnapshots()``.
    func use(of session: SessionEntry, mounts: [String: SnapshotMount]) throws(CatalogError) -> String? {
        if let path = session.recording?.path, session.recording?.isElsewhere == false, RecordingUse.isUsed(path) {
            return "its recording is open in a replay; close that first"
        }
        return mounts[session.id].map {
            "its snapshot \($0.snapshot) is shown at \($0.folder); take that away first: ah agent fs unmount \($0.folder)"
        }
    }

    /// A mount of each session of which a snapshot is mounted.
    func mountedSnapshots() throws(CatalogError) -> [String: SnapshotMount] {
        do throws(SnapshotError) {
            var mounts: [String: SnapshotMount] = [:]
            for store in try archive.stores() {
                for mount in try SnapshotMounts(store).list() {
                    if let end = mount.snapshot.lastIndex(of: "@") { mounts[String(mount.snapshot[..<end])] = mount }
                }
            }
            return mounts
        } catch {
            throw .snapshots(reason: "\(error)")
        }
    }

    private func takeAway(_ session: SessionEntry) throws(CatalogError) -> Report {
        var report = Report(session: session.id)
        do throws(SnapshotError) {
            try deleteSnapshots(of: session.id, &report)
        } catch {
            throw .snapshots(reason: "\(error); the session stays until they can be deleted: try again")
        }
        try removeBelongings(session.id)
        try removeRecording(session, &report)
        try complete(session.id)
        try catalogue.bringUpToDate(.session(session.id))
        return report
    }

    private func complete(_ session: String) throws(CatalogError) {
        try catalogue.notes.change(session) { note throws(CatalogError) in note.tombstone?.isComplete = true }
    }

    private func deleteSnapshots(of session: String, _ report: inout Report) throws(SnapshotError) {
        for store in try archive.stores() {
            let branches = try BranchList(store).all()
            report.branches += branches.filter { $0.session == session }.map(\.name)
            let needed = Set(branches.map(\.parent.description))
            let all = try SnapshotRecords(store).of(session: session)
            report.keptSnapshots += all.map(\.name).filter { needed.contains($0) }
            let free = all.filter { !needed.contains($0.name) }
            for (kind, snapshots) in Dictionary(grouping: free, by: \.provider) {
                try archive.provider(kind, store).delete(snapshots)
                report.snapshots += snapshots.count
            }
        }
    }

    /// Folders made for it under its id.
    private func removeBelongings(_ session: String) throws(CatalogError) {
        guard SessionNotes.isUsable(session) else { return }
        for folder in ["conversations", "sessions"] {
            try removeFolder("\(catalogue.folders.home)/\(folder)/\(session)")
        }
    }

    private func removeFolder(_ path: String) throws(CatalogError) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .file(path: path, operation: "delete", reason: "\(error)")
        }
    }

    private func removeRecording(_ session: SessionEntry, _ report: inout Report) throws(CatalogError) {
        guard let recording = session.recording, let place = try catalogue.place(of: session.id) else { return }
        if recording.isElsewhere { report.keptRecording = recording.path } else { report.bytes = recording.fileSize }
        // Where there is no link, the name is the user's own file.
        guard place != recording.path || !recording.isElsewhere else { return }
        guard unlink(place) == 0 || errno == ENOENT else {
            throw .file(path: place, operation: "delete", reason: String(cString: strerror(errno)))
        }
    }
}

extension SessionCatalogue {
    /// A recording's name among the others.
    func place(of session: String) throws(CatalogError) -> String? {
        try read {
            try String.fetchOne($0, sql: "SELECT place FROM recordings WHERE session_id = ?", arguments: [session])
        }
    }
}
