import Processes
import Snapshots
import Synchronization

/// The thread that snapshots the workspace: when it is asked to, and by itself when a moment or a change calls for it.
///
/// It never holds the child back. Whoever waits for a snapshot waits for its report.
final class SnapshotLane: Sendable {
    struct Demand: Sendable {
        /// Told in the report; nil where nobody waits.
        var token: UInt64?
        var reason: SnapshotReason
        var label: String
        /// Milliseconds since the session's start.
        var time: UInt64
    }

    enum Report: Sendable {
        /// The workspace is open; what was chosen and why.
        case opened(String)
        case taken(Snapshot, token: UInt64?)
        case failed(String, reason: SnapshotReason, token: UInt64?)
    }

    private enum Entry {
        case demand(Demand)
        case moment(String)
        case stop
    }

    private struct State {
        var entries: [Entry] = []
        var reports: [Report] = []
    }

    private let configuration: SnapshotConfiguration
    private let sessionID: String
    private let searchPath: String
    private let clock: SessionClock
    private let state = Mutex(State())
    private let wake: WakeEvent
    private let loopWake: WakeEvent
    private let started: WakeEvent
    private let cancellation = Deadline.Cancellation()

    init(
        _ configuration: SnapshotConfiguration, sessionID: String, searchPath: String, clock: SessionClock,
        loopWake: WakeEvent
    ) throws(ProcessError) {
        self.configuration = configuration
        self.sessionID = sessionID
        self.searchPath = searchPath
        self.clock = clock
        self.loopWake = loopWake
        wake = try WakeEvent()
        started = try WakeEvent()
    }

    /// Starts the thread, whose first work is the snapshot at the start; waits for that no longer than configured.
    func start() throws(ProcessError) {
        state.withLock { $0.entries.append(.demand(Demand(reason: .start, label: "start", time: 0))) }
        try WorkerThread.start { [self] in run() }
        var poller = Poller()
        poller.add(started.descriptor, .read)
        _ = poller.wait(milliseconds: configuration.patience)
    }

    func demand(_ demand: Demand) { put(.demand(demand)) }

    /// A moment that an automatic snapshot may follow.
    func noteMoment(_ label: String) {
        if configuration.followsMoments { put(.moment(label)) }
    }

    /// Ends the thread; what it is doing is given up.
    func stop() {
        cancellation.cancel()
        put(.stop)
    }

    func takeReports() -> [Report] {
        state.withLock { state in
            defer { state.reports = [] }
            return state.reports
        }
    }

    private func put(_ entry: Entry) {
        state.withLock { $0.entries.append(entry) }
        wake.signal()
    }

    private func report(_ report: Report) {
        state.withLock { $0.reports.append(report) }
        loopWake.signal()
    }

    private func run() {
        var schedule = SnapshotSchedule(interval: configuration.interval)
        let workspace: WorkspaceSnapshots
        do {
            workspace = try configuration.open(searchPath: searchPath)
        } catch {
            started.signal()
            refuseAll("\(error)")
            return
        }
        noteRecording(workspace)
        report(.opened("\(workspace.choice)"))
        while true {
            for entry in waitForEntries(schedule, workspace) {
                switch entry {
                case .demand(let demand): take(demand, workspace, &schedule)
                case .moment(let label): schedule.note(.moment(label), at: MonotonicClock.now())
                case .stop: return close(workspace)
                }
            }
            if configuration.followsChanges, workspace.hasNewChanges() {
                schedule.note(.change, at: MonotonicClock.now())
            }
            guard let cause = schedule.cause(at: MonotonicClock.now()) else { continue }
            let time = UInt64(clamping: clock.now().milliseconds)
            switch cause {
            case .moment(let label): take(Demand(reason: .moment, label: label, time: time), workspace, &schedule)
            case .change: take(Demand(reason: .change, label: "", time: time), workspace, &schedule)
            }
        }
    }

    private func noteRecording(_ workspace: WorkspaceSnapshots) {
        guard let path = configuration.ownFiles.first else { return }
        do {
            try workspace.records.setRecording(path, of: sessionID)
        } catch {
            report(.failed("\(error)", reason: .start, token: nil))
        }
    }

    /// What was learned of the workspace spares the next session a look at every file.
    private func close(_ workspace: WorkspaceSnapshots) {
        do { try workspace.close() } catch { report(.failed("\(error)", reason: .exit, token: nil)) }
    }

    private func take(_ demand: Demand, _ workspace: WorkspaceSnapshots, _ schedule: inout SnapshotSchedule) {
        let begin = MonotonicClock.now()
        var request = SnapshotRequest(
            session: sessionID, reason: demand.reason, label: demand.label, sessionTime: demand.time)
        request.looksAtEverything = demand.reason == .start || demand.reason == .exit
        request.deadline = Deadline(milliseconds: nil, cancellation: cancellation)
        do {
            let snapshot = try workspace.take(request)
            // Nobody asked for this one by name, and there is nothing new in it.
            let isIdle = demand.token == nil && snapshot.sameAs != nil && demand.reason != .exit
            if !isIdle { report(.taken(snapshot, token: demand.token)) }
        } catch {
            report(.failed("\(error)", reason: demand.reason, token: demand.token))
        }
        if demand.reason == .start { started.signal() }
        schedule.noteTaken(from: begin, to: MonotonicClock.now())
    }

    private func waitForEntries(_ schedule: SnapshotSchedule, _ workspace: WorkspaceSnapshots) -> [Entry] {
        let waiting = takeEntries()
        guard waiting.isEmpty else { return waiting }
        var poller = Poller()
        poller.add(wake.descriptor, .read)
        // While something is due anyway, further changes need not wake anybody.
        if schedule.due == nil, configuration.followsChanges, workspace.changeDescriptor >= 0 {
            poller.add(workspace.changeDescriptor, .read)
        }
        let now = MonotonicClock.now()
        let timeout = schedule.due.map { Int((max($0, now) - now) / 1_000_000) + 1 }
        if poller.wait(milliseconds: timeout), poller.isReadable(0) { wake.clear() }
        return takeEntries()
    }

    private func takeEntries() -> [Entry] {
        state.withLock { state in
            defer { state.entries = [] }
            return state.entries
        }
    }

    /// The workspace can't be opened: whoever asks is told so, until the session ends.
    private func refuseAll(_ problem: String) {
        while true {
            for entry in takeEntries() {
                switch entry {
                case .demand(let demand): report(.failed(problem, reason: demand.reason, token: demand.token))
                case .moment: break
                case .stop: return
                }
            }
            var poller = Poller()
            poller.add(wake.descriptor, .read)
            if poller.wait(milliseconds: nil) { wake.clear() }
        }
    }
}
