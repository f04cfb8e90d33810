import Glibc
import Processes

/// Runs a program in this terminal, in this process's place but for what has to be cleaned up after it.
enum ForegroundChild {
    /// - Returns: its exit status, as a shell reports it.
    static func run(
        _ words: [String], environment: [String: String], workingDirectory: String?
    ) throws -> Int32 {
        if let workingDirectory, chdir(workingDirectory) != 0 {
            throw ProcessError.workingDirectory(workingDirectory, code: errno)
        }
        let path = try ChildProcess.Launch(arguments: words, environment: environment).executable()
        // What the terminal sends goes to the child as well, which decides; the rest is handed on.
        let signals = try SignalQueue([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCHLD])
        let pid = try start(path, words, environment)
        while true {
            var poller = Poller()
            poller.add(signals.descriptor, .read)
            guard poller.wait(milliseconds: nil) else { continue }
            while let signal = signals.next() {
                if signal == SIGTERM || signal == SIGHUP { kill(pid, signal) }
                if signal == SIGCHLD, let status = reap(pid) { return status }
            }
        }
    }

    private static func reap(_ pid: pid_t) -> Int32? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Not in a session of its own: the terminal stays the child's.
    private static func start(_ path: String, _ words: [String], _ environment: [String: String]) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, nil, &attributes, arguments, variables)
        guard code == 0 else { throw ProcessError.system(operation: "start", target: path, code: code) }
        return pid
    }
}
