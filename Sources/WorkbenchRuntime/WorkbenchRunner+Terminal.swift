import Display
import Glibc
import Processes
import ScreenModel
import SessionHost
import WorkbenchModel

extension WorkbenchRunner {
    /// Draws when something changed and the terminal has taken the last picture: an answer to a key at once, other things
    /// sixty times a second.
    func draw(_ now: UInt64) throws {
        let visible = visibleConnections
        let isNew = needsDrawing || visible.contains(where: { !$0.isDrawn })
        guard isNew, tty.pendingOutput == 0, now >= nextDrawing || now < echoUntil else { return }
        nextDrawing = now + Self.frameInterval
        let rows = redrawnRows(visible)
        if rows == nil { drawAll() }
        needsDrawing = false
        try encoder.withEncoded(surface, rows: rows) { _ = try tty.write($0) }
        for connection in visible { connection.wasDrawn() }
        try mirror()
        acknowledge()
    }

    /// Draws again what alone has changed most often, where a key was echoed: some rows of programs' screens.
    ///
    /// - Returns: the rows of the surface that may be other now; nil where all must be drawn.
    private func redrawnRows(_ visible: [LiveConnection]) -> ClosedRange<Int>? {
        guard !needsDrawing, !showsKeys, visible.allSatisfy({ !$0.needsDrawing && $0.change != .whole }) else {
            return nil
        }
        var all = FrameChange.nothing
        for id in workbench.visiblePanes {
            guard case .session(let session) = workbench.panes[id]?.source, let connection = connections[session],
                case .rows(let changed) = connection.change
            else { continue }
            guard let rows = renderer.redraw(changed, of: connection.frame, in: id, workbench, on: &surface) else {
                return nil
            }
            all.formUnion(.rows(rows))
        }
        guard case .rows(let rows) = all else { return nil }
        return rows
    }

    private func drawAll() {
        var frames: [PaneID: Frame] = [:]
        for id in workbench.visiblePanes {
            if let engine = engines[id] {
                engine.prepareFrame()
                if engine.model != workbench.panes[id]?.replay { workbench.update(id) { $0.replay = engine.model } }
                frames[id] = engine.frame
            } else if case .session(let session) = workbench.panes[id]?.source {
                frames[id] = connections[session]?.frame
            }
        }
        renderer.draw(workbench, frames: frames, showsKeys: showsKeys, on: &surface)
    }

    private var visibleConnections: [LiveConnection] {
        workbench.visiblePanes.compactMap { id in
            if case .session(let session) = workbench.panes[id]?.source { return connections[session] }
            return nil
        }
    }

    /// Hosts send the next frame when the terminal has this one: a slow line misses frames, and holds nothing up.
    func acknowledge() {
        guard tty.pendingOutput == 0 else { return }
        for connection in visibleConnections where connection.isDrawn { connection.acknowledge() }
    }

    /// The outer terminal must send what the focused pane's program asked for: mouse, paste, focus, keyboard.
    private func mirror() throws {
        var modes = Modes()
        modes.bracketedPaste = true
        var title = "ah"
        if workbench.focus == .panes, let pane = workbench.focusedPane {
            if case .session(let session) = pane.source, let connection = connections[session] {
                if workbench.keyContext == .program || workbench.keyContext == .prefix { modes = connection.modes }
                title = connection.frame.title.isEmpty ? connection.facts.title : connection.frame.title
            } else if let replay = pane.replay {
                title = "ah: \(replay.name)"
            }
        }
        if modes != mirrored {
            try tty.mirror(modes, atLeast: .drag)
            mirrored = modes
        }
        if title != titleShown {
            titleShown = title
            try tty.setTitle(title)
        }
    }

    /// Waits for keys, signals, hosts, programs that start sessions, or the next thing that is due.
    func wait() throws {
        poller.removeAll()
        let hasRoom = connections.values.allSatisfy(\.client.hasRoom)
        let ttyInterest: Poller.Interest = hasRoom ? .read : []
        let ttyIndex = poller.add(tty.descriptor, tty.pendingOutput > 0 ? ttyInterest.union(.write) : ttyInterest)
        let signalIndex = poller.add(signals.descriptor, .read)
        let hosts = connections.values.map { connection in
            (
                connection,
                poller.add(connection.client.descriptor, connection.client.wantsToWrite ? [.read, .write] : .read)
            )
        }
        let running = jobs.map { pane, job in (pane, job, job.descriptors.map { poller.add($0, .read) }) }
        let indexIndex = poller.add(index.descriptor, .read)
        let files = browsers.map { ($0.key, $0.value, poller.add($0.value.descriptor, .read)) }
        let starting = launchers.values.map { ($0, poller.add($0.descriptor, .read)) }
        guard poller.wait(milliseconds: timeout(), awakeFor: awaitsEcho ? Poller.echoTime : 0) else { return }
        awaitsEcho = false
        // Before input: what is typed after a window changed is meant for the new size.
        if poller.isReadable(signalIndex) { try handleSignals() }
        for (connection, index) in hosts {
            if poller.isReadable(index) { receive(connection) }
            if poller.isWritable(index) { connection.client.flush() }
        }
        for (pane, job, indices) in running where indices.contains(where: { poller.isReadable($0) }) {
            receive(job, in: pane)
        }
        for (launcher, index) in starting where poller.isReadable(index) { finish(launcher) }
        for (pane, browser, index) in files where poller.isReadable(index) { receive(browser, pane) }
        if poller.isReadable(indexIndex) {
            if let problem = index.take() { workbench.say(problem, isError: true) }
            updateSessions()
            if let name = awaited {
                awaited = nil
                carryOut(workbench.apply(.workbench(.openSession(name))))
            }
        }
        if poller.isReadable(ttyIndex) { readTerminal() }
        if poller.isWritable(ttyIndex) {
            try tty.flush()
            acknowledge()
        }
    }

    private func timeout() -> Int {
        let now = MonotonicClock.now()
        var due = min(nextIndex, nextTick)
        for deadline in [escapeDeadline, messageDeadline, keysDeadline, nextKeeping] {
            due = min(due, deadline ?? .max)
        }
        for capture in captures.values { due = min(due, capture.due) }
        for engine in engines.values { due = min(due, engine.deadline(now) ?? .max) }
        let isNew = needsDrawing || visibleConnections.contains(where: { !$0.isDrawn })
        if isNew, tty.pendingOutput == 0 { due = min(due, now < echoUntil ? now : nextDrawing) }
        return due <= now ? 0 : Int((due - now + 999_999) / 1_000_000)
    }

    private func receive(_ connection: LiveConnection) {
        for item in connection.receive() {
            switch item {
            case .message(let text, let isError): workbench.say(text, isError: isError)
            case .bell: if isFocused(connection) { _ = try? tty.write([7]) }
            case .clipboard(let selection, let base64):
                // Only what the program of the focused pane sets reaches the clipboard; what it asks to read does not.
                if base64 != "?", isFocused(connection) {
                    _ = try? tty.write(Array("\u{1B}]52;\(selection);\(base64)\u{7}".utf8))
                }
            case .notification(let text): workbench.say("\(connection.facts.title): \(text)")
            case .state: updateSessions()
            case .ended: ended(connection)
            }
        }
    }

    private func isFocused(_ connection: LiveConnection) -> Bool {
        workbench.focusedPane?.source == .session(connection.sessionID)
    }

    /// A shell that a pane was opened for and that ended well takes its pane along, as in any multiplexer.
    private func ended(_ connection: LiveConnection) {
        connections[connection.sessionID] = nil
        refreshSessions()
        needsDrawing = true
        if connection.exit?.code == 0, connection.exit?.signal == nil, shells.contains(connection.sessionID) {
            shells.remove(connection.sessionID)
            for pane in workbench.panes.values where pane.source == .session(connection.sessionID) {
                workbench.close(pane.id)
            }
            workbench.say("the shell ended; its recording is \(connection.sessionID.prefix(8))")
            return
        }
        workbench.ended(connection.sessionID, recording: connection.recordingPath)
    }

    private func readTerminal() {
        var events: [InputEvent] = []
        let result = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            let result = tty.read(into: buffer)
            if case .bytes(let count) = result {
                events = parser.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return result
        }
        if result == .closed { outcome = 128 + SIGHUP }
        escapeDeadline = parser.hasPending ? MonotonicClock.now() + 25_000_000 : nil
        handle(events)
    }

    private func handleSignals() throws {
        while let signal = signals.next() {
            switch signal {
            case SIGWINCH: resized()
            case SIGTERM, SIGINT, SIGHUP: outcome = 128 + signal
            case SIGTSTP: try suspend()
            default: break
            }
        }
    }

    /// Gives the terminal to the shell until it continues us.
    func suspend() throws {
        tty.suspend()
        raise(SIGSTOP)
        try tty.resume()
        for engine in engines.values { engine.clock.move(to: engine.player.time, at: MonotonicClock.now()) }
        mirrored = nil
        encoder.invalidate()
        resized()
    }

    private func resized() {
        needsDrawing = true
        let window = tty.size
        guard window != workbench.window else { return }
        workbench.resize(to: window)
        surface = Surface(size: window)
        encoder.invalidate()
        nextDrawing = 0
        // At once: what is typed next is meant for programs that know the new size.
        reconcile()
    }
}
