import ArgumentParser
import Glibc

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record a program's terminal session.",
        discussion: """
            The program runs in a terminal of its own. Without options you watch it full screen: all keys are its own but \
            the prefix C-b (C-b ? shows what follows it). Detach with C-b d: the session and its recording go on, and \
            `ah attach` shows it again. The exit status is the program's (128 + signal when it was killed).
            """)

    @OptionGroup var recording: RecordOptions

    @Option(
        help: ArgumentHelp(
            "Type this into the program once it is ready, and Enter after it; recorded with the branch.",
            valueName: "text"))
    var inject: String?

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The program and its arguments, after --.", valueName: "cmd"))
    var command: [String] = []

    func validate() throws {
        try recording.validate()
        // What comes before `--` is for this command, not the program to be run.
        if let first = command.first, first != "--", first.hasPrefix("-") {
            if first == "--help" || first == "-h" { throw CleanExit.helpRequest(self) }
            throw ValidationError("Unknown option \(first). The program and its own options go after --.")
        }
        if words.isEmpty {
            throw ValidationError("Which program? Write it after --, as in: ah agent record -- claude")
        }
    }

    /// The command without the `--` before it.
    var words: [String] { command.first == "--" ? Array(command.dropFirst()) : command }

    func run() throws {
        Glibc.exit(try RecordRun(recording, command: words, injection: inject).run())
    }
}
