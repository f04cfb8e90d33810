import Agents
import Testing

struct AgentStateMachineTests {
    private static func hook(_ name: String, _ more: String = "") -> AgentStateMachine.Input {
        .hook(
            HookEvent.parse(kind: .claude, name: name, payload: Array("{\"hook_event_name\":\"\(name)\"\(more)}".utf8)))
    }

    private static let tool = #","tool_name":"Bash","tool_input":{"command":"make"}"#

    typealias Step = (time: Int64, input: AgentStateMachine.Input, state: AgentState)

    private static func check(_ steps: [Step], sourceLocation: SourceLocation = #_sourceLocation) {
        var machine = AgentStateMachine(now: 0)
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
            (9300, Self.hook("SessionEnd"), .idle), (9400, .exited(status: 0), .done),
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
            (70_002, .title("⠋ thinking"), .working), (70_003, .exited(status: 3), .failed),
        ])
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
    }
}
