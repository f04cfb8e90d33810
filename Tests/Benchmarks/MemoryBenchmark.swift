import FoundationEssentials
import Glibc
import TestSupport

/// Memory of the recorder's processes, idle and after bulk output.
struct MemoryBenchmark {
    let megabytes: Int

    func run() throws {
        let bench = try Bench()
        var table = Table(
            "Memory of the recorder, MB (bulk: \(megabytes) MB of coloured output)",
            columns: ["session", "process", "resident now", "resident at most"])
        for way in [Bench.Way.headless, .viewer] {
            for (name, count) in [("idle", 0), ("bulk", megabytes)] {
                let session = try bench.start(way, "\(Bench.own) --as-child bulk-then-sleep \(count)")
                // Headless shows nothing: the child's state is read from the system instead.
                _ = way == .viewer ? session.wait(for: "READY", seconds: 60) : waitForSleep(below: session.child.pid)
                for _ in 0..<20 { _ = session.read(milliseconds: 50) }
                for (part, pid) in parts(of: session.child.pid) {
                    table.add([
                        "\(way.rawValue), \(name)", part, Self.status(pid, "VmRSS").shown(1),
                        Self.status(pid, "VmHWM").shown(1),
                    ])
                }
                bench.endLeftovers()
            }
        }
        table.show()
    }

    /// The program and its host, which may be the same process. The child itself doesn't count.
    private func parts(of pid: Int32) -> [(String, Int32)] {
        let hosts = Self.descendants(of: pid).filter { Self.name($0) == "ah" }
        return hosts.isEmpty ? [("recorder", pid)] : [("viewer", pid)] + hosts.map { ("host", $0) }
    }

    private func waitForSleep(below pid: Int32) -> Bool {
        for _ in 0..<1200 {
            usleep(50_000)
            let child = Self.descendants(of: pid).first { Self.name($0) == "ah-benchmarks" }
            let wait = child.map { Self.text("/proc/\($0)/wchan") } ?? ""
            if wait.contains("nanosleep") { return true }
        }
        return false
    }

    private static func descendants(of pid: Int32) -> [Int32] {
        let children = text("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { Int32($0) }
        return children + children.flatMap { descendants(of: $0) }
    }

    private static func name(_ pid: Int32) -> String { String(text("/proc/\(pid)/comm").dropLast()) }

    /// A line of `/proc/PID/status` in MB.
    static func status(_ pid: Int32, _ field: String) -> Double {
        let line = text("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("\(field):") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan) / 1024
    }

    private static func text(_ path: String) -> String {
        let bytes = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }
}
