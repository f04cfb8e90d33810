import FoundationEssentials
import Glibc
import Processes
import Recording
import ScreenModel
import TestSupport

/// `ah serve` with many followers of one busy session: what it takes, and what the session notices; then timelines.
struct ServerBenchmark {
    let followers: Int
    let seconds: Int
    /// Kilobytes a second that the session writes.
    private static let rates = [100, 1000]

    func run() throws {
        let bench = try Bench()
        defer { bench.endLeftovers() }
        let server = try BackgroundCommand([BuiltProduct.ah, "serve"], environment: bench.environment)
        try server.wait(for: "the server") { server.text.contains("listening on") || server.status != nil }
        let place = HTTPConnection.Place.socket("\(bench.folder.path)/run/serve.sock")
        _ = try HTTPConnection.send("GET", "/api/v1/sessions", to: place)
        let idle = MemoryBenchmark.status(server.child.pid, "VmRSS")
        var table = Table(
            "Followers of one session for \(seconds) s (server idle: \(idle.shown(1)) MB)",
            columns: [
                "kB/s", "followers", "server, cores", "told, MB/s", "complete", "session, s", "server, MB",
            ])
        for rate in Self.rates {
            for count in [0, followers] { table.add(try follow(bench, server.child.pid, place, count, rate)) }
        }
        table.show()
        try timelines(bench, place)
        print("  server at most: \(MemoryBenchmark.status(server.child.pid, "VmHWM").shown(1)) MB")
        server.child.signal(SIGTERM)
        try server.waitForExit()
    }

    private func follow(
        _ bench: Bench, _ server: Int32, _ place: HTTPConnection.Place, _ count: Int, _ rate: Int
    ) throws -> [String] {
        let name = "r\(rate)-f\(count)"
        let started = MonotonicClock.now()
        let command = try BackgroundCommand(
            [
                BuiltProduct.ah, "agent", "record", "--headless", "--snapshots", "disable", "--name", name, "--",
                Bench.own, "--as-child", "steady", "\(rate)", "\(seconds)",
            ], environment: bench.environment)
        var isThere = false
        while !isThere {
            usleep(10_000)
            isThere = try HTTPConnection.send("GET", "/api/v1/sessions/\(name)", to: place).status == 200
        }
        let before = Self.cpu(server)
        let crowd = try Crowd(count, target: "/api/v1/sessions/\(name)/pty", place)
        var peak = 0.0
        // The crowd reads in this process: its own time counts for neither.
        while command.status == nil || !crowd.isDone {
            crowd.read(milliseconds: 20)
            peak = max(peak, MemoryBenchmark.status(server, "VmRSS"))
            if count == 0, command.status != nil { break }
        }
        let lasted = Double(MonotonicClock.now() - started) / 1e9
        return [
            "\(rate)", "\(count)", ((Self.cpu(server) - before) / lasted).shown(2),
            (Double(crowd.bytes) / 1e6 / lasted).shown(1),
            "\(crowd.complete) of \(count)", lasted.shown(2), peak.shown(1),
        ]
    }

    /// Seconds of processor time that a process has had.
    private static func cpu(_ pid: Int32) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func timelines(_ bench: Bench, _ place: HTTPConnection.Place) throws {
        let id = "timeline"
        let path = "\(bench.folder.path)/ah/recordings/2026/11/\(id).ahr"
        let metadata = SessionMetadata(sessionID: id, command: ["make"], startedAt: 1_793_577_600_000)
        let writer = try RecordingWriter.create(at: path, metadata: metadata, size: Size(columns: 80, rows: 24))
        for number in 1...10_000 {
            writer.append(
                .moment(
                    Moment(
                        id: UInt64(number), label: "Edit src/file\(number).swift +12 −3", type: "tool_boundary",
                        isAutomatic: true, attributes: ["tool": "Edit"])),
                at: SessionTime(milliseconds: Int64(number * 10)))
        }
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: 200_000))
        var samples = Samples()
        var size = 0
        for round in 0..<21 {
            let start = MonotonicClock.now()
            size = try HTTPConnection.send("GET", "/api/v1/sessions/\(id)/timeline", to: place).body.count
            // The first one reads the recording into the catalogue.
            if round > 0 { samples.add(Double(MonotonicClock.now() - start) / 1e6) }
        }
        print(
            "\nTimeline of 10,000 moments (\(size / 1000) kB): \(samples.median.shown(1)) ms, "
                + "at most \(samples.percentile(100).shown(1)) ms, with its connection")
    }
}

/// Many connections that read the same stream.
private final class Crowd {
    private var connections: [HTTPConnection] = []
    private var tails: [[UInt8]] = []
    private(set) var bytes = 0
    private(set) var complete = 0

    init(_ count: Int, target: String, _ place: HTTPConnection.Place) throws {
        for _ in 0..<count {
            let connection = try HTTPConnection(place)
            connection.write("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connections.append(connection)
            tails.append([])
        }
    }

    var isDone: Bool { complete == connections.count }

    /// Reads what has come on any of them.
    func read(milliseconds: Int) {
        guard !connections.isEmpty else {
            usleep(UInt32(milliseconds * 1000))
            return
        }
        var poller = Poller()
        for connection in connections { poller.add(connection.descriptor, .read) }
        guard poller.wait(milliseconds: milliseconds) else { return }
        for index in connections.indices where poller.isReadable(index) {
            guard let part = connections[index].read(milliseconds: 0) else { continue }
            bytes += part.count
            let wasComplete = Self.isEnd(tails[index])
            tails[index] = Array((tails[index] + part.suffix(200)).suffix(200))
            if !wasComplete, Self.isEnd(tails[index]) { complete += 1 }
        }
    }

    private static func isEnd(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains("event: end")
    }
}
