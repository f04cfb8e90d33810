import Processes
import Recording
import SessionHost
import WorkbenchModel

/// What the list of sessions shows: who runs now, and what was recorded, read a little at a time.
final class SessionIndex {
    private let directory: SessionDirectory
    private var recorded: [String: SessionEntry] = [:]
    private var pending: [(sessionID: String, path: String)] = []
    private(set) var running: [SessionFacts] = []

    /// Recordings that are listed, the newest; `find` on the command line reaches the others.
    static let limit = 300

    init(environment: [String: String]) {
        directory = SessionDirectory(folders: SessionFolders(environment: environment))
    }

    /// Looks again who runs and what was recorded since.
    func refresh() {
        running = directory.running()
        let live = Set(running.map(\.sessionID))
        let newest = directory.recorded().sorted { $0.path > $1.path }.prefix(Self.limit)
        pending = newest.filter { recorded[$0.sessionID] == nil && !live.contains($0.sessionID) }
        let known = Set(newest.map(\.sessionID))
        recorded = recorded.filter { known.contains($0.key) }
    }

    /// A session whose recording has changed, as by its end.
    func forget(_ session: String) { recorded[session] = nil }

    var hasWork: Bool { !pending.isEmpty }

    /// Reads what some recordings are of, for a few milliseconds.
    func work() {
        let end = MonotonicClock.now() + 4_000_000
        while let next = pending.first, MonotonicClock.now() < end {
            pending.removeFirst()
            recorded[next.sessionID] = Self.entry(next.sessionID, next.path)
        }
    }

    /// A damaged file is listed as what its name says.
    private static func entry(_ id: String, _ path: String) -> SessionEntry {
        var entry = SessionEntry(
            id: id, command: "", recordingPath: path, startedAt: 0, isRunning: false, activity: .done)
        guard let reader = try? RecordingReader.open(path: path) else {
            entry.activity = .failed
            entry.command = "unreadable recording"
            return entry
        }
        var metadata = reader.summary?.metadata
        if metadata == nil, let block = try? reader.block(0) {
            for event in block.events {
                if case .metadata(let facts) = event.kind { metadata = facts }
            }
        }
        if let metadata {
            entry.name = metadata.name
            entry.command = metadata.command.joined(separator: " ")
            entry.folder = metadata.cwd
            entry.startedAt = metadata.startedAt
        }
        if let summary = reader.summary {
            entry.since = entry.startedAt + summary.duration.milliseconds
            entry.exitStatus = summary.exit?.shellStatus
            entry.parent = summary.branch?.parentSessionID
            entry.momentCount = summary.moments.count
            entry.snapshotCount = summary.snapshots.count
        }
        if entry.exitStatus ?? 0 != 0 { entry.activity = .failed }
        return entry
    }

    /// All sessions, as the list shows them.
    var entries: [SessionEntry] {
        let live = running.map { facts in
            SessionEntry(
                id: facts.sessionID, name: facts.name, command: facts.command.joined(separator: " "),
                recordingPath: facts.recordingPath, startedAt: facts.startedAt, isRunning: true)
        }
        let known = Set(live.map(\.id))
        return live + recorded.values.filter { !known.contains($0.id) }
    }
}
