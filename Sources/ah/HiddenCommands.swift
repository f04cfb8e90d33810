import ArgumentParser
import Glibc
import SessionHost

/// Runs a session host; ``HostLauncher`` starts it.
struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: HostLauncher.subcommand, shouldDisplay: false)

    func run() throws {
        let status = HostLauncher.runHost()
        // The session is over and its file whole, whatever becomes of this.
        try? Upkeep.start(environment: Program.environment)
        Glibc.exit(status)
    }
}

/// Compacts a large recording after its session; ``BackgroundCompaction`` starts it.
struct CompactInBackgroundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: BackgroundCompaction.subcommand, shouldDisplay: false)

    @Argument var file: String
    @Argument var quality: String

    func run() throws {
        let problem = BackgroundCompaction.compact(path: file, quality: Int32(quality))
        Upkeep.run(environment: Program.environment)
        if let problem { throw Failure(problem) }
    }
}
