import FoundationEssentials
import Glibc
import Processes
import ScreenModel
import TestSupport
import WorkbenchModel

/// The workbench with twelve panes on a screen of 200×50, beside tmux with as many: first paint, rest, and panes that all
/// write, with a keystroke's echo among them.
struct WorkbenchBenchmark {
    let seconds: Int
    let keys: Int

    private static let size = Size(columns: 200, rows: 50)
    private static let marks = Array("#%&~".utf8)
    private static let panes = 12

    func run() throws {
        try paint()
        try panes(writing: false)
        try panes(writing: true)
    }

    // MARK: First paint

    /// From the start of the process to the first bytes of its picture.
    private func paint() throws {
        let bench = try Bench()
        let sessions = try start(1, "sleep 600", in: bench)
        var samples = Samples()
        for _ in 0..<10 {
            let start = MonotonicClock.now()
            let session = try Session([BuiltProduct.ah], environment: bench.environment, size: Self.size)
            guard session.wait(for: "sessions") else { continue }
            samples.add(Double(MonotonicClock.now() - start) / 1e6)
            session.child.signal(SIGTERM)
            session.drain(seconds: 5)
        }
        var table = Table("Workbench: from start to first paint, ms", columns: ["sessions", "median", "worst"])
        table.add(["\(sessions.count)", samples.median.shown(1), samples.percentile(100).shown(1)])
        table.show()
        bench.endLeftovers()
    }

    // MARK: Twelve panes

    private func panes(writing: Bool) throws {
        let what = writing ? "each writes 1 MB/s" : "all quiet"
        var table = Table(
            "Twelve panes on 200×50, \(what) (\(seconds) s)",
            columns: [
                "", "CPU, %", "of hosts, %", "memory, MB", "host, MB", "echo median, ms", "p99, ms", "to the tty, MB/s",
            ])
        for way in ["ah", "tmux"] {
            let bench = try Bench()
            defer { bench.endLeftovers() }
            table.add([way] + (try measure(way, writing, in: bench)))
        }
        table.show()
    }

    private func measure(_ way: String, _ writing: Bool, in bench: Bench) throws -> [String] {
        let other = writing ? "\(Bench.own) --as-child paced 1000" : "sleep 600"
        let echo = "\(Bench.own) --as-child echo"
        let session: Session
        if way == "ah" {
            let sessions = try start(1, echo, in: bench) + start(Self.panes - 1, other, in: bench)
            try arrange(sessions, in: bench)
            session = try Session([BuiltProduct.ah], environment: bench.environment, size: Self.size)
        } else {
            session = try Session(tmux(echo, other), environment: bench.environment, size: Self.size)
        }
        settle(session, milliseconds: 3000)
        let watched = ProcessTable.processes(withVariable: "AH_RUNTIME_DIR", value: "\(bench.folder.path)/run")
        let front = watched.filter { $0 == session.child.pid || way == "tmux" && name($0).hasPrefix("tmux") }
        let hosts = way == "ah" ? watched.filter { $0 != session.child.pid && name($0) == "ah" } : []
        let before = (cpu(front), cpu(hosts), MonotonicClock.now())
        var samples = Samples()
        var bytes = 0
        let end = before.2 + UInt64(seconds) * 1_000_000_000
        var index = 0
        while MonotonicClock.now() < end {
            guard index < keys else {
                bytes += session.read(milliseconds: 20).count
                continue
            }
            bytes += settle(session, milliseconds: 20)
            let mark = Self.marks[index % Self.marks.count]
            index += 1
            let start = MonotonicClock.now()
            session.send(mark)
            while MonotonicClock.now() < start + 500_000_000 {
                let read = session.read(milliseconds: 5)
                bytes += read.count
                if read.contains(mark) {
                    samples.add(Double(MonotonicClock.now() - start) / 1e6)
                    break
                }
            }
        }
        let time = Double(MonotonicClock.now() - before.2) / 1e9
        let figures = [
            ((cpu(front) - before.0) / time * 100).shown(1), ((cpu(hosts) - before.1) / time * 100).shown(1),
            front.map { MemoryBenchmark.status($0, "VmRSS") }.reduce(0, +).shown(1),
            hosts.isEmpty ? "-" : (hosts.map { MemoryBenchmark.status($0, "VmRSS") }.max() ?? 0).shown(1),
            samples.median.shown(2), samples.percentile(99).shown(2), (Double(bytes) / 1e6 / time).shown(2),
        ]
        session.child.signal(SIGTERM)
        if way == "tmux" { _ = try? CommandRun(tmuxProgram + ["kill-server"], environment: bench.environment) }
        return figures
    }

    @discardableResult
    private func settle(_ session: Session, milliseconds: UInt64) -> Int {
        var bytes = 0
        let end = MonotonicClock.now() + milliseconds * 1_000_000
        while MonotonicClock.now() < end { bytes += session.read(milliseconds: 5).count }
        return bytes
    }

    private var tmuxProgram: [String] { ["tmux", "-u", "-L", "ah-bench-\(getpid())", "-f", "/dev/null"] }

    private func tmux(_ echo: String, _ other: String) -> [String] {
        var words = tmuxProgram + ["new-session", "exec \(echo)"]
        for _ in 1..<Self.panes {
            words += [";", "split-window", "-d", "exec \(other)", ";", "select-layout", "tiled"]
        }
        return words
    }

    /// Sessions that run by themselves.
    private func start(_ count: Int, _ command: String, in bench: Bench) throws -> [String] {
        try (0..<count).map { _ in
            let run = try CommandRun(
                [BuiltProduct.ah, "agent", "record", "--detach", "--snapshots", "disable", "--"]
                    + command.split(separator: " ").map(String.init),
                environment: bench.environment, workingDirectory: bench.folder.path)
            guard run.status == 0, let line = run.text.split(separator: "\n").last(where: { $0.hasPrefix("session ") })
            else { throw BenchmarkProblem(text: "no session: \(run.errorText)") }
            return String(line.dropFirst("session ".count))
        }
    }

    /// A saved layout with all of them tiled, the first with the focus.
    private func arrange(_ sessions: [String], in bench: Bench) throws {
        var workbench = Workbench(window: Self.size, folder: "/")
        var first: PaneID?
        for session in sessions {
            let id = workbench.open(.session(session), first.map { .beside($0, .right) } ?? .tab)
            first = first ?? id
        }
        _ = workbench.apply(.workbench(.arrange(.tiled)))
        if let first { workbench.focus(on: first) }
        let folder = "\(bench.environment["AH_HOME"] ?? bench.folder.path)/layouts"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try JSONEncoder().encode(workbench.savedLayout).write(to: URL(filePath: "\(folder)/last.json"))
    }

    private func name(_ pid: Int32) -> String {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) ?? ""
        return String(text.prefix { $0 != "\n" })
    }

    /// Seconds of user and system time so far.
    private func cpu(_ pids: [Int32]) -> Double {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return pids.reduce(0) { sum, pid in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
            let fields = text.drop { $0 != ")" }.split(separator: " ")
            guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return sum }
            return sum + (user + system) / ticks
        }
    }
}

/// Why a benchmark can't go on.
struct BenchmarkProblem: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}
