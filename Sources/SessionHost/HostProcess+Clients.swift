import Emulation
import Glibc
import Processes
import Recording
import ScreenModel

extension HostProcess {
    func acceptClients() {
        while clients.count < Self.clientLimit, let socket = listener.accept() {
            // The socket's mode keeps others out already; a folder that was opened up must not undo that.
            guard let user = socket.peerUser, user == getuid() || user == 0 else { continue }
            clients.append(ClientConnection(id: nextClient, socket: socket))
            nextClient += 1
        }
    }

    func serve(_ client: ClientConnection, _ poller: Poller, _ index: Int) {
        if poller.isWritable(index) { client.flush() }
        if poller.isReadable(index) { hear(client) }
    }

    /// What was sent before the child ended was said in time, also where nobody has read it yet: a hook doesn't wait.
    func hearLastWords() {
        acceptClients()
        for client in clients { hear(client) }
    }

    private func hear(_ client: ClientConnection) {
        guard !client.isClosing else { return }
        for incoming in client.receive() {
            switch incoming {
            case .message(let message): handle(message, from: client)
            case .agentHarbor(let request): take(request, from: client)
            case .broken(let reason): client.send(.refused(reason))
            }
        }
    }

    private func handle(_ message: ClientMessage, from client: ClientConnection) {
        switch message {
        case .attach(let window):
            client.window = window
            client.known = FrameUpdate.Known()
            client.send(.welcome(status))
            chooseSize()
            pacing.noteChange()
        case .resize(let window):
            client.window = window
            chooseSize()
        case .input(let bytes): takeInput(bytes)
        case .acknowledge(let frame): client.acknowledge(frame)
        case .moment(let request): take(request, from: client)
        case .snapshot(let request): take(request, from: client)
        case .prompt(let request): take(request, from: client)
        case .signal(let signal): take(signal: signal, from: client)
        case .stop(let signal): stop(signal, wholly: true)
        case .status: client.send(.welcome(status))
        case .agent(let signal):
            take(signal)
            client.send(.done)
        case .state:
            var status = agentStatus
            status.history = stateHistory
            client.send(.state(status))
        case .subscribe:
            client.isSubscribed = true
            client.send(.welcome(status))
        case .terminal:
            client.wantsTerminal = true
            grantTerminals()
        case .typed(let bytes): noteInput(bytes)
        case .toggleSize: toggleSize(client)
        }
    }

    /// Lets viewers write keys into the child's terminal themselves: an echo then waits for one process less.
    ///
    /// Not where input is recorded: whether it is a password must be known before the child has it. And only once all is
    /// written that came before: what a viewer writes then comes after it.
    func grantTerminals() {
        guard clients.contains(where: \.wantsTerminal) else { return }
        let isGranted = !configuration.recordsInput && ports == nil && isRunning
        guard !isGranted || input.isEmpty else { return }
        for client in clients where client.wantsTerminal {
            if isGranted {
                client.wantsTerminal = !client.send(.terminal(isGranted: true), with: terminal.descriptor)
            } else {
                client.wantsTerminal = false
                client.send(.terminal(isGranted: false))
            }
        }
    }

    private func toggleSize(_ client: ClientConnection) {
        guard client.window != nil else {
            return client.send(.refused("only a window that shows the session can set its size"))
        }
        guard !configuration.hasFixedSize else {
            return client.send(.refused("the size was given when the session was started, and stays"))
        }
        sizeOwner = sizeOwner == client.id ? nil : client.id
        tellSizeRule()
        chooseSize()
    }

    private func tellSizeRule() {
        for viewer in clients where viewer.window != nil {
            viewer.send(.sized(by: sizeOwner.map { $0 == viewer.id ? .yours : .another } ?? .smallest))
        }
    }

    /// Several viewers see the same terminal: the smallest window decides, unless one was chosen to.
    private func chooseSize() {
        guard !configuration.hasFixedSize else { return }
        let owner = clients.first { $0.id == sizeOwner }
        let windows = owner?.window.map { [$0] } ?? clients.compactMap(\.window)
        guard let columns = windows.map(\.columns).min(), let rows = windows.map(\.rows).min() else { return }
        resize(to: Size(columns: columns, rows: rows))
    }

    func dropClientsThatLeft() {
        guard clients.contains(where: { $0.isGone || $0.isClosing && !$0.wantsToWrite }) else { return }
        clients.removeAll { $0.isGone || $0.isClosing && !$0.wantsToWrite }
        if let owner = sizeOwner, !clients.contains(where: { $0.id == owner }) {
            sizeOwner = nil
            tellSizeRule()
        }
        chooseSize()
    }

    /// Sends each viewer that is ready what its frame lacks.
    func publishFrames(_ now: UInt64) {
        guard ports == nil, pacing.mayPublish(now) else { return }
        let ready = clients.filter(\.isReadyForFrame)
        let viewers = clients.count { $0.window != nil }
        guard !ready.isEmpty else {
            if viewers == 0 { pacing.notePublished(now, isComplete: true) }
            return
        }
        let known = ready.map(\.known)
        let updates = screen.withScreen { screen -> (updates: [FrameUpdate], version: UInt64)? in
            screen.holdsFrames() ? nil : (known.map { screen.update(since: $0) }, screen.version)
        }
        guard let updates else {
            pacing.notePublished(now, isComplete: false)
            return
        }
        for (client, update) in zip(ready, updates.updates) { client.sendFrame(update, version: updates.version) }
        pacing.notePublished(now, isComplete: ready.count == viewers && following == .following && screen.isCaughtUp)
        if now >= statisticsDue {
            statisticsDue = now + 250_000_000
            let statistics = recording.statistics
            for client in ready { client.send(.statistics(statistics)) }
        }
    }

    /// What the child asked of the user's own terminal. A viewer decides whether it may have it.
    func forward(_ event: TerminalEvent) {
        noteForAgent(event)
        let message: HostMessage? =
            switch event {
            case .bell: .bell
            case .clipboard(let selection, let base64): .clipboard(selection: selection, base64: base64)
            case .notification(let title, let body): .notification(title: title, body: body)
            default: nil
            }
        guard let message else { return }
        // A viewer that is stopped must not find a thousand bells when it goes on.
        for client in clients where client.window != nil && !client.wantsToWrite { client.send(message) }
    }

    var status: SessionStatus {
        var exit: ExitStatus?
        switch phase {
        case .running: break
        case .draining(let status, _), .finishing(let status), .closing(let status, _, _): exit = status
        }
        return SessionStatus(
            protocolVersion: SessionProtocol.version, sessionID: configuration.sessionID, name: configuration.name,
            pid: child.pid, command: configuration.command, recordingPath: configuration.recordingPath,
            startedAt: clock.startedAt, elapsed: clock.now().milliseconds, columns: size.columns, rows: size.rows,
            viewers: clients.count { $0.window != nil }, statistics: recording.statistics, moments: moments,
            snapshots: snapshotReports, takesSnapshots: snapshots != nil, snapshotProvider: snapshotExplanation,
            agent: agentStatus, exit: exit)
    }

    private static let clientLimit = 256
}
