import Glibc
import Processes
import SessionHost
import Synchronization

/// Runs `ah` itself for what the command line has and the server need not have twice. Sessions that it starts are processes
/// of their own, which don't end with the server.
final class SessionLauncher: Sendable {
    private let executable: String
    private let environment: [String: String]
    /// The processes that are not waited for yet.
    private let children = Mutex<[Int32]>([])

    init(_ settings: ServiceSettings) {
        executable = settings.executable
        var environment = settings.environment
        // A session that the server may run in is none of the new one's business.
        for name in ["AH_SESSION_ID", "AH_RECORDER_IPC_SOCKET"] { environment[name] = nil }
        self.environment = environment
    }

    /// Starts a session; when this returns its host has it, or it has ended already.
    ///
    /// - Parameter arguments: for `ah`, given the session's id.
    /// - Returns: the session's id.
    func start(_ arguments: (_ sessionID: String) -> [String]) throws -> String {
        reap()
        let id = SessionFolders.newSessionID()
        // Its first snapshot is waited for, too.
        _ = try run(arguments(id), seconds: 120)
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

    /// Runs a command of `ah` that is nobody's answer; after so many seconds it goes on without being waited for.
    ///
    /// - Returns: whether it has ended well.
    func tend(_ arguments: [String], seconds: UInt64) throws(RESTError) -> Bool {
        reap()
        let child = try spawn(arguments, output: nil, try UnnamedFile())
        let deadline = MonotonicClock.now() + seconds * 1_000_000_000
        while MonotonicClock.now() < deadline {
            if let end = child.reap() { return end.shellStatus == 0 }
            var poller = Poller()
            poller.add(child.descriptor, .read)
            _ = poller.wait(milliseconds: 100)
        }
        keep(child)
        return false
    }

    /// Starts a command of `ah` and leaves it; ``reap()`` takes note of its end.
    func begin(_ arguments: [String]) throws(RESTError) {
        keep(try spawn(arguments, output: nil, try UnnamedFile()))
    }

    private func spawn(
        _ arguments: [String], output: UnnamedFile?, _ complaints: UnnamedFile
    ) throws(RESTError) -> ChildProcess {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        var launch = ChildProcess.Launch(
            arguments: [executable] + arguments, environment: environment, workingDirectory: "/")
        // Our listening socket would stay open as long as the session, and nobody could take our place.
        launch.inheritsNothing = true
        do {
            return try ChildProcess(
                launch, standardInput: null, standardOutput: output?.descriptor ?? null,
                standardError: complaints.descriptor)
        } catch {
            throw .internalFault("\(error)")
        }
    }

    private func keep(_ child: ChildProcess) { children.withLock { [pid = child.pid] in $0.append(pid) } }

    /// Takes note of those that ended.
    /// - Returns: how many have not.
    @discardableResult
    func reap() -> Int {
        children.withLock { children in
            children.removeAll { waitpid($0, nil, WNOHANG) != 0 }
            return children.count
        }
    }
}
