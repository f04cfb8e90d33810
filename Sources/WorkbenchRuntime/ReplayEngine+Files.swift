import WorkbenchModel

extension ReplayEngine {
    /// Opens a snapshot's files over the screen.
    func inspect(_ number: UInt64) {
        do {
            let browser =
                browser ?? SnapshotBrowser(sessionID: sessionID, stateFolder: stateFolder, searchPath: searchPath)
            self.browser = browser
            carryOut(model.open(try browser.open(number, label: label(of: number))))
        } catch {
            model.say("\(error)", isError: true)
        }
    }

    private func label(of number: UInt64) -> String {
        let point = model.timeline.snapshots.first { $0.id == number }
        let time = point.map { "  \(TimeText.text($0.milliseconds))" } ?? ""
        return (point?.label).map { $0.isEmpty ? time : "  “\($0)”\(time)" } ?? time
    }

    /// Fetches what the files' model wants to show. One folder or file at a time takes a few milliseconds.
    func fetch(_ request: FilesModel.Request) {
        guard let browser else { return }
        do {
            switch request {
            case .folder(let path): carryOut(model.show(try browser.entries(in: path), for: request))
            case .changes: carryOut(model.show(try browser.changes(), for: request))
            case .preview(let path, let isDiff):
                model.show(isDiff ? try browser.difference(of: path) : try browser.preview(of: path), for: request)
            }
        } catch {
            model.failFiles("\(error)")
        }
    }

    /// What a branch from one of this recording's snapshots takes; nil, with a message, where it can't be branched.
    func intervention(_ number: UInt64, _ message: String) -> Intervention? {
        guard !sessionID.isEmpty else {
            model.say("this recording doesn't say which session it is: it can't be branched", isError: true)
            return nil
        }
        let command = player.timeline.metadata?.command ?? []
        guard !command.isEmpty else {
            model.say(
                "the recording doesn't say which command it is of: “ah agent record --from-snapshot” takes one",
                isError: true)
            return nil
        }
        return Intervention(
            snapshot: "\(sessionID)@\(number)", command: command, folder: player.timeline.metadata?.cwd,
            message: message)
    }
}

/// What `i` in a replay asks for: a branch of this snapshot, with this message for its program.
public struct Intervention: Hashable, Sendable {
    /// `SESSION@N`.
    public var snapshot: String
    /// The recorded session's command.
    public var command: [String]
    /// Where it ran.
    public var folder: String?
    public var message: String
}
