import Agents
import ArgumentParser
import Glibc
import Recording
import SessionHost

/// What `i` in a replay and in the workbench does: the same program again, from a snapshot.
struct BranchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branch",
        abstract: "Run a session's program again from one of its snapshots, in a branch.",
        discussion: """
            An agent of the catalogue goes on with its conversation up to there (see `start --from-snapshot`), with the \
            model and the permission mode that it was started with; any other \
            program is started anew, and the message is typed into it. The original is not touched.
            """)

    @Argument(help: "The snapshot, as `ah agent fs snapshots` lists them: SESSION@N.")
    var snapshot: String

    @Option(help: ArgumentHelp("What it is to do instead.", valueName: "text"))
    var message: String?

    @Flag(
        name: .customLong("trust-hooks"),
        help: "Let Codex run the hooks of this session, which it otherwise asks its user about.")
    var trustHooks = false

    @OptionGroup var recording: RecordOptions

    func validate() throws {
        guard recording.fromSnapshot == nil else {
            throw ValidationError("The snapshot is the argument: `ah agent branch SESSION@N`, without --from-snapshot.")
        }
        try recording.validate()
    }

    func run() throws {
        let desk = SnapshotDesk(environment: Program.environment)
        let found = try desk.snapshot(snapshot)
        let metadata = try Self.metadata(of: found.snapshot.session)
        guard !metadata.command.isEmpty else {
            throw Failure("the recording doesn't say which program it is of; use `ah agent record --from-snapshot`")
        }
        var options = recording
        options.fromSnapshot = snapshot
        if options.cwd == nil { options.cwd = metadata.cwd }
        if metadata.origin == "start", let agent = Self.agent(of: metadata) {
            var start = try AgentStartCommand.parse(["--agent", agent])
            start.prompt = message
            start.model = metadata.model
            start.permissionMode = metadata.permissionMode
            start.trustHooks = trustHooks
            if !trustHooks, Self.trustedHooks(metadata) {
                Program.complain(
                    "the original was started with --trust-hooks and this branch isn't: give --trust-hooks, and its tools "
                        + "are moments, too")
            }
            start.recording = options
            Glibc.exit(try AgentStart(start).run())
        }
        Glibc.exit(try RecordRun(options, command: metadata.command, injection: message).run())
    }

    private static func metadata(of session: String) throws -> SessionMetadata {
        let path = try CatalogueDesk.recording(session, environment: Program.environment)
        let reader = try RecordingReader.open(path: path)
        if let metadata = reader.summary?.metadata { return metadata }
        for event in reader.blocks.isEmpty ? [] : try reader.block(0).events {
            if case .metadata(let metadata) = event.kind { return metadata }
        }
        throw Failure("\(path): doesn't say which program it is of; use `ah agent record --from-snapshot`")
    }

    /// Whether the original's command line marks our hooks as trusted.
    private static func trustedHooks(_ metadata: SessionMetadata) -> Bool {
        metadata.command.contains { $0.hasPrefix("hooks.state=") }
    }

    /// The agent of the catalogue that was started then: by the name it was recorded with, else by its program.
    private static func agent(of metadata: SessionMetadata) -> String? {
        let catalogue = AgentShelf().catalogue
        if let name = metadata.agent, (try? catalogue.agent(name)) != nil { return name }
        return catalogue.agent(runBy: metadata.command)?.id
    }
}
