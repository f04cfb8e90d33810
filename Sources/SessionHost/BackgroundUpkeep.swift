import CPTY
import Glibc
import Processes

/// What is done after a session's end and nobody waits for: its text is read into the search index, retention's limits
/// are applied and space is freed, by a short-lived process of its own, so that no host carries a database with it.
public enum BackgroundUpkeep {
    /// The hidden subcommand that does it.
    public static let subcommand = "__upkeep"

    /// Lets other processes go first.
    public static func goSecond() { ah_thread_nice(10) }

    /// Uses processor and disk only where nobody else wants them, as do the programs started from here on.
    public static func goLast() { ah_thread_idle() }

    public static func start(executable: String, environment: [String: String]) throws(ProcessError) {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        _ = try ChildProcess(
            .init(arguments: [executable, subcommand], environment: environment, workingDirectory: "/"),
            standardInput: null, standardOutput: null, standardError: null)
    }
}
