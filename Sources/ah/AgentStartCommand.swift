import Agents
import ArgumentParser
import Glibc

struct AgentStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start an agent of the catalogue and record it, with its tools as moments.",
        discussion: """
            `ah agent list` shows which agents there are. The agent's hooks are installed for this session only; its user's \
            and the project's own settings stay as they are. Inside a session that is recorded already, the agent runs in \
            it. What follows -- is given to the agent as it is.
            """)

    @Option(help: ArgumentHelp("The agent, as `ah agent list` names it.", valueName: "agent"))
    var agent: String

    @Option(help: "What the agent is to do.")
    var prompt: String?

    @Option(
        name: .customLong("prompt-file"),
        help: ArgumentHelp("A file with what the agent is to do; - is standard input.", valueName: "file"))
    var promptFile: String?

    @Option(help: "The model it is to use, as the agent calls it.")
    var model: String?

    @Option(
        name: .customLong("permission-mode"), help: ArgumentHelp("As the agent calls it.", valueName: "mode"))
    var permissionMode: String?

    @Flag(name: .customLong("non-interactive"), help: "It answers the prompt and ends, without asking anybody.")
    var nonInteractive = false

    @Flag(inversion: .prefixedNo, help: "Record the session.")
    var record = true

    @Flag(
        name: .customLong("trust-hooks"),
        help: "Let Codex run the hooks of this session, which it otherwise asks its user about.")
    var trustHooks = false

    @Flag(name: .customLong("no-hooks"), help: "Install no hooks: the agent's tools are no moments.")
    var noHooks = false

    @OptionGroup var recording: RecordOptions

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("Arguments for the agent, after --."))
    var extra: [String] = []

    func validate() throws {
        if prompt != nil && promptFile != nil {
            throw ValidationError("--prompt and --prompt-file exclude each other.")
        }
        if !record && recording.fromSnapshot != nil {
            throw ValidationError("--from-snapshot makes a session of its own, which is recorded.")
        }
        try recording.validate()
    }

    /// The agent's own arguments, without the `--` before them.
    var extraWords: [String] { extra.first == "--" ? Array(extra.dropFirst()) : extra }

    func run() throws {
        Glibc.exit(try AgentStart(self).run())
    }
}
