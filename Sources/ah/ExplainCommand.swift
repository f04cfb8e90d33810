import Agents
import ArgumentParser
import FoundationEssentials
import Recording
import SessionHost

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a session's program is doing, who told that, by what and since when.",
        discussion: """
            States are starting, working, waits-for-permission, waits-for-input, idle, done, failed and unknown. The best \
            source that has spoken counts: the program's end, the agent's hooks, a shell's marks, notifications of its \
            terminal, patterns on its screen, and output or silence. Of a session that has ended, the states are those in \
            its recording.
            """)

    @Argument(help: "The session: its id, the beginning of one, its name, - for the newest that runs, or a recording.")
    var session: String

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let explanation = try explanation()
        Program.say(json ? try JSONText.text(explanation) : explanation.text)
    }

    private func explanation() throws -> Explanation {
        let directory = SessionDirectory(folders: SessionFolders(environment: Program.environment))
        guard !session.contains("/"), let facts = try running(directory) else {
            return try Explanation(recording: CatalogueDesk.recording(session))
        }
        let client = try HostClient(sessionID: facts.sessionID, socketPath: facts.socketPath)
        let status = try client.request(.state) { answer throws(SessionError) -> AgentStatus? in
            if case .state(let status) = answer { status } else { nil }
        }
        return Explanation(live: status, facts)
    }

    /// Nil where it doesn't run.
    private func running(_ directory: SessionDirectory) throws -> SessionFacts? {
        if session == "-" { return try directory.runningSession(nil) }
        do throws(SessionError) {
            return try directory.runningSession(session)
        } catch {
            // One that doesn't run has a recording; one of several that do isn't chosen for the user.
            if case .noSuchSession(_, let candidates) = error, candidates.isEmpty { return nil }
            throw error
        }
    }
}

/// What is known of a session's state, for people and for programs.
struct Explanation: Encodable {
    var session: String
    var isRunning: Bool
    var agent: String?
    var state: String
    var source: String?
    var evidence: String
    /// Milliseconds since the session's start.
    var since: Int64
    /// Milliseconds that the session has lasted.
    var elapsed: Int64
    var title: String?
    var model: String?
    var inputTokens: Int?
    var outputTokens: Int?
    var costUSD: Double?
    var openTools: [String] = []
    var isPaused = false
    var history: [StateReport]

    init(live status: AgentStatus, _ facts: SessionFacts) {
        session = facts.sessionID
        isRunning = true
        agent = status.agent
        (state, source, evidence, since) = (status.state.rawValue, status.source, status.evidence, status.since)
        elapsed = Int64(Date().timeIntervalSince1970 * 1000) - facts.startedAt
        title = status.title.isEmpty ? nil : status.title
        model = status.model
        (inputTokens, outputTokens) = (status.usage?.inputTokens, status.usage?.outputTokens)
        costUSD = status.usage?.cost
        openTools = status.openTools
        isPaused = status.isPaused
        history = status.history
    }

    init(recording path: String) throws {
        let reader = try RecordingReader.open(path: path)
        let summary = try reader.index()
        session = summary.metadata?.sessionID ?? path
        isRunning = false
        agent = summary.metadata?.agent
        elapsed = summary.duration.milliseconds
        history = summary.states.map {
            StateReport(
                state: $0.value.state, source: $0.value.source, evidence: $0.value.evidence, time: $0.time.milliseconds)
        }
        if let last = history.last {
            (state, source, evidence, since) = (last.state, last.source, last.evidence, last.time)
        } else {
            state = summary.exit.map { $0.shellStatus == 0 ? "done" : "failed" } ?? "unknown"
            source = summary.exit == nil ? nil : "exit"
            evidence = "its recording holds no states"
            since = elapsed
        }
        if !reader.isFinished, history.last?.source != "exit" {
            evidence += "; its recording ends there, for its recorder was killed or still writes it"
        }
        let told = summary.moments.last { $0.value.attributes?["tokens.output"] != nil }?.value.attributes
        model = summary.moments.last { $0.value.attributes?["model"] != nil }?.value.attributes?["model"]
        inputTokens = told?["tokens.input"].flatMap { Int($0) }
        outputTokens = told?["tokens.output"].flatMap { Int($0) }
        costUSD = told?["cost_usd"].flatMap { Double($0) }
    }

    var text: String {
        var table = TextTable()
        table.add(["session", session + (agent.map { " (\($0))" } ?? "")])
        table.add(["state", state + (isPaused ? ", paused" : "")])
        let age =
            isRunning
            ? "(\(TimeFormat.text(max(0, elapsed - since))) ago)" : "of \(TimeFormat.text(max(since, elapsed)))"
        table.add(["since", "\(TimeFormat.text(since)) \(age)"])
        table.add(["told by", source ?? "nobody yet"])
        table.add(["evidence", evidence])
        if let title { table.add(["title", title]) }
        if let model { table.add(["model", model]) }
        if inputTokens != nil || outputTokens != nil {
            table.add(["tokens", "\(inputTokens ?? 0) in, \(outputTokens ?? 0) out"])
        }
        if let costUSD { table.add(["cost", "\(costUSD) USD"]) }
        for tool in openTools { table.add(["under way", tool]) }
        guard !history.isEmpty else { return table.text }
        var states = TextTable()
        for report in history {
            states.add([TimeFormat.text(report.time), report.state, report.source ?? "", report.evidence])
        }
        return table.text + "\n\n" + states.text
    }
}
