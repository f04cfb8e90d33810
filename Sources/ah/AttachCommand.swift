import ArgumentParser
import Glibc
import Recording
import SessionHost
import WorkbenchModel
import WorkbenchRuntime

struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Watch a running session again.")

    @Argument(help: "The session's id, the beginning of one, or its name; the newest without it.")
    var session: String?

    @Option(help: "Where to show the signs of moments and snapshots: left, right or none.")
    var gutter: GutterOption = .right

    @Flag(help: "This window alone sets the session's size, whatever others show it.")
    var ownSize = false

    func run() throws {
        let environment = Program.environment
        let facts = try CatalogueDesk.running(session, environment: environment)
        let client = try HostClient(sessionID: facts.sessionID, socketPath: facts.socketPath)
        guard isatty(0) == 1, isatty(1) == 1 else { throw Failure("attach needs a terminal") }
        let watch = try Watch(
            environment: environment, gutter: gutter.gutter, awaitsAnswers: false, keymap: Preferences.keymap,
            theme: Preferences.theme)
        let outcome = watch.run(client, title: facts.name ?? CommandText.text(facts.command), setsSize: ownSize)
        let report = WatchReport(sessionID: facts.sessionID, recordingPath: facts.recordingPath)
        Glibc.exit(try report.report(outcome, remarks: watch.remarks))
    }
}
