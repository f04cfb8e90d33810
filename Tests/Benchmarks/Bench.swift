import FoundationEssentials
import Glibc
import Processes
import ScreenModel
import TestSupport

/// What the benchmarks of the built program share: a folder, an environment, sessions in a terminal that we drain.
struct Bench {
    let folder: TemporaryFolder
    let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        environment = TestEnvironment.variables(home: folder.path, adding: ["AH_RUNTIME_DIR": "\(folder.path)/run"])
    }

    /// Of the program that runs now: the benchmarks play the children's parts, too.
    static let own = BuiltProduct.path("ah-benchmarks")

    /// How a command is watched while it is measured.
    enum Way: String, CaseIterable {
        case raw = "raw PTY"
        case headless = "ah, headless"
        case viewer = "ah, viewer"
        case tmux = "tmux"
    }

    /// The command line that runs `command` (shell words that need no quoting) in this way.
    func arguments(_ way: Way, _ command: String) -> [String] {
        switch way {
        case .raw: ["/bin/sh", "-c", "exec \(command)"]
        case .headless:
            [
                BuiltProduct.ah, "agent", "record", "--headless", "--snapshots", "disable", "-o",
                folder("headless.ahr"), "--",
            ] + words(command)
        case .viewer:
            [BuiltProduct.ah, "agent", "record", "--snapshots", "disable", "-o", folder("viewer.ahr"), "--"]
                + words(command)
        case .tmux: ["tmux", "-u", "-L", "ah-bench-\(getpid())", "-f", "/dev/null", "new-session", "exec \(command)"]
        }
    }

    private func words(_ command: String) -> [String] { command.split(separator: " ").map(String.init) }

    /// Starts it in a PTY of 80×24. Recordings of earlier runs are removed.
    func start(_ way: Way, _ command: String) throws -> Session {
        for name in ["headless.ahr", "viewer.ahr"] { unlink(folder(name)) }
        return try Session(arguments(way, command), environment: environment)
    }

    /// Ends what a run left: a tmux server, or a recorder that makes its file smaller and would slow the next run down.
    func endLeftovers() {
        let left = ProcessTable.processes(withVariable: "AH_RUNTIME_DIR", value: "\(folder.path)/run")
        for pid in left where pid != getpid() { kill(pid, SIGKILL) }
    }
}

/// A command in a PTY that only drains it: no emulator of ours takes time here.
final class Session {
    let child: ChildProcess
    private let pty: PseudoTerminal
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private(set) var isAtEnd = false

    init(
        _ arguments: [String], environment: [String: String], size: Size = Size(columns: 80, rows: 24)
    ) throws {
        pty = try PseudoTerminal(columns: size.columns, rows: size.rows)
        child = try ChildProcess(.init(arguments: arguments, environment: environment), on: pty)
    }

    deinit {
        if child.reap() == nil { child.signal(SIGKILL) }
        while child.reap() == nil { usleep(1000) }
        buffer.deallocate()
    }

    func send(_ byte: UInt8) {
        _ = withUnsafeBytes(of: byte) { pty.write($0) }
    }

    /// The bytes of one read, waiting for them at most so long; empty if none came.
    func read(milliseconds: Int) -> UnsafeRawBufferPointer {
        var poller = Poller()
        poller.add(pty.descriptor, .read)
        guard poller.wait(milliseconds: milliseconds) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        guard let count = pty.read(into: buffer) else {
            isAtEnd = true
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    /// Reads until nobody writes any more, or the time is over.
    func drain(seconds: Int = 120) {
        let deadline = MonotonicClock.now() + UInt64(seconds) * 1_000_000_000
        while !isAtEnd, MonotonicClock.now() < deadline {
            if read(milliseconds: 100).isEmpty, child.reap() != nil { break }
        }
    }

    /// Reads until the bytes come by; false if they don't in time.
    func wait(for text: String, seconds: Int = 20) -> Bool {
        let wanted = Array(text.utf8)
        var seen: [UInt8] = []
        let deadline = MonotonicClock.now() + UInt64(seconds) * 1_000_000_000
        while !isAtEnd, MonotonicClock.now() < deadline {
            seen += read(milliseconds: 100)
            if seen.count >= wanted.count,
                (0...seen.count - wanted.count).contains(where: { seen[$0...].starts(with: wanted) })
            {
                return true
            }
            seen = Array(seen.suffix(4096))
        }
        return false
    }
}
