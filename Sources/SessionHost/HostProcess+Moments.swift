import Processes
import Recording

/// Requests whose events wait to be on disk.
struct PendingRequests {
    private var nextToken: UInt64 = 1
    private var moments: [UInt64: (client: UInt64?, report: MomentReport)] = [:]
    private var snapshots: [UInt64: (asker: PendingSnapshots.Asker?, report: SnapshotReport)] = [:]

    mutating func add(_ report: MomentReport, client: UInt64?) -> UInt64 {
        defer { nextToken += 1 }
        moments[nextToken] = (client, report)
        return nextToken
    }

    mutating func add(_ report: SnapshotReport, asker: PendingSnapshots.Asker?) -> UInt64 {
        defer { nextToken += 1 }
        snapshots[nextToken] = (asker, report)
        return nextToken
    }

    mutating func take(_ token: UInt64) -> (client: UInt64?, report: MomentReport)? {
        moments.removeValue(forKey: token)
    }

    mutating func takeSnapshot(_ token: UInt64) -> (asker: PendingSnapshots.Asker?, report: SnapshotReport)? {
        snapshots.removeValue(forKey: token)
    }

    mutating func setLine(_ line: Int, moment: UInt64) {
        for token in moments.keys where moments[token]?.report.moment.id == moment {
            moments[token]?.report.line = line
        }
    }
}

extension HostProcess {
    /// Records a moment at the current byte offset, and answers once it is on disk.
    func take(_ request: MomentRequest, from client: ClientConnection?) {
        guard isRunning else {
            client?.send(.refused("the session has ended"))
            return
        }
        // What the child wrote before it asked belongs before the moment.
        readTerminal()
        if isEcho(request) {
            client?.send(.done)
            return
        }
        record(request, at: ring.total, from: client)
        // A question is about what is going to happen: what has happened was told by moments of its own.
        if request.type != "question" { snapshots?.noteMoment(request.label) }
    }

    /// Records a moment, whoever asked for it, behind what was put into the recorder's queue before.
    func record(_ request: MomentRequest, at offset: UInt64, from client: ClientConnection? = nil) {
        let moment = Moment(
            id: nextMoment, label: String(request.label.prefix(Self.labelLength)), type: request.type,
            isAutomatic: request.isAutomatic, description: request.description, attributes: request.attributes)
        nextMoment += 1
        let time = clock.now()
        var report = MomentReport(moment: moment, time: time.milliseconds, offset: offset)
        if ports == nil, following == .following, screen.isCaughtUp {
            report.line = screen.withScreen { $0.cursorLine }
        }
        let token = pending.add(report, client: client?.id)
        recording.put(.event(.moment(moment), time: time))
        recording.put(.sync(token: token))
        if report.line == nil, ports == nil, following == .following { screen.put(.anchor(token: moment.id)) }
    }

    func noteLine(_ line: Int, token moment: UInt64) {
        pending.setLine(line, moment: moment)
        guard let index = moments.firstIndex(where: { $0.moment.id == moment }) else { return }
        moments[index].line = line
        for client in clients where client.hears { client.send(.moment(moments[index])) }
    }

    /// What the recorder's thread has to say.
    func handleReports() {
        for report in recording.takeReports() {
            switch report {
            case .failed(let problem):
                isRecordingWhole = false
                notice(problem)
            case .completed(let token, let problem):
                if token == Self.catchUpToken {
                    catchUp(problem)
                } else {
                    answer(token, problem)
                }
            case .finished(let outcome):
                guard case .finishing(let exit) = phase else { continue }
                for client in clients {
                    client.send(.finished(outcome))
                    client.isClosing = true
                }
                phase = .closing(exit, outcome, until: MonotonicClock.now() + 1_000_000_000)
            }
        }
    }

    private func answer(_ token: UInt64, _ problem: String?) {
        if let (asker, report) = pending.takeSnapshot(token) { answer(asker, report, problem) }
        guard let (requester, report) = pending.take(token) else { return }
        if let problem {
            clients.first { $0.id == requester }?.send(.refused("the moment is not on disk: \(problem)"))
            return
        }
        moments.append(report)
        for client in clients where client.hears || client.id == requester { client.send(.moment(report)) }
    }

    private func answer(_ asker: PendingSnapshots.Asker?, _ report: SnapshotReport, _ problem: String?) {
        var asking: UInt64?
        switch asker {
        case .client(let id):
            asking = id
            if let problem {
                let text = "\(sessionID)@\(report.reference.id) is taken, but not in the recording: \(problem)"
                clients.first { $0.id == id }?.send(.refused(text))
            }
        case .agentHarbor(let client, let id, _):
            guard let client = clients.first(where: { $0.id == client }) else { break }
            let nanoseconds = UInt64(clamping: clock.startedAt + report.time) * 1_000_000
            client.send(
                problem.map { AgentHarborRequest.failure("not in the recording: \($0)") }
                    ?? AgentHarborRequest.success(id: id, anchor: report.offset, nanoseconds: nanoseconds))
            client.isClosing = true
        case .ending, nil: break
        }
        guard problem == nil else { return }
        for client in clients where client.hears || client.id == asking { client.send(.snapshot(report)) }
    }

    /// Characters of a label; what is longer belongs into the description.
    private static let labelLength = 1000
}
