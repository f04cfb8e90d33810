import CPTY
import Glibc

/// A process that we started: waited for through a pidfd, reaped once.
public final class ChildProcess {
    public let pid: Int32
    /// Readable when the child has ended.
    public let descriptor: Int32
    private var termination: Termination?

    public enum Termination: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)

        /// As a shell reports it: the exit code, or 128 and the signal.
        public var shellStatus: Int32 {
            switch self {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        }
    }

    /// What to start: `arguments[0]` is the command, looked up in `environment`'s PATH as a shell would.
    public struct Launch {
        public var arguments: [String]
        public var environment: [String: String]
        public var workingDirectory: String?
        /// Made in this order in a mount namespace of the child's own; none: it shares ours.
        public var mounts: [NamespaceMount]
        /// Whether it gets its streams and no other open file of ours: for processes with sockets that a library made.
        /// Not for one with mounts of its own.
        public var inheritsNothing = false

        public init(
            arguments: [String], environment: [String: String], workingDirectory: String? = nil,
            mounts: [NamespaceMount] = []
        ) {
            self.arguments = arguments
            self.environment = environment
            self.workingDirectory = workingDirectory
            self.mounts = mounts
        }
    }

    /// Starts a child whose controlling terminal and standard streams are the PTY's slave.
    public convenience init(_ launch: Launch, on terminal: PseudoTerminal) throws(ProcessError) {
        try self.init(launch, slave: terminal.slavePath, descriptors: [-1, -1, -1])
    }

    /// Starts a child in a session of its own with these standard streams.
    public convenience init(
        _ launch: Launch, standardInput: Int32, standardOutput: Int32, standardError: Int32
    ) throws(ProcessError) {
        try self.init(launch, slave: nil, descriptors: [standardInput, standardOutput, standardError])
    }

    private init(_ launch: Launch, slave: String?, descriptors: [Int32]) throws(ProcessError) {
        pid =
            launch.mounts.isEmpty
            ? try launch.start(slave: slave, descriptors: descriptors)
            : try launch.startMounted(slave: slave, descriptors: descriptors)
        let pidfd = ah_pidfd_open(pid)
        if pidfd < 0 {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        descriptor = try ProcessError.check(pidfd, "watch", launch.arguments[0])
    }

    deinit { close(descriptor) }

    /// How the child ended; nil while it runs. Never waits.
    public func reap() -> Termination? {
        if let termination { return termination }
        var code: Int32 = -1
        var signal: Int32 = -1
        let result = ah_reap(pid, &code, &signal)
        if result == 1 { termination = signal >= 0 ? .signalled(signal) : .exited(code) }
        // ECHILD: somebody else reaped it, so its status is lost; saying "exit 0" would be a lie.
        if result < 0 { termination = .exited(255) }
        return termination
    }

    /// How the child ended, once it has.
    public func waitForEnd() -> Termination {
        while true {
            if let termination = reap() { return termination }
            var poller = Poller()
            poller.add(descriptor, .read)
            _ = poller.wait(milliseconds: nil)
        }
    }

    /// Sends a signal to the child's process group, once it has one, and else to the child. No-op after it was reaped.
    public func signal(_ number: Int32) {
        guard termination == nil else { return }
        if kill(-pid, number) != 0 { kill(pid, number) }
    }
}

extension ChildProcess.Launch {
    fileprivate func start(slave: String?, descriptors: [Int32]) throws(ProcessError) -> pid_t {
        if let directory = workingDirectory, access(directory, X_OK) != 0 {
            throw .workingDirectory(directory, code: errno)
        }
        let path = try executable()
        var pid: pid_t = 0
        let arguments = CStringTable(arguments)
        let variables = CStringTable(environment.map { "\($0.key)=\($0.value)" })
        let result = withExtendedLifetime((arguments, variables)) {
            ah_spawn(
                &pid, path, arguments.mutableBase, variables.mutableBase, workingDirectory, slave, descriptors,
                inheritsNothing ? 1 : 0)
        }
        if result == -ENOEXEC || result == -EACCES { throw .notExecutable(path) }
        _ = try ProcessError.check(result, "start", path)
        return pid
    }

    /// The file to execute for `arguments[0]`.
    public func executable() throws(ProcessError) -> String {
        guard let command = arguments.first, !command.isEmpty else { throw .commandNotFound("", path: "") }
        if command.contains("/") {
            let path = command.hasPrefix("/") ? command : workingDirectory.map { "\($0)/\(command)" } ?? command
            guard access(path, F_OK) == 0 else { throw .commandNotFound(command, path: "not searched") }
            guard Self.isExecutableFile(path) else { throw .notExecutable(path) }
            return path
        }
        var refused: String?
        for folder in searchPath.split(separator: ":", omittingEmptySubsequences: false) {
            let path = folder.isEmpty ? "./\(command)" : "\(folder)/\(command)"
            if Self.isExecutableFile(path) { return path }
            if refused == nil, access(path, F_OK) == 0 { refused = path }
        }
        if let refused { throw .notExecutable(refused) }
        throw .commandNotFound(command, path: searchPath)
    }

    /// The child's own PATH, or what a shell assumes without one.
    public static func searchPath(_ environment: [String: String]) -> String {
        environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    var searchPath: String { Self.searchPath(environment) }

    private static func isExecutableFile(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
