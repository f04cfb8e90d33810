import Agents
import Testing

struct AgentStateMachineTests {
    private static func hook(_ name: String, _ more: String = "") -> AgentStateMachine.Input {
        let payload = Array("{\"hook_event_name\":\"\(name)\"\(more)}".utf8)
        let event = HookEvent.parse(kind: .claude, name: name, payload: payload)
        return AgentSignal(event).map { .hook($0) } ?? .typed
    }

    private static let tool = #","tool_name":"Bash","tool_input":{"command":"make"}"#

    typealias Step = (time: Int64, input: AgentStateMachine.Input, state: AgentState)

    private static func check(
        _ steps: [Step], isAgent: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var machine = AgentStateMachine(now: 0, isAgent: isAgent)
        for (index, step) in steps.enumerated() {
            machine.handle(step.input, now: step.time)
            #expect(machine.report.state == step.state, "step \(index)", sourceLocation: sourceLocation)
            #expect(machine.report.since <= step.time)
        }
    }

    @Test func `hooks tell of a turn with a question`() {
        Self.check([
            (10, Self.hook("SessionStart"), .idle), (20, Self.hook("UserPromptSubmit"), .working),
            (30, Self.hook("PreToolUse", Self.tool), .working),
            (40, Self.hook("PermissionRequest", Self.tool), .waitsForPermission),
            (50, .bell, .waitsForPermission), (60, .screen(.idle, line: "> "), .waitsForPermission),
            (9000, .screen(.idle, line: "> "), .waitsForPermission),
            (9100, Self.hook("PostToolUse", Self.tool), .working), (9200, Self.hook("Stop"), .idle),
            (9300, Self.hook("SessionEnd"), .idle), (9400, .exited(hasFailed: false, evidence: ""), .done),
            (9500, Self.hook("UserPromptSubmit"), .done),
        ])
    }

    @Test func `a long silent command stays known by its hook`() {
        Self.check([
            (0, Self.hook("PreToolUse", Self.tool), .working),
            (3_600_000, .silent(milliseconds: 3_600_000, lastLine: "waiting:"), .working),
        ])
    }

    @Test func `a screen counts once it has said the same for a while`() {
        Self.check([
            (0, .screen(.working, line: "esc to interrupt"), .starting),
            (100, .screen(.idle, line: "> "), .starting), (200, .screen(.working, line: "esc"), .starting),
            (500, .screen(.working, line: "esc"), .starting), (600, .screen(.working, line: "esc"), .working),
            (650, .screen(nil, line: ""), .working), (700, .screen(.idle, line: ">"), .working),
            (1200, .screen(.idle, line: ">"), .idle),
        ])
    }

    @Test func `a screen outweighs a hook only long after, and when the agent has written since`() {
        Self.check([
            (0, Self.hook("UserPromptSubmit"), .working), (1000, .screen(.idle, line: ">"), .working),
            (20_000, .screen(.idle, line: ">"), .working), (20_001, .output, .working),
            (20_002, .screen(.idle, line: ">"), .idle),
        ])
    }

    @Test func `without hooks, notifications and silence tell`() {
        Self.check([
            (0, .output, .starting), (100, .notification("Approval needed"), .waitsForPermission),
            (200, .submitted, .working), (5000, .silent(milliseconds: 3000, lastLine: "Continue? "), .waitsForInput),
            (5100, .output, .working), (9000, .silent(milliseconds: 3000, lastLine: "building"), .working),
            (70_000, .silent(milliseconds: 61_000, lastLine: "building"), .unknown), (70_001, .output, .working),
            (70_002, .title("⠋ thinking"), .working), (70_003, .exited(hasFailed: true, evidence: ""), .failed),
        ])
    }

    @Test func `where only the ends of turns are told, title, screen and keys tell of the next one`() throws {
        let payload = Array(#"{"type":"agent-turn-complete","thread-id":"t","last-assistant-message":"Done."}"#.utf8)
        let end = AgentStateMachine.Input.hook(
            try #require(AgentSignal(HookEvent.parse(kind: .codex, name: "notify", payload: payload))))
        Self.check([
            (100, end, .idle), (200, .title("⠋ workspace"), .working), (900, end, .idle),
            (1000, .screen(.working, line: "esc to interrupt"), .idle),
            (1500, .screen(.working, line: "esc to interrupt"), .working), (2000, end, .idle),
            (2100, .submitted, .working), (2200, end, .idle), (2300, .notification("Approval requested"), .idle),
            (2400, .screen(.waitsForPermission, line: "1. Yes"), .idle),
            (2900, .screen(.waitsForPermission, line: "1. Yes"), .waitsForPermission), (3000, end, .idle),
        ])
    }

    @Test func `a question that only the screen told of is over when it has gone from there for a while`() {
        Self.check([
            (0, .screen(.waitsForPermission, line: "Trust?"), .starting),
            (400, .screen(.waitsForPermission, line: "Trust?"), .waitsForPermission),
            (500, .screen(nil, line: ""), .waitsForPermission),
            (600, .screen(.waitsForPermission, line: "Trust?"), .waitsForPermission),
            (700, .screen(nil, line: ""), .waitsForPermission), (1100, .screen(nil, line: ""), .working),
            (1200, .screen(nil, line: ""), .working),
            (2000, Self.hook("PermissionRequest", Self.tool), .waitsForPermission),
            (2100, .screen(nil, line: ""), .waitsForPermission), (9000, .screen(nil, line: ""), .waitsForPermission),
        ])
    }

    @Test func `an answered question is over when the screen says so, before the agent's next word`() {
        Self.check([
            (10, Self.hook("PreToolUse", Self.tool), .working),
            (20, Self.hook("PermissionRequest", Self.tool), .waitsForPermission),
            (100, .screen(.working, line: "esc"), .waitsForPermission),
            (900, .screen(.working, line: "esc"), .waitsForPermission),
            (1000, .submitted, .waitsForPermission), (1100, .screen(.working, line: "esc"), .working),
            (9000, Self.hook("PostToolUse", Self.tool), .working),
        ])
    }

    @Test func `a tool that ends beside an open question doesn't answer it`() {
        let other = #","tool_name":"Read","tool_input":{"file_path":"/a"},"tool_use_id":"t2""#
        let asked = Self.tool + #","tool_use_id":"t1""#
        Self.check([
            (10, Self.hook("PreToolUse", asked), .working), (20, Self.hook("PreToolUse", other), .working),
            // Claude's question doesn't say which use it is about.
            (30, Self.hook("PermissionRequest", Self.tool), .waitsForPermission),
            (40, Self.hook("PostToolUse", other), .waitsForPermission),
            (50, Self.hook("PostToolUse", asked), .working),
        ])
    }

    @Test func `a use that was refused is told once, and those under way are known`() throws {
        var machine = AgentStateMachine(now: 0)
        machine.handle(Self.hook("PreToolUse", Self.tool + #","tool_use_id":"t1""#), now: 1)
        machine.handle(Self.hook("PermissionRequest", Self.tool), now: 2)
        #expect(machine.openTools.map(\.label) == ["Bash make"])
        machine.handle(.typed, now: 3)
        machine.handle(.screen(.idle, line: ">"), now: 100)
        machine.handle(.screen(.idle, line: ">"), now: 600)
        #expect(machine.report.state == .idle)
        // The screen may have been seen between two frames: the agent's next word decides.
        #expect(machine.takeAbandoned().isEmpty && machine.openTools.isEmpty)
        var other = machine
        other.handle(Self.hook("PostToolUse", Self.tool + #","tool_use_id":"t1""#), now: 700)
        other.handle(Self.hook("Stop"), now: 800)
        #expect(other.takeAbandoned().isEmpty)
        machine.handle(Self.hook("UserPromptSubmit"), now: 900)
        #expect(machine.takeAbandoned().map(\.id) == ["t1"])
        #expect(machine.takeAbandoned().isEmpty)
    }

    @Test func `of any other program, output, prompts and shells' marks tell`() {
        Self.check(
            [
                (10, .output, .working), (20, .bell, .working),
                (3000, .silent(milliseconds: 2000, lastLine: "Proceed? [y/N]"), .waitsForInput),
                (4000, .typed, .waitsForInput), (4010, .output, .waitsForInput), (4100, .submitted, .working),
                (5000, .prompt, .idle), (5001, .output, .idle), (6000, .commandStarted("make"), .working),
                (99_000, .silent(milliseconds: 61_000, lastLine: "$ "), .working), (99_500, .prompt, .idle),
                (99_600, .exited(hasFailed: false, evidence: ""), .done),
            ], isAgent: false)
    }

    @Test func `an agent that ended within a shell leaves the word to the shell`() {
        Self.check([
            (10, .commandStarted("claude"), .working), (20, Self.hook("SessionStart"), .idle),
            (30, .prompt, .idle), (40, Self.hook("UserPromptSubmit"), .working), (50, .prompt, .working),
            (60, Self.hook("SessionEnd"), .idle), (70, .commandStarted("ls"), .working),
        ])
    }

    @Test func `what a hook tells its host is short and without secrets`() throws {
        let payload = #"""
            {"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"deploy --token=abcdef123456"}}
            """#
        let event = HookEvent.parse(kind: .claude, name: "PreToolUse", payload: Array(payload.utf8))
        let signal = try #require(AgentSignal(event))
        #expect(signal.evidence == "PreToolUse: Bash deploy --token=[redacted]")
        #expect(signal.tool?.label == "Bash deploy --token=[redacted]")
        let other = HookEvent.parse(kind: .claude, name: "PreCompact", payload: Array("{}".utf8))
        #expect(AgentSignal(other) == nil)
    }

    @Test func `a state's report says who told it, by what, and since when`() {
        var machine = AgentStateMachine(now: 5)
        #expect(machine.report.source == nil)
        machine.handle(.title("⠋ x"), now: 10)
        #expect(machine.report.source == .terminal)
        let better = machine.handle(Self.hook("PreToolUse", Self.tool), now: 20)
        #expect(better?.source == .hook)
        #expect(better?.since == 10)
        #expect(better?.evidence == "PreToolUse: Bash make")
        #expect(machine.handle(Self.hook("PreToolUse", Self.tool), now: 30) == nil)
    }

    @Test func `the catalogue's patterns know the agents' screens`() throws {
        let claude = ScreenRules(try AgentCatalogue.standard().agent("claude"))
        #expect(claude.state(of: ["✻ Thinking… (12s · esc to interrupt)", "> "])?.state == .working)
        #expect(
            claude.state(of: ["│ Do you want to create a.txt? │", "│ ❯ 1. Yes │", "esc to interrupt"])?.state
                == .waitsForPermission)
        #expect(claude.state(of: ["nothing of note"]) == nil)
        #expect(claude.state(of: ["✶ Whirlpooling… (3s · ↓ 60 tokens)", "❯ "])?.state == .working)
        #expect(claude.state(of: ["● Finished.", "❯ ", "  ⏸ manual mode on · ? for shortcuts"])?.state == .idle)
        let codex = ScreenRules(try AgentCatalogue.standard().agent("codex"))
        #expect(
            codex.state(of: ["◦ Working (2s • esc to interrupt)", "› Ask Codex to do anything"])?.state == .working)
        #expect(
            codex.state(of: ["  Would you like to make the following edits?", "› 1. Yes, proceed (y)"])?.state
                == .waitsForPermission)
        #expect(codex.state(of: ["• Finished.", "› Ask Codex to do anything"])?.state == .idle)
    }
}
