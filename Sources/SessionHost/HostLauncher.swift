import CPTY
import FoundationEssentials
import Glibc
import Processes

/// Starts a session host as a process of its own, which outlives the one that starts it.
///
/// The configuration goes in on its standard input; one line comes back: `ready`, or `error STATUS REASON`.
public enum HostLauncher {
    /// The hidden subcommand that runs a host.
    public static let subcommand = "__host"

    /// Starts the host and connects to it once it is ready.
    ///
    /// - Parameter executable: the path of `ah` itself.
    public static func start(
        _ configuration: HostConfiguration, executable: String, environment: [String: String]
    ) throws(SessionError) -> HostClient {
        var input: (read: Int32, write: Int32) = try pipe()
        defer { close(input.read) }
        let output = try pipe()
        defer { close(output.read) }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        do {
            defer { close(output.write) }
            // The child isn't kept: it reports through the pipe, and belongs to nobody once it runs.
            _ = try ChildProcess(
                .init(arguments: [executable, subcommand], environment: environment), standardInput: input.read,
                standardOutput: output.write, standardError: null)
        } catch {
            close(input.write)
            throw .process(error)
        }
        send(configuration, to: input.write)
        close(input.write)
        input.write = -1
        try check(answer: readLine(output.read))
        return try HostClient(sessionID: configuration.sessionID, socketPath: configuration.socketPath)
    }

    /// The host's side: reads the configuration, starts the session, says so, lets go of its streams, and runs it.
    ///
    /// - Returns: the exit status of the process.
    public static func runHost() -> Int32 {
        let host: HostProcess
        do {
            let data = readAll(0)
            let configuration = try JSONDecoder().decode(HostConfiguration.self, from: Data(data))
            host = try HostProcess(configuration)
        } catch let error as SessionError {
            say("error \(error.shellStatus) \(error)")
            return 1
        } catch {
            say("error 1 \(error)")
            return 1
        }
        say("ready")
        let null = open("/dev/null", O_RDWR)
        for descriptor: Int32 in 0...2 { dup2(null, descriptor) }
        if null > 2 { close(null) }
        // The folder the viewer was started in must not stay busy because of us.
        _ = chdir("/")
        let outcome = host.run()
        BackgroundCompaction.runHere(
            path: host.recordingPath, outcome: outcome.recording, quality: host.configuration.quality)
        return 0
    }

    private static func check(answer: String) throws(SessionError) {
        if answer == "ready" { return }
        let parts = answer.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, parts[0] == "error", let status = Int32(parts[1]) else {
            throw .host(reason: answer.isEmpty ? "it ended at once" : answer)
        }
        throw .refused(status: status, reason: String(parts[2]))
    }

    private static func pipe() throws(SessionError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        let result = ah_pipe(&ends)
        guard result == 0 else { throw .host(reason: "no pipe: \(String(cString: strerror(-result)))") }
        return (ends[0], ends[1])
    }

    private static func send(_ configuration: HostConfiguration, to descriptor: Int32) {
        guard let data = try? JSONEncoder().encode(configuration) else {
            preconditionFailure("strings and numbers can be encoded")
        }
        var rest = Array(data)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // EPIPE: the host ended; its answer says why.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func say(_ line: String) {
        let text = Array((line.replacing("\n", with: " ") + "\n").utf8)
        _ = text.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }

    private static func readLine(_ descriptor: Int32) -> String {
        String(decoding: readAll(descriptor, upTo: UInt8(ascii: "\n")), as: UTF8.self)
    }

    private static func readAll(_ descriptor: Int32, upTo end: UInt8? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            if let end, let stop = bytes.firstIndex(of: end) { return Array(bytes[..<stop]) }
        }
    }
}
