import Glibc
import Processes
import WorkbenchModel

/// Starts a session for a pane: `ah` itself, which leaves when the session's host runs, so that making a branch of a large
/// workspace holds nothing up here.
final class SessionLauncher {
    let pane: PaneID
    let request: SessionRequest
    private let child: ChildProcess
    private let output: Int32
    private var bytes: [UInt8] = []

    /// What came of it: the session's id, or a line that says why not.
    enum Outcome { case started(String), failed(String) }

    init(
        _ request: SessionRequest, for pane: PaneID, arguments: [String], environment: [String: String]
    ) throws(ProcessError) {
        self.pane = pane
        self.request = request
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ProcessError.system(operation: "make a pipe for", target: arguments[0], code: errno)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer {
            close(ends[1])
            close(null)
        }
        output = ends[0]
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
        child = try ChildProcess(
            .init(arguments: arguments, environment: environment), standardInput: null, standardOutput: ends[1],
            standardError: ends[1])
    }

    deinit { close(output) }

    /// Readable when the program has ended.
    var descriptor: Int32 { child.descriptor }

    /// What came of it, once the program has ended.
    func outcome() -> Outcome? {
        guard let end = child.reap() else { return nil }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < 1 << 20 {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let session = lines.last { $0.hasPrefix(Self.answer) }?.dropFirst(Self.answer.count)
        if end == .exited(0), let session { return .started(String(session)) }
        let reason = lines.last.map { $0.hasPrefix("ah: ") ? String($0.dropFirst(4)) : $0 }
        return .failed(reason ?? "the session could not be started (status \(end.shellStatus))")
    }

    /// Before the id of a session that was started detached.
    static let answer = "session "
}
