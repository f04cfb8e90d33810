import Processes
import Recording
import Snapshots

/// Snapshots that somebody waits for.
struct PendingSnapshots {
    enum Asker {
        /// A client of ours, which waits as long as it wants to.
        case client(UInt64)
        /// A hook of Agent Harbor's, which must not wait for long: its number, and when it is told so.
        case agentHarbor(client: UInt64, id: UInt64, until: UInt64)
        /// The session's end.
        case ending
    }

    private var nextToken: UInt64 = 1
    private var askers: [UInt64: Asker] = [:]

    mutating func add(_ asker: Asker) -> UInt64 {
        defer { nextToken += 1 }
        askers[nextToken] = asker
        return nextToken
    }

    mutating func take(_ token: UInt64?) -> Asker? { token.flatMap { askers.removeValue(forKey: $0) } }

    /// The hooks that have waited long enough.
    mutating func overdue(_ now: UInt64) -> [UInt64] {
        var clients: [UInt64] = []
        for (token, asker) in askers {
            if case .agentHarbor(let client, _, let until) = asker, now >= until {
                clients.append(client)
                askers[token] = nil
            }
        }
        return clients
    }

    /// When the first hook has waited long enough.
    var due: UInt64? {
        askers.values.compactMap { if case .agentHarbor(_, _, let until) = $0 { until } else { nil } }.min()
    }
}

extension HostProcess {
    /// Takes a snapshot for a client, which is answered when its record is on disk.
    func take(_ request: SnapshotDemand, from client: ClientConnection) {
        guard let snapshots else { return client.send(.refused(Self.takesNone)) }
        guard isRunning else { return client.send(.refused("the session has ended")) }
        demand(snapshots, .manual, request.label, for: .client(client.id))
    }

    func take(_ request: AgentHarborRequest, from client: ClientConnection) {
        guard let snapshots, let patience = configuration.snapshots?.patience, isRunning else {
            client.send(AgentHarborRequest.failure("\(Self.takesNone): \(request.label) was not taken"))
            client.isClosing = true
            return
        }
        let until = MonotonicClock.now() + UInt64(clamping: patience) * 1_000_000
        demand(
            snapshots, .moment, request.label,
            for: .agentHarbor(client: client.id, id: request.snapshotID, until: until))
    }

    private func demand(
        _ lane: SnapshotLane, _ reason: SnapshotReason, _ label: String, for asker: PendingSnapshots.Asker
    ) {
        // What the child wrote before it asked belongs before the snapshot, and is on disk before it.
        readTerminal()
        let token = pendingSnapshots.add(asker)
        recording.put(.sync(token: Self.unansweredToken))
        let time = UInt64(clamping: clock.now().milliseconds)
        lane.demand(.init(token: token, reason: reason, label: String(label.prefix(Self.labelLimit)), time: time))
    }

    /// What the snapshots' thread has to say.
    func handleSnapshots() {
        guard let snapshots else { return }
        for report in snapshots.takeReports() {
            switch report {
            case .opened(let explanation, let isWatching):
                snapshotExplanation = explanation
                hintsAtActivity = !isWatching && configuration.snapshots?.followsChanges == true
            case .taken(let snapshot, let token): note(snapshot, pendingSnapshots.take(token))
            case .failed(let problem, let reason, let token):
                noteFailure(problem, reason, pendingSnapshots.take(token))
            }
        }
        hintAtActivity(MonotonicClock.now())
        for id in pendingSnapshots.overdue(MonotonicClock.now()) {
            guard let client = clients.first(where: { $0.id == id }) else { continue }
            client.send(AgentHarborRequest.failure("the snapshot is not finished yet; it goes on"))
            client.isClosing = true
        }
    }

    /// Output has come: where nobody watches the files, they may have changed with it. Told once a second at most.
    func noteActivity(_ now: UInt64) {
        hasActivity = true
        hintAtActivity(now)
    }

    private func hintAtActivity(_ now: UInt64) {
        guard hasActivity, now >= lastActivity + Self.activityInterval else { return }
        lastActivity = now
        hasActivity = false
        snapshots?.noteActivity()
    }

    /// Records a snapshot that is in its store; whoever waits is answered once the record is on disk.
    private func note(_ snapshot: Snapshot, _ asker: PendingSnapshots.Asker?) {
        guard !isFinishing else { return }
        // The first one was taken before the program began, whatever it has written by now.
        if ring.total > 0 { readTerminal() }
        let time = clock.now()
        var report = SnapshotReport(
            reference: SnapshotReference(snapshot), time: time.milliseconds, offset: ring.total)
        if ports == nil, following == .following, screen.isCaughtUp {
            report.line = screen.withScreen { $0.cursorLine }
        }
        recording.put(.event(.snapshot(report.reference), time: time))
        noteSkipped(snapshot)
        snapshotReports.append(report)
        let token = pending.add(report, asker: asker)
        recording.put(.sync(token: token))
        if case .ending = asker { hasLastSnapshot = true }
    }

    /// Said once: what a snapshot lacks is in its own record, and nobody wants to hear it each time.
    private func noteSkipped(_ snapshot: Snapshot) {
        guard !hasSkippedPaths, let first = snapshot.skipped.first.first else { return }
        hasSkippedPaths = true
        let more = snapshot.skipped.count > 1 ? " and \(snapshot.skipped.count - 1) more" : ""
        notice("not in the snapshots: \(first.path.printable) (\(first.text))\(more)")
    }

    /// A snapshot that failed is a moment that says why; the recording goes on.
    private func noteFailure(_ problem: String, _ reason: SnapshotReason, _ asker: PendingSnapshots.Asker?) {
        switch asker {
        case .client(let id): clients.first { $0.id == id }?.send(.refused(problem))
        case .agentHarbor(let id, _, _):
            if let client = clients.first(where: { $0.id == id }) {
                client.send(AgentHarborRequest.failure(problem))
                client.isClosing = true
            }
        case .ending: hasLastSnapshot = true
        case nil: break
        }
        // The same reason over and over would hide everything else.
        guard problem != lastSnapshotProblem else { return }
        lastSnapshotProblem = problem
        notice("no snapshot was taken (\(reason.rawValue)): \(problem)")
        record(
            MomentRequest(
                label: "snapshot failed", type: "snapshot-failed", isAutomatic: true, description: problem,
                attributes: ["reason": reason.rawValue]), at: ring.total)
    }

    /// Asks for the last snapshot, and waits for it and those before it as long as is reasonable.
    ///
    /// - Returns: whether the recording may be closed.
    func isDoneWithSnapshots(_ now: UInt64) -> Bool {
        guard let snapshots else { return true }
        if snapshotsEnd == nil {
            snapshotsEnd = now + Self.longestLastSnapshot
            demand(snapshots, .exit, "exit", for: .ending)
        }
        guard !hasLastSnapshot, now < snapshotsEnd ?? 0 else {
            if !hasLastSnapshot {
                noteFailure("the last one was not done after \(Self.longestLastSnapshot / 1_000_000_000) s", .exit, nil)
            }
            snapshots.stop()
            return true
        }
        return false
    }

    /// When to look at what waits for snapshots again.
    var snapshotsDue: UInt64? {
        let hint = hasActivity ? lastActivity + Self.activityInterval : nil
        return [pendingSnapshots.due, hasLastSnapshot ? nil : snapshotsEnd, hint].compactMap { $0 }.min()
    }

    private var isFinishing: Bool {
        switch phase {
        case .running, .draining: false
        case .finishing, .closing: true
        }
    }

    private static let takesNone = "this session takes no snapshots (--snapshots disable)"
    private static let labelLimit = 1000
    /// Nanoseconds between two hints, at least.
    private static let activityInterval: UInt64 = 1_000_000_000
    /// Nanoseconds that the end of a session waits for its last snapshot.
    private static let longestLastSnapshot: UInt64 = 20_000_000_000
    /// A ``RecordingLane/Entry/sync(token:)`` that nobody waits for.
    static var unansweredToken: UInt64 { .max }
}

extension SnapshotReference {
    init(_ snapshot: Snapshot) {
        self.init(
            id: UInt64(snapshot.number), label: snapshot.label, provider: snapshot.provider.rawValue,
            reference: snapshot.reference, reason: snapshot.reason.rawValue, size: snapshot.bytesAdded,
            isFuzzy: snapshot.fuzzy.isEmpty ? nil : true)
    }
}
