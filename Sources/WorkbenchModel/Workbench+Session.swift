extension Workbench {
    /// Commands about the session in the focused pane, or the one selected in the list.
    mutating func applyToSession(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
        if command == .paste { return paste() }
        if command == .sendPrefix { return focusedPane.map { [.sendPrefix($0.id)] } ?? [] }
        let session = focus == .sessions ? sessions.selected : focusedPane?.sessionID
        guard let session else {
            say("there is no session here", isError: true)
            return []
        }
        let isRunning = sessions.entry(session)?.isRunning ?? true
        switch command {
        case .mark, .snapshot, .endSession, .prompt, .history:
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
        case .endSession:
            mode = .confirm("end the session “\(title(of: session))”? y ends it", .end(session: session))
        case .prompt(let text?): return [.prompt(session: session, text: text)]
        case .prompt(nil):
            ask(.prompt(session: session), "prompt for \(title(of: session)): ", short: "prompt: ", history: "prompt")
        case .bisect(let test?): return [.bisect(session: session, test: test)]
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
        case .adopt: return [.adopt(session: session)]
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
        case .copyMode: return [.capture(pane.id)]
        case .tie: tie(pane)
        default: break
        }
        return []
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

    private mutating func tie(_ pane: Pane) {}
    private mutating func compare(_ session: String) -> [WorkbenchEffect] { [] }
    private mutating func askForFanOut(_ session: String) -> [WorkbenchEffect] { [] }
    mutating func fanOut(_ form: Form, _ snapshot: String) -> [WorkbenchEffect] { [] }
}
