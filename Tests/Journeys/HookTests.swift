import Glibc
import Processes
import Recording
import TestSupport
import Testing

/// `ah __hook` as agents call it.
struct HookTests {
    private static let payload = #"""
        {"session_id":"c1","transcript_path":"/t.jsonl","cwd":"/w","hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"pytest"},"tool_response":{"stdout":"3 passed in 0.10s","stderr":"","interrupted":false},"tool_use_id":"toolu_1","duration_ms":46}
        """#

    @Test func `a tool's use in a recorded session is one moment, and its milestone another`() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.write(Self.payload, to: "payload.json")
        let run = try sandbox.record(
            #"printf before; for i in 1 2; do "$AH" __hook claude PostToolUse < payload.json; done; printf after"#)
        #expect(run.status == 0)
        let recorded = try sandbox.recorded()
        #expect(recorded.text.contains("beforeafter"), "a hook prints nothing")
        let moments = recorded.summary.moments.map(\.value)
        #expect(moments.map(\.type) == ["tool_boundary", "milestone", "tool_boundary", "milestone"])
        #expect(moments.map(\.label).prefix(2) == ["Bash pytest", "Tests passed: 3 passed in 0.10s"])
        let attributes = try #require(moments[0].attributes)
        #expect(attributes["tool.id"] == "toolu_1")
        #expect(attributes["exit"] == "0")
        #expect(attributes["duration_ms"] == "46")
        #expect(attributes["conversation"] == "c1")
        #expect(attributes["transcript"] == "/t.jsonl")
        #expect(recorded.summary.moments.allSatisfy { $0.offset.value == 6 })
    }

    @Test func `a user's own rule tells a milestone`() throws {
        let sandbox = try Sandbox()
        for name in [".config", ".config/ah"] { try #require(mkdir(sandbox(name), 0o700) == 0) }
        try sandbox.folder.write(
            "[mine]\nkind = \"build\"\ncommand = 'pytest'\npassed = '3 passed'\n", to: ".config/ah/milestones.toml")
        try sandbox.folder.write(Self.payload, to: "payload.json")
        try sandbox.record(#""$AH" __hook claude PostToolUse < payload.json"#)
        let moments = try sandbox.recorded().summary.moments.map(\.value)
        #expect(moments.compactMap { $0.attributes?["rule"] } == ["mine", "pytest"])
    }

    @Test func `a dead or hanging recorder is nothing to the agent`() throws {
        let sandbox = try Sandbox()
        let full = try UnixSocket.listen(at: sandbox("full"), backlog: 0)
        let first = try UnixSocket.connect(to: sandbox("full"))
        for socket in ["none", "full", ""] {
            var environment = sandbox.environment
            environment["AH_RECORDER_IPC_SOCKET"] = socket.isEmpty ? "" : sandbox(socket)
            for payload in [Self.payload, "", "{", String(repeating: "x", count: 9 << 20)] {
                let run = try CommandRun(
                    [BuiltProduct.ah, "__hook", "claude", "PostToolUse"], environment: environment,
                    input: Array(payload.utf8))
                #expect(run.status == 0)
                #expect(run.output.isEmpty && run.errorOutput.isEmpty)
            }
        }
        _ = (full, first)
    }

    @Test func `an agent that keeps its end open is not waited for`() throws {
        let sandbox = try Sandbox()
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { for end in ends { close(end) } }
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(null) }
        let launch = ChildProcess.Launch(
            arguments: [BuiltProduct.ah, "__hook", "claude", "Stop"], environment: sandbox.environment)
        let child = try ChildProcess(
            launch, standardInput: ends[0], standardOutput: null, standardError: null)
        var poller = Poller()
        poller.add(child.descriptor, .read)
        let hasEnded = poller.wait(milliseconds: 30_000)
        #expect(hasEnded)
        #expect(child.reap() == .exited(0))
    }

    @Test func `Gemini is answered in JSON, and Codex's own notification command runs after ours`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.ah("__hook", "gemini", "AfterTool", input: Array("{}".utf8)).text == "{}\n")
        let notify = try sandbox.ah(
            "__hook", "codex", "notify", "--then", "/bin/echo", "mine", #"{"type":"agent-turn-complete"}"#)
        #expect(notify.text == "mine {\"type\":\"agent-turn-complete\"}\n")
        #expect(try sandbox.ah("__hook").status == 0)
    }
}
