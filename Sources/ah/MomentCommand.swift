import ArgumentParser
import SessionHost
import WorkbenchModel

struct MomentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moment",
        abstract: "Mark a moment in a running session; it is on disk when this returns.",
        discussion: "Inside a recorded session it is that one; outside, the one named with --session, or the newest.")

    @Argument(help: "The moment's label.")
    var label: String = "moment"

    @Option(help: "What kind of moment: manual, milestone, tool_boundary, …")
    var type: String = "manual"

    @Option(help: "More about it.")
    var description: String?

    @Option(help: "The session's id, the beginning of one, or its name.")
    var session: String?

    /// Those that the program itself gives or goes by; any other is the user's own.
    private static let types = [
        "manual", "milestone", "tool_boundary", "prompt", "question", "state", "shell_command", "error",
    ]

    func validate() throws {
        guard label.contains(where: { !$0.isWhitespace }) else { throw ValidationError("A moment needs a label.") }
        guard type.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--type takes a word.") }
        if let known = NearestName.mistyped(type, in: Self.types, within: 2) {
            throw ValidationError("“\(type)” is very near to the type “\(known)”: use that, or a word of its own.")
        }
    }

    func run() throws {
        let environment = Program.environment
        let (sessionID, socketPath) = try target(environment)
        let report = try SessionSteering(sessionID: sessionID, socketPath: socketPath).mark(
            MomentRequest(label: label, type: type, description: description))
        Program.say("\(report.moment.id)\t\(TimeFormat.text(report.time))\t\(report.moment.label)")
    }

    private func target(_ environment: [String: String]) throws -> (String, String) {
        if session == nil, let socket = environment["AH_RECORDER_IPC_SOCKET"], !socket.isEmpty {
            return (environment["AH_SESSION_ID"] ?? "", socket)
        }
        let facts = try CatalogueDesk.running(session, environment: environment)
        return (facts.sessionID, facts.socketPath)
    }
}

/// Times in what commands print: `1:02.345`.
enum TimeFormat {
    static func text(_ milliseconds: Int64) -> String {
        let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000)
        return "\(seconds / 60):\(padded(seconds % 60, 2)).\(padded(rest, 3))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
