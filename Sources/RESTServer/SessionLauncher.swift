import FoundationEssentials
import Glibc
import Processes
import SessionHost
import Synchronization

/// Runs `ah` itself for what the command line has and the server need not have twice. Sessions that it starts are processes
/// of their own, which don't end with the server.
final class SessionLauncher: Sendable {
    private let executable: String
    private let environment: [String: String]
    private let folders: SessionFolders
    /// The processes that are not waited for yet.
    private let children = Mutex<[Int32]>([])

    /// How long a session may take to start: its first snapshot is waited for, too.
    private static let patience: UInt64 = 60_000_000_000

    init(_ settings: ServiceSettings) {
        executable = settings.executable
        folders = settings.folders
        var environment = settings.environment
        // A session that the server may run in is none of the new one's business.
        for name in ["AH_SESSION_ID", "AH_RECORDER_IPC_SOCKET"] { environment[name] = nil }
        self.environment = environment
    }

    /// Starts a session and waits until it can be found.
    ///
    /// - Parameter arguments: for `ah`, given the session's id.
    /// - Returns: the session's id.
    func start(_ arguments: (_ sessionID: String) -> [String]) throws -> String {
        reap()
        let id = SessionFolders.newSessionID()
        let complaints = try UnnamedFile()
        let child = try spawn(arguments(id), output: nil, complaints)
        let deadline = MonotonicClock.now() + Self.patience
        while access(folders.facts(id), F_OK) != 0 {
            if let end = child.reap() {
                // One that was quick has left its recording.
                if isRecorded(id) { return id }
                throw RESTError.conflict(
                    complaints.complaint ?? "the session ended at once, with status \(end.shellStatus)")
            }
            guard MonotonicClock.now() < deadline else {
                child.signal(SIGTERM)
                keep(child)
                throw RESTError.noAnswer(
                    "the session didn't start within 60 s: \(complaints.complaint ?? "it gives no reason")")
            }
            var poller = Poller()
            poller.add(child.descriptor, .read)
            _ = poller.wait(milliseconds: 5)
        }
        keep(child)
        return id
    }

    /// Runs a command of `ah` to its end.
    ///
    /// - Returns: what it wrote.
    /// - Throws: `conflict` with its own words when it fails.
    func run(_ arguments: [String], seconds: UInt64 = 60) throws -> [UInt8] {
        let (output, complaints) = (try UnnamedFile(), try UnnamedFile())
        let child = try spawn(arguments, output: output, complaints)
        let deadline = MonotonicClock.now() + seconds * 1_000_000_000
        while true {
            if let end = child.reap() {
                guard end.shellStatus == 0 else {
                    throw RESTError.conflict(complaints.complaint ?? "it failed with status \(end.shellStatus)")
                }
                return output.bytes(limit: 4 << 20)
            }
            guard MonotonicClock.now() < deadline else {
                child.signal(SIGKILL)
                keep(child)
                throw RESTError.noAnswer("ah \(arguments.prefix(2).joined(separator: " ")) took more than \(seconds) s")
            }
            var poller = Poller()
            poller.add(child.descriptor, .read)
            _ = poller.wait(milliseconds: 100)
        }
    }

    private func spawn(
        _ arguments: [String], output: UnnamedFile?, _ complaints: UnnamedFile
    ) throws(RESTError) -> ChildProcess {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        do {
            return try ChildProcess(
                .init(arguments: [executable] + arguments, environment: environment, workingDirectory: "/"),
                standardInput: null, standardOutput: output?.descriptor ?? null,
                standardError: complaints.descriptor)
        } catch {
            throw .internalFault("\(error)")
        }
    }

    private func isRecorded(_ id: String) -> Bool {
        SessionDirectory(folders: folders).recorded().contains { $0.sessionID == id }
    }

    private func keep(_ child: ChildProcess) { children.withLock { [pid = child.pid] in $0.append(pid) } }

    /// Takes note of those that ended.
    func reap() { children.withLock { $0.removeAll { waitpid($0, nil, WNOHANG) != 0 } } }
}
