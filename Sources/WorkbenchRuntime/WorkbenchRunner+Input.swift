import Display
import Keymaps
import Processes
import Rendering
import ScreenModel
import SessionHost
import WorkbenchModel

extension WorkbenchRunner {
    /// What the mouse holds.
    enum Drag {
        /// A border between panes.
        case border(before: PaneID, column: Int)
        /// A pane's bar: the edge above it.
        case bar(PaneID, row: Int)
        case timeline
        /// Text of a pane, from the cell of it where the button was pressed.
        case text(PaneID, from: Position, clicks: Int)
        /// The program's own: it gets all until the button is released.
        case program(PaneID)
    }

    /// Runs of plain keys for a program go out in one piece.
    func handle(_ events: [InputEvent]) {
        var forwarded: [UInt8] = []
        for event in events {
            if workbench.keyContext == .program, isForTheProgram(event) {
                forwarded += event.raw
                continue
            }
            forward(&forwarded)
            handle(event)
        }
        forward(&forwarded)
    }

    private func forward(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        for pane in workbench.receivers {
            guard case .session(let session) = workbench.panes[pane]?.source else { continue }
            connections[session]?.client.send(.input(bytes))
        }
        bytes = []
        awaitsEcho = true
        echoUntil = MonotonicClock.now() + 50_000_000
    }

    private func isForTheProgram(_ event: InputEvent) -> Bool {
        switch event.kind {
        case .key(let chord), .keyRepeat(let chord), .keyRelease(let chord):
            appearance.keymap.command(for: chord, in: .program) == nil
        case .paste, .focus, .unknown: true
        case .mouse, .reply: false
        }
    }

    func handle(_ event: InputEvent) {
        switch event.kind {
        case .key(let chord), .keyRepeat(let chord):
            needsDrawing = true
            echoUntil = MonotonicClock.now() + 50_000_000
            press(chord)
        case .mouse(let mouse): handle(mouse, event.raw)
        case .paste(let bytes):
            guard workbench.keyContext == .prompt else { return }
            carryOut(workbench.apply(.prompt(.insert(String(decoding: bytes, as: UTF8.self)))))
        case .reply(let reply): take(reply)
        case .keyRelease, .focus, .unknown: break
        }
    }

    private func take(_ reply: TerminalReply) {
        if case .color(.foreground, let color) = reply { foreground = color }
        if case .color(.background, let color) = reply { background = color }
        guard capabilities.apply(reply) else { return }
        encoder.capabilities = capabilities
        renderer = .init(appearance.renderer(for: capabilities))
        encoder.invalidate()
        needsDrawing = true
    }

    private func press(_ chord: KeyChord) {
        if case .confirm = workbench.mode {
            carryOut(workbench.confirm(chord == KeyChord(.character("y"))))
            return
        }
        let context = workbench.keyContext
        guard let command = appearance.keymap.command(for: chord, in: Self.mode(context)) else {
            if context == .prefix {
                _ = workbench.apply(.cancel)
                workbench.say(
                    "\(workbench.keys.prefix) \(chord) does nothing; \(workbench.keys.prefix) ? shows the keys")
            }
            updatePrefix()
            return
        }
        carryOut(workbench.apply(command))
        updatePrefix()
    }

    /// After the prefix and a short wait the possible keys are shown.
    private func updatePrefix() {
        showsKeys = false
        keysDeadline = workbench.mode == .prefix ? MonotonicClock.now() + 600_000_000 : nil
    }

    private static func mode(_ context: Workbench.KeyContext) -> Keymap.Mode {
        switch context {
        case .program: .program
        case .prefix: .prefix
        case .replay: .replay
        case .files: .files
        case .sessions: .sessions
        case .comparison: .comparison
        case .prompt: .prompt
        case .help: .help
        case .text: .text
        case .copy: .copy
        }
    }

    // MARK: The mouse

    private func handle(_ mouse: MouseEvent, _ raw: [UInt8]) {
        let regions = workbench.regions
        if case .program(let pane) = drag {
            send(mouse, to: pane)
            if mouse.action == .release { drag = nil }
            return
        }
        switch mouse.action {
        case .press: press(mouse, regions)
        case .drag: move(mouse)
        case .release:
            if case .text(let pane, _, _) = drag { finishSelection(in: pane) }
            drag = nil
        case .wheel: wheel(mouse, regions)
        case .move: if let pane = pane(at: mouse.position), pane == workbench.focusedPane?.id { send(mouse, to: pane) }
        }
    }

    private func pane(at position: Position) -> PaneID? {
        guard let tab = workbench.tab, !workbench.regions.isSidebarAlone else { return nil }
        if let floating = tab.floating, tab.floatingFrame(in: workbench.regions.panes)?.contains(position) == true {
            return floating
        }
        let frames = tab.frames(in: workbench.regions.panes)
        return frames.pane(at: position)
    }

    private func press(_ mouse: MouseEvent, _ regions: Workbench.Regions) {
        needsDrawing = true
        if workbench.mode != .normal {
            _ = workbench.apply(.cancel)
            return
        }
        if mouse.position.row == regions.timeline {
            drag = .timeline
            seek(mouse)
        } else if regions.sidebar?.contains(mouse.position) == true {
            guard let session = renderer.session(atRow: mouse.position.row, of: workbench) else { return }
            workbench.sessions.select(session)
            carryOut(workbench.apply(.sessions(.open)))
        } else if mouse.position.row == regions.bottom {
            if let command = renderer.command(atColumn: mouse.position.column, of: workbench) {
                carryOut(workbench.apply(command))
            }
        } else if let pane = pane(at: mouse.position) {
            press(mouse, in: pane)
        } else if let tab = workbench.tab {
            let border = tab.frames(in: regions.panes).borders.first { $0.rect.contains(mouse.position) }
            if let border { drag = .border(before: border.before, column: mouse.position.column) }
        }
    }

    private func press(_ mouse: MouseEvent, in pane: PaneID) {
        guard let tab = workbench.tab else { return }
        let rect = workbench.frames(of: tab).panes[pane]
        let wasFocused = workbench.focusedPane?.id == pane && workbench.focus == .panes
        workbench.focus(on: pane)
        if mouse.position.row == rect?.row {
            drag = .bar(pane, row: mouse.position.row)
        } else if wantsMouse(pane), !mouse.modifiers.contains(.shift) {
            if wasFocused, send(mouse, to: pane) { drag = .program(pane) }
        } else {
            pressText(mouse, in: pane)
        }
    }

    private func move(_ mouse: MouseEvent) {
        needsDrawing = true
        switch drag {
        case .timeline: seek(mouse)
        case .border(let before, let column):
            workbench.resize(before, .right, by: mouse.position.column - column)
            drag = .border(before: before, column: mouse.position.column)
        case .bar(let pane, let row):
            workbench.resize(pane, .up, by: row - mouse.position.row)
            drag = .bar(pane, row: mouse.position.row)
        case .text(let pane, let start, let clicks): select(mouse, in: pane, from: start, clicks)
        case .program, nil: break
        }
    }

    private func seek(_ mouse: MouseEvent) {
        guard let pane = workbench.focusedPane, let engine = engines[pane.id], let row = workbench.regions.timeline
        else {
            return
        }
        let layout = ReplayLayout(timeline: row, bottom: row)
        let time = layout.time(
            atColumn: mouse.position.column, in: workbench.window, duration: engine.model.timeline.duration)
        engine.carryOut(engine.model.seek(to: time))
        follow(pane.id)
    }

    private func wheel(_ mouse: MouseEvent, _ regions: Workbench.Regions) {
        needsDrawing = true
        let isUp = mouse.button == .wheelUp || mouse.button == .wheelLeft
        if regions.sidebar?.contains(mouse.position) == true {
            _ = workbench.apply(.sessions(isUp ? .up : .down))
        } else if mouse.position.row == regions.timeline, let pane = workbench.focusedPane?.id {
            apply(.scrub(milliseconds: isUp ? -1000 : 1000), toPlayerOf: pane)
        } else if let pane = pane(at: mouse.position), workbench.panes[pane]?.copying != nil {
            workbench.scrollCopying(pane, by: isUp ? -3 : 3)
        } else if let pane = pane(at: mouse.position), !send(mouse, to: pane) {
            switch workbench.panes[pane]?.source {
            case .session: wheel(up: isUp, overProgramOf: pane)
            case .files: wheel(up: isUp, at: mouse.position, overFilesOf: pane)
            case .recording: apply(.pan(rows: isUp ? -3 : 3, columns: 0), toPlayerOf: pane)
            default: break
            }
        }
    }

    /// - Returns: whether the pane's program wants it and got it.
    @discardableResult
    private func send(_ mouse: MouseEvent, to pane: PaneID) -> Bool {
        guard let tab = workbench.tab, case .session(let session) = workbench.panes[pane]?.source,
            let connection = connections[session]
        else { return false }
        let content = workbench.content(of: pane, in: workbench.frames(of: tab))
        let origin = WorkbenchRenderer.origin(connection.frame, in: content.size)
        guard let bytes = MouseReport.bytes(for: mouse, in: content, origin: origin, modes: connection.modes) else {
            return false
        }
        connection.client.send(.input(bytes))
        return true
    }
}
