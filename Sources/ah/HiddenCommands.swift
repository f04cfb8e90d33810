import ArgumentParser
import Glibc
import SessionHost

/// Runs a session host; ``HostLauncher`` starts it.
struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: HostLauncher.subcommand, shouldDisplay: false)

    func run() throws {
        Glibc.exit(HostLauncher.runHost())
    }
}

/// Compacts a large recording after its session; ``BackgroundCompaction`` starts it.
struct CompactInBackgroundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: BackgroundCompaction.subcommand, shouldDisplay: false)

    @Argument var file: String
    @Argument var quality: String

    func run() throws {
        if let problem = BackgroundCompaction.compact(path: file, quality: Int32(quality)) { throw Failure(problem) }
    }
}
