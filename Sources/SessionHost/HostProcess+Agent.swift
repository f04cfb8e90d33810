import Agents
import Emulation
import Processes
import Recording

extension HostProcess {
    /// What a hook tells of its agent. It is told apart from the moments, for it may be neither a moment nor one's cause.
    func take(_ signal: AgentSignal) {
        guard isRunning else { return }
        // What was read belongs before it: a hook's moment came just now, and what is unread may be of what follows.
        hear(.hook(signal))
        for finding in agent.milestones(of: signal) { carryOut(finding, tool: signal.tool?.id) }
    }

    func hear(_ input: AgentStateMachine.Input) {
        if let finding = agent.hear(input, clock.now().milliseconds) { carryOut(finding) }
    }

    /// What the program told its terminal.
    func noteForAgent(_ event: TerminalEvent) {
        switch event {
        case .bell: hear(.bell)
        case .notification(let title, let body): hear(.notification(title.isEmpty ? body : "\(title): \(body)"))
        case .title(let text):
            agent.title = text
            agent.hasNews = true
            hear(.title(text))
        default: break
        }
    }

    /// What a person or a program typed: an answer ends a question before the agent says so.
    func noteTyping(_ bytes: [UInt8]) {
        // Reports of mouse and focus, and answers to queries, are nobody's keys.
        guard bytes.first != 0x1B || bytes.count == 1 || bytes.starts(with: Self.pasteStart) else { return }
        hear(bytes.contains(0x0D) ? .submitted : .typed)
    }

    private static let pasteStart = Array("\u{1B}[200~".utf8)

    /// Looks at what is due, and tells viewers what has changed.
    func watchAgent(_ now: UInt64) {
        if isRunning {
            for finding in agent.tick(now, clock.now().milliseconds, look: glimpse) { carryOut(finding) }
        }
        tellNews(now)
    }

    /// The program has ended: what its screen shows now, its own command's end, and its last state.
    func noteEnd(_ exit: ExitStatus) {
        for finding in agent.lookLast(glimpse()) { carryOut(finding) }
        // An agent's own status says nothing of what it did.
        if configuration.agent == nil {
            let command = configuration.command.joined(separator: " ")
            for finding in agent.commandEnded(command, status: Int(exit.shellStatus)) { carryOut(finding) }
        }
        closeOpenTools()
        let how = exit.signal.map { "it was killed by signal \($0)" } ?? "it ended with status \(exit.code ?? 0)"
        let wasStopped = stopping != nil
        hear(.exited(hasFailed: exit.shellStatus != 0 && !wasStopped, evidence: wasStopped ? "stopped: \(how)" : how))
        tellNews(.max)
    }

    /// Each use of a tool is a moment, also one that nobody has seen the end of.
    private func closeOpenTools() {
        for tool in agent.machine.openTools { record(tool, outcome: "unfinished") }
    }

    private func record(_ tool: AgentSignal.Tool, outcome: String) {
        var attributes = ["tool": tool.tool, "success": "false", "outcome": outcome]
        attributes["tool.id"] = tool.id
        let label = "\(tool.label) → \(outcome)"
        record(
            MomentRequest(label: label, type: "tool_boundary", isAutomatic: true, attributes: attributes),
            at: ring.total)
    }

    /// A shell's command began.
    func noteCommandStart(_ command: String) {
        agent.commandStarted(command)
        hear(.commandStarted(command.isEmpty ? "a command" : command))
    }

    /// It ended, which may be a milestone.
    func noteCommandEnd(_ ended: ShellTracker.Completion, at offset: UInt64) {
        for finding in agent.commandEnded(ended.command ?? "", status: ended.status) { carryOut(finding, at: offset) }
        hear(.prompt)
    }

    private func carryOut(_ finding: AgentWatch.Finding, at offset: UInt64? = nil, tool: String? = nil) {
        switch finding {
        case .state(let report):
            // Who says the same now is of use to who asks, and no event of the session.
            guard stateHistory.last?.state != report.state.rawValue else { return }
            let change = StateChange(
                state: report.state.rawValue, source: report.source?.name,
                evidence: SecretRedaction.redact(report.evidence))
            recording.put(.event(.state(change), time: clock.now()))
            if stateHistory.count >= Self.longestHistory { stateHistory.removeFirst(Self.longestHistory / 2) }
            stateHistory.append(
                StateReport(
                    state: change.state, source: change.source, evidence: change.evidence, time: report.since))
        case .milestone(let milestone, let command):
            let label = SecretRedaction.redact(milestone.label)
            var attributes = [
                "milestone": milestone.kind.rawValue, "success": "\(milestone.hasSucceeded)", "rule": milestone.rule,
                "evidence": SecretRedaction.redact(String(milestone.evidence.prefix(500))),
                "found": command == nil ? "screen" : "command",
            ]
            attributes["tool.id"] = tool
            attributes["command"] = command.map { SecretRedaction.redact(String($0.prefix(500))) }
            record(
                MomentRequest(label: label, type: "milestone", isAutomatic: true, attributes: attributes),
                at: offset ?? ring.total)
            if isRunning { snapshots?.noteMoment(label) }
        }
    }

    /// The live screen, where it shows all that was written.
    func glimpse() -> AgentWatch.Glimpse? {
        guard ports == nil else { return AgentWatch.Glimpse(lines: [], promptLine: "") }
        guard following == .following, !isLazy, screen.isCaughtUp else { return nil }
        return screen.withScreen { $0.glimpse() }
    }

    var agentStatus: AgentStatus {
        let report = agent.machine.report
        var status = AgentStatus(
            agent: configuration.agent?.id, state: report.state, source: report.source?.name,
            evidence: SecretRedaction.redact(report.evidence), since: report.since)
        status.title = agent.title
        status.model = agent.model
        status.usage = agent.usage
        status.openTools = agent.machine.openTools.map(\.label)
        status.isPaused = agent.isPaused
        return status
    }

    private func tellNews(_ now: UInt64) {
        for tool in agent.refused { record(tool, outcome: "refused") }
        agent.refused = []
        guard agent.hasNews, now >= newsDue else { return }
        agent.hasNews = false
        let status = agentStatus
        guard status != toldStatus else { return }
        // A title that turns a wheel is shown, but not at each turn.
        newsDue = MonotonicClock.now() + Self.newsPause
        toldStatus = status
        for client in clients where client.hears { client.send(.state(status)) }
    }

    /// When to look at the program, or to tell of it.
    var agentDue: UInt64? {
        let news = agent.hasNews ? newsDue : nil
        let look = isRunning ? agent.due : nil
        return [news, look].compactMap { $0 }.min()
    }

    private static let longestHistory = 2000
    /// Nanoseconds between two messages to a viewer, at least.
    private static let newsPause: UInt64 = 150_000_000
}
