import Agents
import Processes
import Recording
import ScreenModel
import SessionHost
import WorkbenchModel

/// A running session as the workbench sees it: its host's socket, the newest frame, and what is known of it.
///
/// One for each running session, shown or not: what it is doing is told to all. It gets frames only once a pane shows it, and
/// the next one only when the last was drawn: a pane that can't be seen costs nothing.
final class LiveConnection {
    let sessionID: String
    let client: HostClient
    private(set) var frame: Frame
    private(set) var facts = LiveFacts()
    private(set) var recordingPath = ""
    /// Milliseconds since 1970.
    private(set) var startedAt: Int64 = 0
    private(set) var exit: ExitStatus?
    /// What the program is doing, and how that is known.
    private(set) var agent: AgentStatus?
    /// Whether something other than the frame was not drawn.
    var needsDrawing = true
    /// What of the frame was not drawn.
    var change = FrameChange.whole
    private var unacknowledged: UInt64?
    private var attached: Size?
    private var requests: [String] = []

    /// What the workbench must know beside what is drawn.
    enum News {
        case message(String, isError: Bool)
        case bell
        case clipboard(selection: String, base64: String)
        case notification(String)
        /// What the program is doing has changed.
        case state
        /// The session has ended and its recording is closed, or its host is gone.
        case ended
    }

    init(_ session: SessionFacts) throws(SessionError) {
        sessionID = session.sessionID
        client = try HostClient(sessionID: session.sessionID, socketPath: session.socketPath)
        recordingPath = session.recordingPath
        startedAt = session.startedAt
        facts.title = session.name ?? CommandText.text(session.command)
        frame = Frame(size: Size(columns: 80, rows: 24))
        client.send(.subscribe)
    }

    /// Shows the session in a window of this size, from now on.
    func show(in size: Size) {
        guard size != attached else { return }
        client.send(attached == nil ? .attach(size) : .resize(size))
        attached = size
    }

    var isDrawn: Bool { !needsDrawing && change == .nothing }

    func wasDrawn() {
        needsDrawing = false
        change = .nothing
    }

    /// The frame was drawn, and the terminal has it.
    func acknowledge() {
        guard let number = unacknowledged else { return }
        unacknowledged = nil
        client.send(.acknowledge(frame: number))
    }

    var modes: Modes { frame.modes }
    /// Whether it counts as a viewer, whose window limits the program's.
    var isAttached: Bool { attached != nil }

    /// Adds to a session of the list what its host says of it.
    func complete(_ entry: inout ListedSession) {
        guard let agent else { return }
        entry.agent = agent.agent ?? entry.agent
        entry.isKnown(as: agent, startedAt: startedAt)
    }

    func tick(_ now: Int64) {
        guard startedAt > 0, exit == nil else { return }
        let elapsed = now - startedAt
        if elapsed / 1000 != facts.elapsed / 1000 { needsDrawing = true }
        facts.elapsed = elapsed
        facts.timeline.duration = elapsed
    }

    /// Takes what has come.
    func receive() -> [News] {
        var news: [News] = []
        do {
            for message in try client.receive() { take(message, &news) }
        } catch {
            news.append(.message("\(facts.title): \(error)", isError: true))
            news.append(.ended)
            return news
        }
        if client.isDisconnected, !news.contains(where: { if case .ended = $0 { true } else { false } }) {
            if exit == nil {
                news.append(
                    .message(
                        "lost the host of “\(facts.title)”; its recording is whole up to the last 250 ms", isError: true
                    ))
            }
            news.append(.ended)
        }
        return news
    }

    private func take(_ message: HostMessage, _ news: inout [News]) {
        switch message {
        case .welcome(let status):
            startedAt = status.startedAt
            recordingPath = status.recordingPath
            for report in status.moments { place(report) }
            for report in status.snapshots { place(report) }
            facts.size = Size(columns: status.columns, rows: status.rows)
            agent = status.agent
            news.append(.state)
        case .frame(let number, let update):
            change.formUnion(update.apply(to: &frame))
            if facts.topLine != update.topLine { change = .whole }
            facts.topLine = update.topLine
            facts.size = update.size
            unacknowledged = number
        case .moment(let report): place(report)
        case .snapshot(let report):
            place(report)
            if report.reference.reason == "manual" {
                news.append(.message("snapshot \(report.reference.id) of “\(facts.title)” taken", isError: false))
            }
        case .refused(let reason), .notice(let reason):
            news.append(.message("\(facts.title): \(reason)", isError: true))
        case .bell: news.append(.bell)
        case .clipboard(let selection, let base64):
            news.append(.clipboard(selection: selection, base64: base64))
        case .notification(let title, let body): news.append(.notification(title.isEmpty ? body : "\(title): \(body)"))
        case .sized(let rule): news.append(.message("\(facts.title): \(rule.text)", isError: false))
        case .exited(let status): exit = status
        case .finished: news.append(.ended)
        case .state(let status):
            agent = status
            news.append(.state)
        case .statistics, .done, .terminal: break
        }
    }

    private func place(_ report: MomentReport) {
        needsDrawing = true
        let id = report.moment.id
        if let line = report.line { place(.init(id: id, line: line, isSnapshot: false)) }
        guard !facts.timeline.moments.contains(where: { $0.id == id }) else { return }
        facts.timeline.moments.append(.init(id: id, label: report.moment.label, milliseconds: report.time))
    }

    private func place(_ report: SnapshotReport) {
        needsDrawing = true
        let id = report.reference.id
        if let line = report.line { place(.init(id: id, line: line, isSnapshot: true)) }
        guard !facts.timeline.snapshots.contains(where: { $0.id == id }) else { return }
        facts.timeline.snapshots.append(.init(id: id, label: report.reference.label, milliseconds: report.time))
    }

    private func place(_ sign: LiveModel.Sign) {
        facts.signs.removeAll { $0.id == sign.id && $0.isSnapshot == sign.isSnapshot }
        facts.signs.append(sign)
        // Lines only ever leave at the top: the oldest signs are far above.
        if facts.signs.count > 2000 { facts.signs.removeFirst(1000) }
    }
}

extension ListedSession {
    /// What the program is doing, as its host says.
    fileprivate mutating func isKnown(as status: AgentStatus, startedAt: Int64) {
        activity =
            switch status.state {
            case .starting: .starting
            case .working: .working
            case .waitsForPermission: .needsPermission
            case .waitsForInput: .needsInput
            case .idle: .idle
            case .done: .done
            case .failed: .failed
            case .unknown: .unknown
            }
        if status.isPaused { activity = .paused }
        // A session that runs is never shown among the ended ones.
        if activity == .done || activity == .failed { activity = .idle }
        source = status.source ?? ""
        // What is asked says more than which hook told of it.
        let evidence = status.evidence
        let asked = evidence.firstRange(of: ": ").map { String(evidence[$0.upperBound...]) } ?? evidence
        detail = activity.needsPerson ? asked : activity == .working ? evidence : ""
        since = startedAt + status.since
    }
}
