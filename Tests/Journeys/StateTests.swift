import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import TestSupport
import Testing

/// What a session's program is doing: told live, recorded, explained, and shown in viewer and replay.
@Suite(.serialized) struct StateTests {
    struct Explained: Decodable {
        struct Report: Decodable {
            var state: String
            var source: String?
            var evidence: String
            var time: Int64
        }

        var agent: String?
        var isRunning: Bool
        var state: String
        var source: String?
        var evidence: String
        var openTools: [String]
        var history: [Report]
    }

    static func explained(_ sandbox: Sandbox, _ session: String) throws -> Explained {
        let run = try sandbox.ah("agent", "explain", session, "--json")
        guard run.status == 0 else { throw DriverError.timeout("an explanation", screen: run.errorText) }
        return try JSONDecoder().decode(Explained.self, from: Data(run.output))
    }

    private func wait(_ sandbox: Sandbox, for state: String) throws -> Explained {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if try sandbox.hostPID() != nil, let told = try? Self.explained(sandbox, "-"), told.state == state {
                return told
            }
            usleep(50_000)
        }
        let last = try Self.explained(sandbox, "-")
        Issue.record("waited in vain for \(state): \(last)")
        return last
    }

    @Test func `a program's output, its question and its end are states, live and in the recording`() throws {
        let sandbox = try Sandbox()
        let command = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"]
                + sandbox.shell("echo begun; printf 'Go on? [y/N] '; read -r line; echo done; exit 3"))
        let asking = try wait(sandbox, for: "waits-for-input")
        #expect(asking.source == "output" && asking.evidence.contains("Go on? [y/N]"))
        #expect(try sandbox.ah("agent", "answer", "-", "y", "Enter").status == 0)
        #expect(try command.waitForExit() == 3)
        let ended = try Self.explained(sandbox, sandbox.recording)
        #expect(!ended.isRunning && ended.state == "failed" && ended.source == "exit")
        #expect(ended.history.map(\.state) == ["working", "waits-for-input", "working", "failed"])
        let times = ended.history.map(\.time)
        #expect(times == times.sorted())
        let text = try sandbox.ah("agent", "explain", sandbox.recording).text
        #expect(text.contains("it ended with status 3"))
        #expect(try sandbox.ah("agent", "verify", sandbox.recording).status == 0)
    }

    @Test func `hooks tell of more than moments, and an open use of a tool is one moment when its agent is killed`()
        throws
    {
        let sandbox = try Sandbox()
        let payload = #"{"tool_name":"Bash","tool_input":{"command":"sleep 99"},"tool_use_id":"t1"}"#
        try sandbox.folder.write(payload, to: "payload.json")
        let script = #"""
            "$AH" __hook claude SessionStart < /dev/null; "$AH" __hook claude PreToolUse < payload.json
            "$AH" __hook claude PermissionRequest < payload.json; read -r line; kill -9 $$
            """#
        let command = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell(script))
        let asking = try wait(sandbox, for: "waits-for-permission")
        #expect(asking.source == "hook" && asking.evidence == "PermissionRequest: may it use Bash sleep 99?")
        #expect(asking.openTools == ["Bash sleep 99"])
        #expect(try sandbox.ah("agent", "answer", "-", "Enter").status == 0)
        #expect(try command.waitForExit() == 137)
        let recorded = try sandbox.recorded()
        let tools = recorded.summary.moments.map(\.value).filter { $0.type == "tool_boundary" }
        #expect(tools.map(\.label) == ["Bash sleep 99 → unfinished"])
        let states = recorded.summary.states.map(\.value)
        #expect(
            states.map(\.state)
                == ["working", "idle", "working", "waits-for-permission", "failed"].suffix(states.count))
        #expect(states.last?.evidence == "it was killed by signal 9")
    }

    @Test func `a program without hooks or marks tells of its tests on the screen, once`() throws {
        let sandbox = try Sandbox()
        let script = "echo '== 2 failed, 1 passed in 0.20s =='; sleep 2; echo more; sleep 1; echo '3 passed in 0.10s'"
        #expect(try sandbox.record(script).status == 0)
        let moments = try sandbox.recorded().summary.moments.map(\.value)
        #expect(
            moments.map(\.label) == [
                "Tests failed: == 2 failed, 1 passed in 0.20s ==", "Tests passed: 3 passed in 0.10s",
            ])
        #expect(moments.allSatisfy { $0.attributes?["found"] == "screen" && $0.attributes?["rule"] == "pytest" })
    }

    @Test func `the end of a recorded command itself is a milestone`() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.write("all:\n\t@echo compiling; false\n", to: "Makefile")
        let run = try sandbox.ah("agent", "record", "--headless", "-o", sandbox.recording, "--", "make")
        #expect(run.status == 2)
        let labels = try sandbox.recorded().momentLabels
        #expect(labels.count == 1 && labels[0].hasPrefix("Build failed: make"), "\(labels)")
    }

    @Test func `viewer and replay show the state, the replay that at its playhead`() throws {
        let sandbox = try Sandbox()
        let size = Size(columns: 110, rows: 24)
        let script = "printf 'Name: '; read -r line; sleep 0.3"
        let driver = try sandbox.terminal(
            ["agent", "record", "-o", sandbox.recording, "--"] + sandbox.shell(script), size: size)
        try driver.wait(for: "the state") { $0.text.contains("waits for input") }
        driver.send("x\r")
        try driver.waitForExit()
        let history = try Self.explained(sandbox, sandbox.recording).history
        let asked = try #require(history.first { $0.state == "waits-for-input" })
        let start = "0:0\(asked.time / 1000).\(String(1000 + asked.time % 1000).dropFirst())"
        let replay = try sandbox.terminal(["agent", "replay", "--start", start, sandbox.recording], size: size)
        try replay.wait(for: "the state at the playhead") { $0.text.contains("waits for input") }
        replay.send("\u{1B}[F")
        try replay.wait(for: "the last state") { $0.text.contains("done") }
        replay.send("q")
        try replay.waitForExit()
    }

    @Test func `a session that is asked to end has not failed, and one that is unknown is an error`() throws {
        let sandbox = try Sandbox()
        let command = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell("echo x; sleep 60"))
        _ = try wait(sandbox, for: "working")
        #expect(try sandbox.ah("agent", "stop", "-").status == 0)
        _ = try command.waitForExit()
        let states = try sandbox.recorded().summary.states.map(\.value)
        #expect(states.last?.state == "done")
        #expect(states.last?.evidence.hasPrefix("stopped: ") == true)
        #expect(try sandbox.ah("agent", "explain", "nothing").status != 0)
    }
}
