import Agents
import Glibc
import Processes
import Recording

extension HostProcess {
    /// Text that another program or person sends: a moment says who, and then it is typed.
    func take(_ request: PromptRequest, from client: ClientConnection) {
        guard isRunning else { return client.send(.refused("the session has ended")) }
        guard request.text.utf8.count <= Self.longestPrompt else {
            return client.send(.refused("the text is over \(Self.longestPrompt) bytes"))
        }
        guard !agent.isPaused else {
            return client.send(.refused("the session is paused, so nothing was sent; `ah agent resume` lets it go on"))
        }
        readTerminal()
        if let question = openQuestion {
            return client.send(.refused("\(question); nothing was sent: \(Self.howToAnswer)"))
        }
        // An answer to a password prompt is nobody's business afterwards.
        let isSecret = terminal.hidesInput
        let sent = SentPrompt(request.text, isSecret: isSecret)
        record(
            MomentRequest(
                label: sent.label, type: "prompt", isAutomatic: true,
                attributes: isSecret
                    ? ["sender": request.sender]
                    : [
                        "sender": request.sender, "text": String(request.text.prefix(4000)),
                        "prompt": SecretRedaction.redact(String(request.text.prefix(2000))),
                    ]), at: ring.total)
        if !isSecret, request.isSubmitted { sentPrompts = sentPrompts.suffix(Self.mostSentPrompts) + [sent] }
        let now = MonotonicClock.now()
        let isReady = configuration.agent == nil || readiness.isReady(at: now)
        injections.append(Injection(request, for: client.id, waiting: isReady ? nil : readiness))
    }

    /// The agent's word for a prompt that was recorded when it was sent: no second moment.
    func isEcho(_ request: MomentRequest) -> Bool {
        guard request.type == "prompt", request.isAutomatic, let text = request.attributes?["prompt"],
            let index = sentPrompts.firstIndex(where: { $0.isSame(text) })
        else { return false }
        let sent = sentPrompts.remove(at: index)
        snapshots?.noteMoment(sent.label)
        return true
    }

    func take(signal: Int32, from client: ClientConnection) {
        guard isRunning else { return client.send(.refused("the session has ended")) }
        guard [SIGSTOP, SIGCONT, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2].contains(signal) else {
            return client.send(.refused("signal \(signal) is not one to send to a session"))
        }
        switch signal {
        case SIGSTOP: pauseAll()
        case SIGCONT:
            resumeAll()
            if agent.isPaused, !injections.isEmpty { injections[0].hold(at: MonotonicClock.now()) }
        default: signalChild(signal)
        }
        if signal == SIGSTOP || signal == SIGCONT {
            agent.isPaused = signal == SIGSTOP
            agent.hasNews = true
        }
        client.send(.done)
    }

    /// When something is to be typed; not while the program is paused, for who knows what it asks when it goes on.
    var injectionDue: UInt64? { isRunning && !agent.isPaused ? injections.first?.due : nil }

    /// Types what is due. Enter would answer an open question, which is not what the text was written for.
    func inject(_ now: UInt64) {
        guard let due = injectionDue, now >= due else { return }
        readTerminal()
        if let question = openQuestion { return holdBack(question, now) }
        let pastes = ports == nil && screen.withScreen { $0.modes.bracketedPaste }
        if let bytes = injections[0].next(at: now, pastes: pastes) { takeInput(bytes) }
        guard injections[0].isDone else { return }
        let client = injections.removeFirst().client
        clients.first { $0.id == client }?.send(.done)
    }

    /// What the session was started with waits; who sends a prompt now is told instead.
    private func holdBack(_ question: String, _ now: UInt64) {
        guard let client = injections[0].client else { return injections[0].hold(at: now) }
        let wasTyped = injections.removeFirst().isTyped
        let what = wasTyped ? "the text was typed, but not submitted" : "nothing was sent"
        clients.first { $0.id == client }?.send(.refused("\(question); \(what): \(Self.howToAnswer)"))
    }

    /// What the agent asks now, as far as is known: without hooks, what stands on its screen counts at once.
    private var openQuestion: String? {
        let report = agent.machine.report
        if configuration.agent != nil, report.source != .hook, let glimpse = glimpse() {
            if let line = agent.question(on: glimpse) {
                return "it waits for permission (screen: \(SecretRedaction.redact(String(line.prefix(80)))))"
            }
            // One that has left the screen is over, though its state may last a little longer.
            if report.source == .screen { return nil }
        }
        guard report.state == .waitsForPermission else { return nil }
        return "it waits for permission (\(SecretRedaction.redact(report.evidence)))"
    }

    private static let howToAnswer = "answer it first with `ah agent answer`, such as Enter, Escape or the number shown"
    private static let longestPrompt = 256 << 10
    private static let mostSentPrompts = 20
}

/// A prompt that was recorded when it was sent, so that the agent's own word for it is known again.
struct SentPrompt {
    let label: String
    private let key: String

    init(_ text: String, isSecret: Bool = false) {
        key = Self.key(text)
        let line = text.drop { $0.isWhitespace }.prefix { !$0.isNewline }
        let short = line.count > 80 ? line.prefix(79) + "…" : String(line)
        label = "Prompt: \(isSecret ? "(hidden)" : SecretRedaction.redact(short))"
    }

    func isSame(_ text: String) -> Bool { key == Self.key(text) }

    /// Agents trim and wrap what they are given, and what they tell is cut and redacted.
    private static func key(_ text: String) -> String {
        String(SecretRedaction.redact(String(text.prefix(2000))).filter { !$0.isWhitespace }.prefix(300))
    }
}
