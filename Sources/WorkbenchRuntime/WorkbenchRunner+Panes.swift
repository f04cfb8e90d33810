import Glibc
import Playback
import Processes
import Recording
import ScreenModel
import SessionHost
import WorkbenchModel

extension WorkbenchRunner {
    /// Opens what panes show and isn't open, closes what no pane shows, and tells programs the sizes of their panes.
    func reconcile() {
        for (id, source) in opened where workbench.panes[id]?.source.needsOpening(after: source) ?? true {
            close(id, source)
        }
        for (id, pane) in workbench.panes where opened[id] == nil {
            opened[id] = pane.source
            open(pane)
        }
        let shown = Set(
            workbench.panes.values.compactMap { pane -> String? in
                if case .session(let id) = pane.source { return id }
                return nil
            })
        // A viewer's window limits the program's; who only listens has none.
        for (id, connection) in connections where connection.isAttached && !shown.contains(id) { connections[id] = nil }
        fitSizes()
        publish()
    }

    /// Listens to all that run, so that the list knows what they do.
    func listen() {
        let running = Set(index.running.map(\.sessionID))
        for facts in index.running.prefix(Self.listenedTo) where connections[facts.sessionID] == nil {
            // One that is just ending is gone from the list a second later.
            connections[facts.sessionID] = try? LiveConnection(facts)
        }
        for (id, connection) in connections where !running.contains(id) && !connection.isAttached {
            connections[id] = nil
        }
    }

    /// Hosts that are listened to at once.
    private static let listenedTo = 200

    private func close(_ id: PaneID, _ source: Pane.Source) {
        opened[id] = nil
        engines[id] = nil
        browsers[id] = nil
        launchers[id] = nil
        jobs[id] = nil
        needsDrawing = true
    }

    private func open(_ pane: Pane) {
        needsDrawing = true
        do {
            switch pane.source {
            case .starting(let request): try launch(request, for: pane.id)
            case .session(let id): _ = try connection(id)
            case .recording(let place): try openRecording(place, in: pane.id)
            case .files(let place): try openFiles(place, in: pane.id)
            case .comparison(let comparison): try compare(comparison, in: pane.id)
            case .job(let job): try start(job, in: pane.id)
            case .failed, .text: break
            }
        } catch {
            workbench.failed(pane.id, "\(error)")
            opened[pane.id] = workbench.panes[pane.id]?.source
        }
    }

    /// The connection to a running session's host; nil, with a message, where it doesn't run.
    func connection(_ session: String) throws -> LiveConnection? {
        if let known = connections[session] { return known }
        guard let facts = index.running.first(where: { $0.sessionID == session }) else {
            throw SessionError.noSuchSession("\(session) running now", candidates: [])
        }
        let connection = try LiveConnection(facts)
        connections[session] = connection
        return connection
    }

    private func openRecording(_ place: RecordingPlace, in pane: PaneID) throws {
        var options = ReplayOptions(source: .file(place.path))
        options.environment = self.options.environment
        options.start = place.start
        options.startsPaused = place.startsPaused
        let size = workbench.contentSizes[pane] ?? Size(columns: 80, rows: 24)
        engines[pane] = ReplayEngine(
            options, player: Player(try options.open()), keymap: appearance.keymap, window: size, isPane: true)
    }

    private func launch(_ request: SessionRequest, for pane: PaneID) throws {
        let size = workbench.contentSizes[pane] ?? Size(columns: 80, rows: 24)
        launchers[pane] = try SessionLauncher(
            request, for: pane, arguments: [options.executable] + arguments(request, size),
            environment: options.environment)
    }

    /// `ah`'s own command line for a request.
    private func arguments(_ request: SessionRequest, _ size: Size) -> [String] {
        var words = ["--detach", "--cols", "\(size.columns)", "--rows", "\(size.rows)"]
        if capabilities.kittyKeyboard { words.append("--kitty-keyboard") }
        if let color = foreground.flatMap(Self.hexadecimal) { words += ["--foreground", color] }
        if let color = background.flatMap(Self.hexadecimal) { words += ["--background", color] }
        if let name = request.name { words += ["--name", name] }
        // A shell starts somewhere, even beside a session whose folder is gone.
        if let folder = request.folder, request.program != .shell || access(folder, X_OK) == 0 {
            words += ["--cwd", folder]
        }
        if let provider = request.provider { words += ["--snapshots", provider] }
        let snapshot = request.snapshot.map { ["--from-snapshot", $0] } ?? []
        switch request.program {
        case .shell: return ["agent", "start", "--agent", "shell"] + words + snapshot
        case .command(let command): return ["agent", "record"] + words + snapshot + ["--"] + command
        case .agent(let agent, let prompt):
            return ["agent", "start", "--agent", agent] + words + snapshot
                + (prompt.isEmpty ? [] : ["--prompt", prompt])
        case .look(let folder):
            let place = "\(request.snapshot ?? "")\(folder.isEmpty ? "" : ":\(folder)")"
            return ["agent", "record"] + words + ["--", options.executable, "agent", "fs", "shell", place]
        case .sameAsParent(let message):
            return ["agent", "branch", request.snapshot ?? ""] + words
                + (message.isEmpty ? [] : ["--message", message])
        }
    }

    private static func hexadecimal(_ color: Color) -> String? {
        color.components.map { parts in
            [parts.red, parts.green, parts.blue].map { byte in
                let text = String(byte, radix: 16)
                return text.count < 2 ? "0" + text : text
            }.joined()
        }
    }

    /// A launcher's program has ended.
    func finish(_ launcher: SessionLauncher) {
        guard let outcome = launcher.outcome() else { return }
        launchers[launcher.pane] = nil
        switch outcome {
        case .started(let session):
            refreshSessions()
            if launcher.request.isShell { shells.insert(session) }
            workbench.started(launcher.pane, session: session)
            workbench.sessions.select(session)
        case .failed(let reason): workbench.failed(launcher.pane, reason)
        }
        needsDrawing = true
    }

    private func fitSizes() {
        workbench.fitCopying()
        for (id, size) in workbench.contentSizes {
            if let engine = engines[id], engine.model.window != size {
                engine.model.resize(to: size)
                engine.needsDrawing = true
            }
            if case .session(let session) = workbench.panes[id]?.source { connections[session]?.show(in: size) }
        }
    }

    /// Tells the model what panes show now.
    private func publish() {
        for (id, pane) in workbench.panes {
            switch pane.source {
            case .session(let session):
                if let facts = connections[session]?.facts, facts != pane.live {
                    workbench.update(id) { $0.live = facts }
                }
            case .recording:
                if let model = engines[id]?.model, model != pane.replay { workbench.update(id) { $0.replay = model } }
            case .files:
                if let model = browsers[id]?.model, model != pane.files { workbench.update(id) { $0.files = model } }
            case .starting, .failed, .comparison, .text, .job: break
            }
        }
    }

    // MARK: Players

    func apply(_ command: Command, toPlayerOf pane: PaneID) {
        guard let engine = engines[pane] else { return }
        engine.apply(command)
        // At once: the next key may be for a prompt that this one opened.
        workbench.update(pane) { $0.replay = engine.model }
        takeOutside(of: engine, in: pane)
        follow(pane)
    }

    /// What a player leaves to the workbench.
    func takeOutside(of engine: ReplayEngine, in pane: PaneID) {
        for effect in engine.takeOutside() {
            switch effect {
            case .redraw: encoder.invalidate()
            case .suspend: wantsSuspension = true
            case .quit: carryOut(workbench.apply(.quit))
            default: break
            }
        }
    }
}
