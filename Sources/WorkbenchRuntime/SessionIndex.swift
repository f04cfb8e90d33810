import Catalog
import Processes
import Recording
import SessionHost
import Synchronization
import WorkbenchModel

/// What the list of sessions shows: who runs now, at once, and the catalogue of all, which a thread of its own keeps up to
/// date.
final class SessionIndex {
    private let directory: SessionDirectory
    private let reading: Reading
    private(set) var running: [SessionFacts] = []
    private var known: [ListedSession] = []

    /// Sessions that are listed, the newest; ``find`` and the command line reach the others.
    static let limit = 500

    /// Shared with the thread that reads the catalogue.
    private final class Reading: Sendable {
        struct State {
            var isReading = false
            var isWanted = false
            var sessions: [ListedSession]?
            var problem: String?
            /// Kept open: who is the last to close it writes and syncs it.
            var catalogue: SessionCatalogue?
        }

        let state = Mutex(State())
        let news: WakeEvent

        init() throws(ProcessError) { news = try WakeEvent() }
    }

    init(environment: [String: String]) throws(ProcessError) {
        let folders = SessionFolders(environment: environment)
        directory = SessionDirectory(folders: folders)
        reading = try Reading()
        self.folders = folders
    }

    private let folders: SessionFolders
    private var knownStamp: FileStamp?
    private var idleCount = 0
    private static let idleCalls = 4

    /// Readable when the catalogue has been read; then ``take()``.
    var descriptor: Int32 { reading.news.descriptor }

    /// Looks again who runs, and has the catalogue read; nothing waits for that.
    ///
    /// - Parameter isIdle: nothing is known to have happened. Then it looks only where a stamp has changed, or, for hosts that
    ///   died and what other programs write, after some such calls.
    func refresh(isIdle: Bool = false) {
        let stamp = FileStamp(folders.sessions)
        let isUnchanged = stamp == knownStamp && stamp?.isSettled(now: FileStamp.now()) ?? true
        idleCount = isIdle && isUnchanged ? idleCount + 1 : 0
        guard idleCount % Self.idleCalls == 0 else { return }
        knownStamp = stamp
        running = directory.running()
        let mustStart = reading.state.withLock { state in
            state.isWanted = true
            defer { state.isReading = true }
            return !state.isReading
        }
        guard mustStart else { return }
        let (reading, folders) = (reading, folders)
        do {
            try WorkerThread.start(nice: 5) { Self.read(reading, folders) }
        } catch {
            reading.state.withLock { $0.isReading = false }
        }
    }

    private static func read(_ reading: Reading, _ folders: SessionFolders) {
        while true {
            let isWanted = reading.state.withLock { state in
                defer { state.isWanted = false }
                if !state.isWanted { state.isReading = false }
                return state.isWanted
            }
            guard isWanted else { return }
            var problem: String?
            var sessions: [ListedSession]?
            do {
                let open = reading.state.withLock { $0.catalogue }
                let catalogue = try open ?? SessionCatalogue(folders: folders)
                reading.state.withLock { $0.catalogue = catalogue }
                try catalogue.bringUpToDate(.sessions)
                var filter = SessionFilter()
                filter.limit = limit
                sessions = try catalogue.sessions(filter).map(ListedSession.init)
                problem = catalogue.takeRemarks().first
            } catch {
                problem = "\(error)"
                // Whatever it was, the next reading opens it anew.
                reading.state.withLock { $0.catalogue = nil }
            }
            let (found, said) = (sessions, problem)
            reading.state.withLock { state in
                state.sessions = found ?? state.sessions
                state.problem = said
            }
            reading.news.signal()
        }
    }

    /// Takes over what was read.
    ///
    /// - Returns: a line for the user, if something is wrong with the catalogue.
    func take() -> String? {
        reading.news.clear()
        return reading.state.withLock { state in
            if let sessions = state.sessions { known = sessions }
            state.sessions = nil
            defer { state.problem = nil }
            return state.problem
        }
    }

    /// All sessions, as the list shows them. A session that has just begun or ended may not be in the catalogue yet.
    var entries: [ListedSession] {
        let facts = Dictionary(running.map { ($0.sessionID, $0) }) { first, _ in first }
        var entries: [ListedSession] = known.map { entry in
            var entry = entry
            // Who runs is known better here.
            if entry.isRunning, facts[entry.id] == nil { entry.isRunning = false }
            if !entry.isRunning, facts[entry.id] != nil { entry.isRunning = true }
            if entry.isRunning {
                if entry.activity == .done || entry.activity == .failed { entry.activity = .unknown }
            } else if entry.activity != .failed {
                entry.activity = .done
            }
            return entry
        }
        let listed = Set(entries.map(\.id))
        for (id, facts) in facts where !listed.contains(id) {
            entries.append(
                ListedSession(
                    id: id, name: facts.name, command: CommandText.text(facts.command),
                    recordingPath: facts.recordingPath, startedAt: facts.startedAt, isRunning: true))
        }
        return entries
    }
}

extension ListedSession {
    /// A session of the catalogue's.
    init(_ entry: SessionEntry) {
        self.init(
            id: entry.id, name: entry.name, command: CommandText.text(entry.command), folder: entry.cwd,
            recordingPath: entry.recording?.path ?? "", startedAt: entry.startedAt, isRunning: entry.status.isLive)
        agent = entry.agent
        parent = entry.parent?.session
        forkTime = entry.parent?.time
        momentCount = entry.recording?.moments ?? 0
        snapshotCount = entry.recording?.snapshots ?? 0
        guard !isRunning else { return }
        since = entry.startedAt + entry.duration
        exitStatus = entry.exitSignal.map { Int32(clamping: 128 + $0) } ?? entry.exitCode.map { Int32(clamping: $0) }
        activity = entry.status == .completed ? .done : .failed
    }
}
