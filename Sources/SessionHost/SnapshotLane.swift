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
        /// The workspace is open; what was chosen and why, and whether it must be told of activity.
        case opened(String, isWatching: Bool)
        case taken(Snapshot, token: UInt64?)
        case failed(String, reason: SnapshotReason, token: UInt64?)
    }

    private enum Entry {
        case demand(Demand)
        case moment(String)
        case activity
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

    /// The program did something: where no watcher tells of changed files, this is what they are looked for by.
    func noteActivity() { put(.activity) }

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
        let taker: SnapshotTaker
        do {
            taker = try SnapshotTaker(
                configuration, sessionID: sessionID, searchPath: searchPath, cancellation: cancellation)
        } catch {
            started.signal()
            refuseAll("\(error)")
            return
        }
        report(.opened(taker.explanation, isWatching: taker.changeDescriptor != nil))
        while true {
            for entry in waitForEntries(taker) {
                switch entry {
                case .demand(let demand): take(demand, taker)
                case .moment(let label): taker.schedule.note(.moment(label), at: MonotonicClock.now())
                case .activity: taker.schedule.note(.change, at: MonotonicClock.now())
                case .stop: return
                }
            }
            taker.lookForChanges()
            guard let cause = taker.schedule.cause(at: MonotonicClock.now()) else { continue }
            let time = UInt64(clamping: clock.now().milliseconds)
            switch cause {
            case .moment(let label): take(Demand(reason: .moment, label: label, time: time), taker)
            case .change: take(Demand(reason: .change, label: "", time: time), taker)
            }
        }
    }

    private func take(_ demand: Demand, _ taker: SnapshotTaker) {
        do {
            let snapshot = try taker.take(demand)
            // Before it is reported: the host ends then, and this thread with it.
            if demand.reason == .exit { close(taker) }
            if let snapshot { report(.taken(snapshot, token: demand.token)) }
        } catch {
            report(.failed("\(error)", reason: demand.reason, token: demand.token))
        }
        guard demand.reason == .start else { return }
        started.signal()
        taker.look()
    }

    /// What was learned of the workspace spares the next session a look at every file.
    private func close(_ taker: SnapshotTaker) {
        do { try taker.close() } catch { report(.failed("\(error)", reason: .exit, token: nil)) }
    }

    private func waitForEntries(_ taker: SnapshotTaker) -> [Entry] {
        let waiting = takeEntries()
        guard waiting.isEmpty else { return waiting }
        var poller = Poller()
        poller.add(wake.descriptor, .read)
        // While something is due anyway, further changes need not wake anybody.
        if let descriptor = taker.changeDescriptor, taker.schedule.due == nil { poller.add(descriptor, .read) }
        let now = MonotonicClock.now()
        let timeout = taker.schedule.due.map { Int((max($0, now) - now) / 1_000_000) + 1 }
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
                case .moment, .activity: break
                case .stop: return
                }
            }
            var poller = Poller()
            poller.add(wake.descriptor, .read)
            if poller.wait(milliseconds: nil) { wake.clear() }
        }
    }
}
