// ah: the command line. One file per subcommand; each parses its arguments, builds what it needs explicitly, and says
// what went wrong in one line. No logic of its own beyond that.

import Access
import Agents
import ArgumentParser
import Catalog
import Display
import Emulation
import Glibc
import Playback
import Recording
import Processes
import SessionHost
import Snapshots
import WorkbenchRuntime

struct AhCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ah",
        abstract: "Records, replays and inspects the terminal sessions of coding agents.",
        discussion: """
            Without arguments, ah opens the workbench: all sessions, live and recorded, side by side. Where there are none \
            yet, it records a short demonstration on this machine.

            Recordings go to $AH_HOME/recordings (by default ~/.local/state/agent-harbor/recordings).
            """,
        version: Program.version,
        subcommands: [
            AgentCommand.self, SessionCommand.self, AttachCommand.self, CatalogCommand.self, ServeCommand.self,
            TokenCommand.self, RetentionCommand.self, ConfigCommand.self, UpkeepCommand.self, HostCommand.self,
            CompactInBackgroundCommand.self,
        ])

    /// The program's entry: parses, runs, and ends with the status that the subcommand decided.
    static func start() -> Never {
        HookCommand.runIfCalled()
        // A reader that goes away early (`ah … | head`) is no crash: writes fail with EPIPE instead.
        signal(SIGPIPE, SIG_IGN)
        // Past a limit on the size of files, a write fails with EFBIG and the recorder says so, as for a full disk.
        signal(SIGXFSZ, SIG_IGN)
        do {
            try Terminal.checkLibrary()
            var command = try parseAsRoot()
            try command.run()
            Glibc.exit(0)
        } catch let failure as Failure {
            Program.complain(failure.message)
            Glibc.exit(failure.status)
        } catch let error as SessionError {
            Program.complain("\(error)")
            Glibc.exit(error.shellStatus)
        } catch let error as CatalogError {
            Program.complain("\(error)")
            Glibc.exit(error.shellStatus)
        } catch let error
            where error is RecordingError || error is PlaybackError || error is DisplayError
            || error is EmulationError || error is SnapshotError || error is ProcessError
            || error is AccessError || error is ReplayError || error is AgentError
        {
            Program.complain("\(error)")
            Glibc.exit(1)
        } catch {
            exit(withError: error)
        }
    }

    @OptionGroup var workbench: WorkbenchArguments

    func run() throws {
        Glibc.exit(try workbench.run())
    }
}

struct AgentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Record, replay and inspect agents' sessions.",
        subcommands: [
            AgentListCommand.self, AgentStartCommand.self, ExplainCommand.self, RecordCommand.self, ReplayCommand.self,
            BranchCommand.self,
            BranchPointsCommand.self, MomentCommand.self, VerifyCommand.self, CompactCommand.self, FsCommand.self,
            BisectCommand.self, CompareCommand.self, PromptCommand.self, AnswerCommand.self, StopCommand.self,
            KillCommand.self,
            PauseCommand.self, ResumeCommand.self,
        ])
}
