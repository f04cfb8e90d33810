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
        // An answer to a password prompt is nobody's business afterwards.
        let isSecret = terminal.hidesInput
        let line = isSecret ? "(hidden)" : request.text.split(separator: "\n").first.map(String.init) ?? ""
        let label = line.count > 60 ? line.prefix(59) + "…" : line[...]
        readTerminal()
        record(
            MomentRequest(
                label: "prompt: \(label)", type: "prompt", isAutomatic: true,
                attributes: isSecret
                    ? ["sender": request.sender]
                    : ["sender": request.sender, "text": String(request.text.prefix(4000))]), at: ring.total)
        injections.append(Injection(request, for: client.id))
    }

    func take(signal: Int32, from client: ClientConnection) {
        guard isRunning else { return client.send(.refused("the session has ended")) }
        guard [SIGSTOP, SIGCONT, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2].contains(signal) else {
            return client.send(.refused("signal \(signal) is not one to send to a session"))
        }
        signalChild(signal)
        if signal == SIGSTOP || signal == SIGCONT {
            agent.isPaused = signal == SIGSTOP
            agent.hasNews = true
        }
        client.send(.done)
    }

    /// Types what is due.
    func inject(_ now: UInt64) {
        guard isRunning, let due = injections.first?.due, now >= due else { return }
        let pastes = ports == nil && screen.withScreen { $0.modes.bracketedPaste }
        if let bytes = injections[0].next(at: now, pastes: pastes) { takeInput(bytes) }
        guard injections[0].isDone else { return }
        let client = injections.removeFirst().client
        clients.first { $0.id == client }?.send(.done)
    }

    private static let longestPrompt = 256 << 10
}
