import FoundationEssentials
import Glibc
import Processes
import TestSupport

/// What a hook costs the agent that waits for it: from its start to its end, beside the start of a program that does nothing.
struct HooksBenchmark {
    let rounds: Int

    /// Whom a hook finds at the other end.
    private enum Recorder: String, CaseIterable {
        case live = "a live recorder"
        case none = "no recorder"
        case stopped = "a stopped recorder"
        case full = "one that accepts nothing"
    }

    private struct Case {
        var name: String
        var event: String
        var payload: String
    }

    private static let cases: [Case] = [
        Case(
            name: "tool begins", event: "PreToolUse",
            payload: #"{"tool_name":"Edit","tool_input":{"file_path":"/w/a.swift"},"tool_use_id":"t1","cwd":"/w"}"#),
        Case(
            name: "edit ended", event: "PostToolUse",
            payload: #"""
                {"tool_name":"Edit","tool_input":{"file_path":"/w/a.swift","old_string":"a\nb","new_string":"a\nc\nd"},\#
                "tool_response":{"filePath":"/w/a.swift"},"tool_use_id":"t1","cwd":"/w","duration_ms":11}
                """#),
        Case(
            name: "tests ended", event: "PostToolUse",
            payload: #"""
                {"tool_name":"Bash","tool_input":{"command":"pytest -q"},"tool_response":{"stdout":"\#

                """#
                    + String(repeating: #"tests/test_a.py::test_case PASSED\n"#, count: 400)
                        + #"""
                        == 400 passed in 1.20s ==","stderr":"","interrupted":false},"tool_use_id":"t2","cwd":"/w"}
                        """#),
        Case(
            name: "1 MB written", event: "PostToolUse",
            payload: #"{"tool_name":"Write","tool_input":{"file_path":"/w/big","content":""#
                + String(repeating: "some text of a large file\\n", count: 38_000)
                + #""},"tool_response":{"type":"create"},"tool_use_id":"t3","cwd":"/w"}"#),
    ]

    func run() throws {
        let bench = try Bench()
        let ends = try Ends(bench)
        defer { bench.endLeftovers() }
        var files: [String] = []
        for (index, one) in Self.cases.enumerated() {
            try bench.folder.write(one.payload, to: "payload\(index)")
            files.append(bench.folder("payload\(index)"))
        }
        var base = Samples()
        var idle = Samples()
        var samples = Array(repeating: [Recorder: Samples](), count: Self.cases.count)
        for _ in 0..<rounds {
            base.add(try time(["/bin/true"], bench.environment, files[0]))
            idle.add(try time([BuiltProduct.ah, "__hook", "none", "none"], bench.environment, files[0]))
            for (index, one) in Self.cases.enumerated() {
                for recorder in Recorder.allCases {
                    var environment = bench.environment
                    environment["AH_RECORDER_IPC_SOCKET"] = ends.path(recorder.rawValue)
                    let took = try time([BuiltProduct.ah, "__hook", "claude", one.event], environment, files[index])
                    samples[index][recorder, default: Samples()].add(took)
                }
            }
        }
        show(base, idle, samples)
    }

    /// Milliseconds from a program's start to its end.
    private func time(_ words: [String], _ environment: [String: String], _ input: String) throws -> Double {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        let file = open(input, O_RDONLY | O_CLOEXEC)
        defer {
            close(null)
            close(file)
        }
        let start = MonotonicClock.now()
        let child = try ChildProcess(
            .init(arguments: words, environment: environment), standardInput: file, standardOutput: null,
            standardError: null)
        var poller = Poller()
        poller.add(child.descriptor, .read)
        while child.reap() == nil { _ = poller.wait(milliseconds: 1000) }
        return Double(MonotonicClock.now() - start) / 1e6
    }

    private func show(_ base: Samples, _ idle: Samples, _ samples: [[Recorder: Samples]]) {
        var table = Table(
            "A hook, ms, \(rounds) of each, interleaved",
            columns: ["", "to", "median", "p99", "worst", "adds to its start (median)", "(p99)", "(worst)"])
        func row(_ name: String, _ to: String, _ own: Samples) {
            table.add([
                name, to, own.median.shown(), own.percentile(99).shown(), own.percentile(100).shown(),
                (own.median - idle.median).shown(), (own.percentile(99) - idle.median).shown(),
                (own.percentile(100) - idle.median).shown(),
            ])
        }
        row("true(1)", "-", base)
        row("a hook with nothing to do", "-", idle)
        for (one, own) in zip(Self.cases, samples) {
            for recorder in Recorder.allCases { row(one.name, recorder.rawValue, own[recorder] ?? Samples()) }
        }
        table.show()
    }

    /// The other ends of the hooks' socket, in the states that recorders can be in.
    private final class Ends {
        private let live: ChildProcess
        private let stopped: ChildProcess
        private let listener: UnixSocket
        private let filler: UnixSocket
        private var paths: [String: String] = [:]

        init(_ bench: Bench) throws {
            let full = bench.folder("full.sock")
            listener = try UnixSocket.listen(at: full, backlog: 0)
            filler = try UnixSocket.connect(to: full)
            live = try Self.record("live", bench)
            stopped = try Self.record("stopped", bench)
            paths[Recorder.none.rawValue] = bench.folder("absent.sock")
            paths[Recorder.full.rawValue] = full
            paths[Recorder.live.rawValue] = try Self.socket("live", bench)
            paths[Recorder.stopped.rawValue] = try Self.socket("stopped", bench)
            stopped.signal(SIGSTOP)
        }

        deinit {
            for child in [live, stopped] {
                child.signal(SIGKILL)
                while child.reap() == nil { usleep(1000) }
            }
        }

        func path(_ recorder: String) -> String? { paths[recorder] }

        private static func runtime(_ name: String, _ bench: Bench) -> String { "\(bench.folder.path)/run/\(name)" }

        private static func record(_ name: String, _ bench: Bench) throws -> ChildProcess {
            var environment = bench.environment
            environment["AH_RUNTIME_DIR"] = runtime(name, bench)
            let null = open("/dev/null", O_RDWR | O_CLOEXEC)
            defer { close(null) }
            return try ChildProcess(
                .init(
                    arguments: [
                        BuiltProduct.ah, "agent", "record", "--headless", "--snapshots", "disable", "-o",
                        bench.folder("\(name).ahr"), "--", "sleep", "3600",
                    ], environment: environment), standardInput: null, standardOutput: null, standardError: null)
        }

        private static func socket(_ name: String, _ bench: Bench) throws -> String {
            let folder = runtime(name, bench)
            for _ in 0..<1000 {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                if let socket = names.first(where: { $0.hasSuffix(".sock") }) { return "\(folder)/\(socket)" }
                usleep(10_000)
            }
            throw DriverError.timeout("the recorder's socket", screen: "")
        }
    }
}
