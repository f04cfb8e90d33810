import Display
import Glibc
import Keymaps
import Playback
import Processes
import Recording
import Rendering
import ScreenModel
import SessionHost
import WorkbenchModel

/// The workbench full screen: joins its model with the user's terminal, session hosts, players and snapshots.
///
/// One loop on one thread. What takes long is done in slices, or by a process of its own.
public final class WorkbenchRunner {
    let options: WorkbenchOptions
    var appearance: ReplayAppearance
    let tty: TTY
    let signals: SignalQueue
    var capabilities: TerminalCapabilities
    var renderer: WorkbenchRenderer
    var parser: InputParser
    var encoder: FrameEncoder
    var surface: Surface
    var poller = Poller()
    var workbench: Workbench

    /// By session.
    var connections: [String: LiveConnection] = [:]
    var engines: [PaneID: ReplayEngine] = [:]
    var browsers: [PaneID: FilesBrowser] = [:]
    var launchers: [PaneID: SessionLauncher] = [:]
    var jobs: [PaneID: JobProcess] = [:]
    /// Of panes in copy mode whose older lines are being read.
    var captures: [PaneID: CopyCapture] = [:]
    /// Sessions of shells that were started for a pane.
    var shells: Set<String> = []
    let index: SessionIndex
    /// What each pane's source was when it was opened here.
    var opened: [PaneID: Pane.Source] = [:]
    var foreground: Color?
    var background: Color?

    var outcome: Int32?
    var wantsSuspension = false
    var needsDrawing = true
    var mirrored: Modes?
    var titleShown = ""
    var shownMessage: Workbench.Message?
    var drag: Drag?
    var clicks = ClickCount()
    var showsKeys = false
    // Deadlines, in nanoseconds of the monotonic clock.
    var escapeDeadline: UInt64?
    var messageDeadline: UInt64?
    var keysDeadline: UInt64?
    var nextDrawing: UInt64 = 0
    var nextIndex: UInt64 = 0
    var nextTick: UInt64 = 0
    /// A key was sent to a program: what it answers is drawn at once.
    var echoUntil: UInt64 = 0
    /// A key was sent to a program, and nothing has come since.
    var awaitsEcho = false
    /// What of the layout is in a file, and when the rest is due.
    var keptLayout: SavedLayout?
    var nextKeeping: UInt64?
    var saidLayoutProblem = false
    /// A session to be shown once it is known.
    var awaited: String?

    static let frameInterval: UInt64 = 16_000_000

    /// Opens the workbench and stays until the user leaves it.
    ///
    /// - Returns: the exit status, 0 unless a signal ended it. Sessions go on whatever happens here.
    public static func run(_ options: WorkbenchOptions) throws -> Int32 {
        let appearance = try ReplayAppearance(
            environment: options.environment, keymap: options.keymap, theme: options.theme)
        let signals = try SignalQueue([SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])
        let tty = try TTY.open(environment: options.environment)
        var wanted = TTY.Options()
        wanted.mouse = .drag
        wanted.title = "ah"
        try tty.enter(wanted)
        defer { tty.leave() }
        return try WorkbenchRunner(options, appearance, tty, signals).run()
    }

    init(_ options: WorkbenchOptions, _ appearance: ReplayAppearance, _ tty: TTY, _ signals: SignalQueue) throws {
        self.options = options
        self.appearance = appearance
        self.tty = tty
        self.signals = signals
        capabilities = tty.capabilities
        renderer = WorkbenchRenderer(appearance.renderer(for: capabilities))
        parser = InputParser(capabilities: capabilities)
        encoder = FrameEncoder(capabilities: capabilities)
        surface = Surface(size: tty.size)
        workbench = Workbench(window: tty.size, folder: options.folder)
        workbench.agents = options.agents
        workbench.now = WallClock.now()
        index = try SessionIndex(environment: options.environment)
        takeKeys()
        if let problem = appearance.problems.first { workbench.say("\(problem)", isError: true) }
        refreshSessions()
        openFirst()
    }

    /// Keys as help and hints show them.
    func takeKeys() {
        var keys = WorkbenchKeys()
        let keymap = appearance.keymap
        if let prefix = keymap.chord(for: .workbench(.prefix), in: .program) { keys.prefix = prefix }
        keys.afterPrefix = keymap.legend(for: .prefix)
        keys.replay = keymap.legend(for: .replay)
        keys.files = keymap.legend(for: .files)
        keys.sessions = keymap.legend(for: .sessions)
        keys.text = keymap.legend(for: .text)
        keys.copy = keymap.legend(for: .copy)
        workbench.keys = keys
    }

    /// What was open last; then the session that was asked for, else the newest that runs.
    private func openFirst() {
        if let name = options.layout {
            loadLayout(name)
        } else if options.session == nil {
            restoreLast()
        }
        if let name = options.session {
            // One that doesn't run is known once the catalogue was read.
            if workbench.sessions.entries.contains(where: { $0.id.hasPrefix(name) || $0.name == name }) {
                carryOut(workbench.apply(.workbench(.openSession(name))))
            } else {
                awaited = name
            }
        } else if workbench.tabs.isEmpty, let entry = workbench.sessions.ordered.first(where: \.isRunning) {
            carryOut(workbench.apply(.workbench(.openSession(entry.id))))
        } else if workbench.tabs.isEmpty {
            carryOut(workbench.apply(.workbench(.sessions)))
        }
    }

    private func run() throws -> Int32 {
        while outcome == nil {
            let now = MonotonicClock.now()
            advance(now)
            reconcile()
            assert(workbench.brokenInvariant == nil, workbench.brokenInvariant ?? "")
            try draw(now)
            try wait()
            if wantsSuspension {
                wantsSuspension = false
                try suspend()
            }
        }
        keepLayoutNow()
        return outcome ?? 0
    }

    /// What is due: players, the list of sessions, messages that were shown long enough.
    private func advance(_ now: UInt64) {
        let visible = Set(workbench.visiblePanes)
        for (id, engine) in engines {
            engine.advance(now)
            if engine.needsDrawing || engine.needsFrame, visible.contains(id) { needsDrawing = true }
            takeOutside(of: engine, in: id)
        }
        follow()
        advanceCaptures(now)
        if let deadline = escapeDeadline, now >= deadline {
            escapeDeadline = nil
            for event in parser.flush() { handle(event) }
        }
        if let deadline = keysDeadline, now >= deadline {
            keysDeadline = nil
            showsKeys = workbench.mode == .prefix
            needsDrawing = true
        }
        expireMessage(now)
        keepLayout(now)
        if now >= nextIndex {
            nextIndex = now + 1_000_000_000
            refreshSessions(isIdle: true)
        }
        if now >= nextTick {
            nextTick = now + 1_000_000_000
            tick()
        }
    }

    /// Ages and elapsed times are shown in seconds.
    private func tick() {
        workbench.now = WallClock.now()
        for connection in connections.values { connection.tick(workbench.now) }
        tickFiles()
        needsDrawing = true
    }

    func refreshSessions(isIdle: Bool = false) {
        index.refresh(isIdle: isIdle)
        listen()
        updateSessions()
    }

    func updateSessions() {
        let before = workbench.sessions
        workbench.sessions.update(
            index.entries.map { entry in
                guard entry.isRunning, let connection = connections[entry.id] else { return entry }
                var entry = entry
                connection.complete(&entry)
                return entry
            })
        alert(before)
        if workbench.sessions != before { needsDrawing = true }
    }

    /// Says which session has begun to wait for a person, where that can't be seen.
    private func alert(_ before: SessionList) {
        let shown = Set(workbench.visiblePanes.compactMap { workbench.panes[$0]?.sessionID })
        for entry in workbench.sessions.needingPerson where !shown.contains(entry.id) {
            guard before.entry(entry.id)?.activity.needsPerson == false else { continue }
            let key = workbench.keys.afterPrefix.key(of: .workbench(.nextNeedingPerson)).map {
                " (\(workbench.keys.prefix) \($0))"
            }
            workbench.say("\(entry.title) needs you: \(entry.activity.word)\(key ?? "")")
        }
    }

    private func expireMessage(_ now: UInt64) {
        if workbench.message != shownMessage {
            shownMessage = workbench.message
            messageDeadline = workbench.message.map { now + ($0.isError ? 8 : 4) * 1_000_000_000 }
            needsDrawing = true
        } else if let deadline = messageDeadline, now >= deadline {
            messageDeadline = nil
            shownMessage = nil
            workbench.clearMessage()
            needsDrawing = true
        }
    }

    func carryOut(_ effects: [WorkbenchEffect]) {
        needsDrawing = true
        for effect in effects { carryOut(effect) }
    }

    private func carryOut(_ effect: WorkbenchEffect) {
        switch effect {
        case .replay(let pane, let command): apply(command, toPlayerOf: pane)
        case .files(let pane, let command): apply(command, toFilesOf: pane)
        case .mark(let session, let label):
            send(.moment(MomentRequest(label: label.isEmpty ? "moment" : label)), to: session)
        case .snapshot(let session): send(.snapshot(SnapshotDemand(label: "")), to: session)
        case .ownSize(let session): send(.toggleSize, to: session)
        case .end(let session): send(.stop(signal: SIGHUP), to: session)
        case .prompt(let session, let text):
            send(.prompt(PromptRequest(text: text, sender: "workbench")), to: session)
        case .sendPrefix(let pane): type(prefixBytes, into: pane)
        case .type(let pane, let text): paste(text, into: pane)
        case .redraw: encoder.invalidate()
        case .suspend: wantsSuspension = true
        case .detach: outcome = 0
        case .reload: reload()
        case .saveLayout(let name): saveLayout(name)
        case .loadLayout(let name): loadLayout(name)
        case .capture(let pane): capture(pane)
        case .copy(let text): copyOut(text)
        }
    }

    /// To a session's host; one that isn't shown is connected for it.
    func send(_ message: ClientMessage, to session: String) {
        do {
            try connection(session)?.client.send(message)
        } catch {
            workbench.say("\(error)", isError: true)
        }
    }

    private var prefixBytes: [UInt8] {
        let chord = workbench.keys.prefix
        guard chord.modifiers == .control, case .character(let scalar) = chord.key, scalar.value < 128 else {
            return [2]
        }
        return [UInt8(scalar.value & 0x1F)]
    }

    private func type(_ bytes: [UInt8], into pane: PaneID) {
        guard case .session(let session) = workbench.panes[pane]?.source else { return }
        connections[session]?.client.send(.input(bytes))
    }

    /// As the terminal would paste it: bracketed where the program asked for that, and never with a bracket's end in it.
    func paste(_ text: String, into pane: PaneID) {
        guard case .session(let session) = workbench.panes[pane]?.source, let connection = connections[session] else {
            return
        }
        var bytes = Array(text.replacing("\u{1B}", with: "").replacing("\n", with: "\r").utf8)
        if connection.modes.bracketedPaste {
            bytes = Array("\u{1B}[200~".utf8) + bytes + Array("\u{1B}[201~".utf8)
        }
        connection.client.send(.input(bytes))
    }

    private func reload() {
        do {
            appearance = try ReplayAppearance(
                environment: options.environment, keymap: options.keymap, theme: options.theme)
            renderer = WorkbenchRenderer(appearance.renderer(for: capabilities))
            takeKeys()
            if let problem = appearance.problems.first {
                workbench.say("\(problem)", isError: true)
            } else {
                workbench.say("keymap and theme were read again")
            }
            encoder.invalidate()
        } catch {
            workbench.say("\(error)", isError: true)
        }
    }
}
