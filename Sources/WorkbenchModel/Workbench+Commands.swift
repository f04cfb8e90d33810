import ScreenModel

extension Workbench {
    /// What keys mean now; the keymap has a section for each.
    public enum KeyContext: Hashable, Sendable {
        /// A program gets them.
        case program
        case prefix
        case replay, files, sessions, comparison, prompt, help, text, copy
    }

    public var keyContext: KeyContext {
        switch mode {
        case .prefix: return .prefix
        case .prompt, .palette, .form: return .prompt
        case .confirm, .help: return .help
        case .normal: return focusedKeys
        }
    }

    /// The same as long as nothing asks for something.
    public var focusedKeys: KeyContext {
        guard focus == .panes, let pane = focusedPane else { return .sessions }
        if pane.copying != nil { return .copy }
        if case .prompt = pane.replay?.mode { return .prompt }
        if pane.files?.prompt != nil { return .prompt }
        switch pane.source {
        case .session: return .program
        case .recording: return .replay
        case .files: return .files
        case .comparison: return .comparison
        case .starting, .failed, .text, .job: return .text
        }
    }

    /// Does what a command says, and returns what is left to do outside.
    public mutating func apply(_ command: Command) -> [WorkbenchEffect] {
        let wasPrefix = mode == .prefix
        if wasPrefix { mode = .normal }
        message = nil
        switch command {
        case .workbench(let command): return apply(command)
        case .sessions(let command): return apply(command)
        case .prompt(let edit): return apply(edit)
        case .help: return toggleHelp()
        case .cancel where mode != .normal: return leaveMode()
        case .quit where mode != .normal: return leaveMode()
        case .pan(let rows, _):
            if case .help(let scroll) = mode {
                mode = .help(scroll: max(0, scroll + rows))
                return []
            }
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        default: break
        }
        guard focus == .panes, let pane = focusedPane else { return command == .quit ? [.detach] : [] }
        return applyToPane(command, pane)
    }

    private mutating func toggleHelp() -> [WorkbenchEffect] {
        if case .help = mode { mode = .normal } else { mode = .help(scroll: 0) }
        return []
    }

    private mutating func leaveMode() -> [WorkbenchEffect] {
        mode = .normal
        return []
    }

    /// What the focused pane makes of a command.
    private mutating func applyToPane(_ command: Command, _ pane: Pane) -> [WorkbenchEffect] {
        if case .copy(let command) = command { return apply(command, to: pane.id) }
        if pane.copying != nil, command == .cancel || command == .quit { return apply(.leave, to: pane.id) }
        switch pane.source {
        case .recording(let place):
            switch command {
            case .quit: return leaveRecording(pane, place)
            case .cancel where place.returnsToLive && pane.replay?.work == nil: return leaveRecording(pane, place)
            case .inspect: return inspect(pane)
            case .intervene, .interveneAtOnce: return intervene(pane, atOnce: command == .interveneAtOnce)
            case .toEnd where place.returnsToLive: return leaveRecording(pane, place)
            case .mark where pane.sessionID.flatMap(sessions.entry)?.isRunning == true:
                return apply(.workbench(.mark(nil)))
            default: return [.replay(pane.id, command)]
            }
        case .files:
            switch command {
            case .quit, .cancel:
                if pane.files?.hasMore == true { return [.files(pane.id, .cancel)] }
                close(pane.id)
                return []
            case .intervene, .interveneAtOnce: return intervene(pane, atOnce: command == .interveneAtOnce)
            default: return [.files(pane.id, command)]
            }
        case .session:
            switch command {
            case .intervene, .interveneAtOnce: return intervene(pane, atOnce: command == .interveneAtOnce)
            case .inspect: return inspect(pane)
            default: return []
            }
        case .text, .job: return read(command, pane)
        case .starting, .failed, .comparison:
            if command == .quit || command == .cancel { close(pane.id) }
            return []
        }
    }

    private mutating func leaveRecording(_ pane: Pane, _ place: RecordingPlace) -> [WorkbenchEffect] {
        if place.returnsToLive, let session = place.sessionID {
            change(pane.id, to: .session(session))
        } else {
            close(pane.id)
        }
        return []
    }

    private mutating func read(_ command: Command, _ pane: Pane) -> [WorkbenchEffect] {
        switch command {
        case .quit, .cancel: close(pane.id)
        case .pan(let rows, _):
            update(pane.id) { pane in
                if case .text(var page) = pane.source {
                    page.scroll(by: rows)
                    pane.source = .text(page)
                } else {
                    pane.output.scroll(by: rows)
                }
            }
        default: break
        }
        return []
    }

    /// The snapshot that a pane stands at: of its playhead, of its files, or the session's newest.
    func snapshot(at pane: Pane) -> (session: String, number: UInt64)? {
        guard let session = pane.sessionID else { return nil }
        switch pane.source {
        case .recording:
            guard let replay = pane.replay else { return nil }
            return replay.timeline.snapshot(at: replay.target ?? replay.playhead).map { (session, $0.id) }
        case .files(let place): return (pane.files?.snapshot ?? place.snapshot).map { (session, $0) }
        default: return pane.live.timeline.snapshots.last.map { (session, $0.id) }
        }
    }

    /// Files left, player right.
    mutating func inspect(_ pane: Pane) -> [WorkbenchEffect] {
        guard let place = snapshot(at: pane) else {
            say("there is no snapshot at or before this time", isError: true)
            return []
        }
        let source = Pane.Source.files(
            FilesPlace(session: place.session, snapshot: place.number, player: pane.id))
        let open = panes.values.first { other in
            if case .files(let files) = other.source { return files.player == pane.id }
            return false
        }
        if let open {
            focus(on: open.id)
            return [.files(open.id, .goTo(.snapshot(place.number)))]
        } else {
            self.open(source, .beside(pane.id, .left))
        }
        return []
    }
}
