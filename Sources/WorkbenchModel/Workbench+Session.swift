extension Workbench {
    /// Commands about the session in the focused pane, or the one selected in the list.
    mutating func applyToSession(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
        if command == .paste { return paste() }
        if command == .copyMode { return copyMode() }
        if command == .sendPrefix { return focusedPane.map { [.sendPrefix($0.id)] } ?? [] }
        guard let session = meantSession else {
            say("there is no session here", isError: true)
            return []
        }
        let isRunning = sessions.entry(session)?.isRunning ?? true
        switch command {
        case .mark, .snapshot, .endSession, .prompt, .history, .ownSize:
            guard isRunning else {
                say("this session has ended", isError: true)
                return []
            }
        default: break
        }
        switch command {
        case .mark(let label?): return [.mark(session: session, label: label)]
        case .mark(nil): ask(.moment(session: session), "label of the moment: ", short: "label: ", history: "moment")
        case .snapshot: return [.snapshot(session: session)]
        case .ownSize: return [.ownSize(session: session)]
        case .endSession:
            mode = .confirm("end the session “\(title(of: session))”? y ends it", .end(session: session))
        case .prompt(let text?): return [.prompt(session: session, text: text)]
        case .prompt(nil):
            ask(.prompt(session: session), "prompt for \(title(of: session)): ", short: "prompt: ", history: "prompt")
        case .bisect(let test?): bisect(session, test)
        case .bisect(nil):
            ask(.bisect(session: session), "test command (fails when bad): ", short: "test: ", history: "test")
        case .replaySession: replay(session)
        default: return applyToFocusedSession(command, session)
        }
        return []
    }

    private mutating func applyToFocusedSession(
        _ command: WorkbenchCommand, _ session: String
    ) -> [WorkbenchEffect] {
        switch command {
        case .compare: return compare(session)
        case .adopt: askForAdoption(session)
        case .fanOut: return askForFanOut(session)
        default: break
        }
        guard let pane = focusedPane, focus == .panes else { return [] }
        switch command {
        case .history:
            guard case .session = pane.source, let path = sessions.entry(session)?.recordingPath else { return [] }
            change(
                pane.id,
                to: .recording(
                    RecordingPlace(
                        path: path, sessionID: session, start: .percent(100), startsPaused: true, returnsToLive: true)))
        case .files: return inspect(pane)
        case .tie: tie(pane)
        default: break
        }
        return []
    }

    /// The session that a command is about: the selected one of the list or of a comparison, else the focused pane's.
    private var meantSession: String? {
        if focus == .sessions { return sessions.selected }
        if case .comparison(let comparison) = focusedPane?.source { return comparison.selectedRow?.session }
        return focusedPane?.sessionID
    }

    func title(of session: String) -> String { sessions.entry(session)?.title ?? String(session.prefix(8)) }

    private mutating func replay(_ session: String) {
        guard let entry = sessions.entry(session) else { return }
        open(.recording(RecordingPlace(path: entry.recordingPath, sessionID: session)), besideFocus)
    }

    private mutating func paste() -> [WorkbenchEffect] {
        guard !clipboard.isEmpty else {
            say("nothing was copied yet")
            return []
        }
        return receivers.map { .type($0, clipboard) }
    }

    /// The same into one pane, as the middle button asks for.
    public mutating func paste(into pane: PaneID) -> [WorkbenchEffect] {
        guard let pane = panes[pane], pane.isLive else { return [] }
        guard !clipboard.isEmpty else {
            say("nothing was copied yet")
            return []
        }
        return [.type(pane.id, clipboard)]
    }
}
