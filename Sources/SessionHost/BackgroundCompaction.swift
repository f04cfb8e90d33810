import CPTY
import Glibc
import Processes
import Recording

/// Compaction of recordings that are too large for anybody to wait for.
public enum BackgroundCompaction {
    /// The hidden subcommand that compacts a file: path, then a quality or `auto`.
    public static let subcommand = "__compact"

    public static func isDue(_ outcome: RecordingOutcome) -> Bool {
        outcome.isComplete && outcome.compacted == nil && outcome.problem == nil
    }

    /// Compacts in this process, if it is due; nobody waits, so others go first.
    static func runHere(path: String, outcome: RecordingOutcome, quality: Int32?) {
        guard isDue(outcome) else { return }
        _ = compact(path: path, quality: quality)
    }

    /// - Returns: a line for the user when it failed. The file is as it was then.
    public static func compact(path: String, quality: Int32?) -> String? {
        ah_thread_nice(10)
        do {
            try Compaction.compact(path: path, quality: quality)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Starts a process of its own that compacts the file.
    public static func start(
        path: String, quality: Int32?, executable: String, environment: [String: String]
    ) throws(ProcessError) {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let arguments = [executable, subcommand, path, quality.map { "\($0)" } ?? "auto"]
        _ = try ChildProcess(
            .init(arguments: arguments, environment: environment), standardInput: null, standardOutput: null,
            standardError: null)
    }
}
