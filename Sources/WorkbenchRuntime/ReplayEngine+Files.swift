import Processes
import WorkbenchModel

extension ReplayEngine {
    /// Opens a snapshot's files over the screen.
    func inspect(_ number: UInt64) {
        do throws(ProcessError) {
            if files == nil { files = try FilesFetcher(filesSource) }
            carryOut(model.open(number))
        } catch {
            model.say("\(error)", isError: true)
        }
    }

    /// Fetches what the files' model wants to show, beside the loop.
    func fetch(_ request: FilesModel.Request) {
        if let answer = files?.ask(request) { carryOut(model.take(answer, for: request)) }
    }

    /// Takes over what was fetched.
    func receiveFiles() {
        guard let files else { return }
        needsDrawing = true
        for item in files.take() { carryOut(model.take(item.answer, for: item.request)) }
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
