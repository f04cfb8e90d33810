import Agents
import Testing

/// Payloads as Claude Code 2.1.330 and Codex 0.163.0 sent them, shortened; Gemini's and Copilot's by their documentation.
struct HookEventTests {
    private static let claude =
        #""session_id":"682f8c7a","transcript_path":"/home/u/.claude/projects/-w/682f8c7a.jsonl","cwd":"/w","hook_event_name":"#
    private static let codex =
        #""session_id":"01a20946","turn_id":"t","transcript_path":"/c/rollout.jsonl","cwd":"/w","model":"gpt-5.5","hook_event_name":"#

    private static func parse(_ kind: HookKind, _ payload: String) -> HookEvent {
        HookEvent.parse(kind: kind, name: "x", payload: Array(payload.utf8))
    }

    private static func ended(_ kind: HookKind, _ payload: String) throws -> ToolUse {
        guard case .toolEnded(let use) = parse(kind, payload).meaning else {
            throw AgentError.malformed(path: payload, line: nil, reason: "no end of a tool's use")
        }
        return use
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var kind: HookKind
        var payload: String
        var label: String
        var success: Bool?
        var testDescription: String { label }
    }

    static let cases: [Case] = [
        Case(
            kind: .claude,
            payload: "{\(claude)\"PostToolUse\"," + #"""
                "tool_name":"Bash","tool_input":{"command":"ls -la && git log"},"tool_response":{"stdout":"total 16\nExit code 3","stderr":"","interrupted":false},"tool_use_id":"toolu_1","duration_ms":46}
                """#, label: "Bash ls -la && git log", success: true),
        Case(
            kind: .claude,
            payload: "{\(claude)\"PostToolUseFailure\"," + #"""
                "tool_name":"Bash","tool_input":{"command":"npm test"},"tool_use_id":"toolu_2","error":"Exit code 1\nrunning","is_interrupt":false,"duration_ms":486}
                """#, label: "Bash npm test → 1", success: false),
        Case(
            kind: .claude,
            payload: "{\(claude)\"PostToolUse\"," + #"""
                "tool_name":"Write","tool_input":{"file_path":"/w/hello.py","content":"a\nb\n"},"tool_response":{"type":"create","filePath":"/w/hello.py","structuredPatch":[],"originalFile":null}}
                """#, label: "Write hello.py +2", success: true),
        Case(
            kind: .claude,
            payload: "{\(claude)\"PostToolUse\"," + #"""
                "tool_name":"Edit","tool_input":{"file_path":"/w/src/auth.ts","old_string":"x","new_string":"y"},"tool_response":{"structuredPatch":[{"lines":[" a","-x","+y","+z"," b"]}]}}
                """#, label: "Edit src/auth.ts +2 −1", success: true),
        Case(
            kind: .claude,
            payload: "{\(claude)\"PostToolUseFailure\"," + #"""
                "tool_name":"Read","tool_input":{"file_path":"/etc/none"},"error":"File does not exist."}
                """#, label: "Read /etc/none → failed", success: false),
        Case(
            kind: .claude,
            payload: "{\(claude)\"PostToolUseFailure\"," + #"""
                "tool_name":"Bash","tool_input":{"command":"sleep 100"},"error":"interrupted","is_interrupt":true}
                """#, label: "Bash sleep 100 → interrupted", success: false),
        Case(
            kind: .codex,
            payload: "{\(codex)\"PostToolUse\"," + #"""
                "tool_name":"Bash","tool_input":{"command":"echo running; false"},"tool_response":"Exit code: 7\n","tool_use_id":"call_1"}
                """#, label: "Bash echo running; false", success: nil),
        Case(
            kind: .codex,
            payload: "{\(codex)\"PostToolUse\"," + #"""
                "tool_name":"apply_patch","tool_input":{"command":"*** Begin Patch\n*** Update File: hello.py\n@@\n-a\n+b\n+c\n*** End Patch\n"},"tool_response":"Exit code: 0\nWall time: 0.2 seconds\n"}
                """#, label: "Edit hello.py +2 −1", success: true),
        Case(
            kind: .codex,
            payload: "{\(codex)\"PostToolUse\"," + #"""
                "tool_name":"apply_patch","tool_input":{"command":"*** Begin Patch\n*** Add File: a\n+1\n*** Delete File: b\n*** End Patch\n"},"tool_response":"Exit code: 1\n"}
                """#, label: "Edit 2 files +1 → 1", success: false),
        Case(
            kind: .gemini,
            payload: #"""
                {"session_id":"g","transcript_path":"/t","cwd":"/w","hook_event_name":"AfterTool","timestamp":"2026-01-01T00:00:00Z","tool_name":"run_shell_command","tool_input":{"command":"make"},"tool_response":{"llmContent":"Command: make\nOutput: no\nExit Code: 2\n","returnDisplay":"no"}}
                """#, label: "run_shell_command make → 2", success: false),
        Case(
            kind: .copilot,
            payload: #"""
                {"timestamp":1704614700000,"cwd":"/w","type":"postToolUse","toolName":"bash","toolArgs":"{\"command\":\"npm test\"}","toolResult":{"resultType":"failure","textResultForLlm":"1 failed"}}
                """#, label: "bash npm test → failed", success: false),
    ]

    @Test(arguments: cases)
    func `the end of a tool's use has a short label and an outcome`(example: Case) throws {
        let use = try Self.ended(example.kind, example.payload)
        #expect(use.label == example.label)
        #expect(use.hasSucceeded == example.success)
    }

    @Test func `what the conversation is and where it lies is told with each event`() {
        let event = Self.parse(.codex, "{\(Self.codex)\"UserPromptSubmit\",\"prompt\":\"write #two\"}")
        #expect(event.meaning == .prompt("write #two"))
        #expect(event.conversation == "01a20946")
        #expect(event.transcript == "/c/rollout.jsonl")
        #expect(event.model == "gpt-5.5")
    }

    @Test func `questions, ends of turns and notifications are told apart`() {
        let request = Self.parse(
            .claude,
            "{\(Self.claude)\"PermissionRequest\","
                + #""tool_name":"Write","tool_input":{"file_path":"/w/a.txt","content":"alpha\n"}}"#)
        guard case .question(let text, let use) = request.meaning else {
            Issue.record("no question: \(request)")
            return
        }
        #expect(text == "may it use Write a.txt +1?")
        #expect(use?.hasEnded == false)
        let told = Self.parse(
            .claude,
            "{\(Self.claude)\"Notification\","
                + #""message":"Claude needs your permission","notification_type":"permission_prompt"}"#)
        #expect(told.meaning == .question("Claude needs your permission", nil))
        let idle = Self.parse(.claude, "{\(Self.claude)\"Notification\",\"notification_type\":\"idle_prompt\"}")
        #expect(idle.meaning == .waitsForInput(nil))
        let new = Self.parse(.claude, "{\(Self.claude)\"Notification\",\"notification_type\":\"auth_success\"}")
        #expect(new.meaning == .other)
        let notify = Self.parse(
            .codex, #"{"type":"agent-turn-complete","thread-id":"t1","last-assistant-message":"Fixed."}"#)
        #expect(notify.meaning == .turnEnded(message: "Fixed."))
        #expect(notify.conversation == "t1")
    }

    @Test(arguments: ["", "{", "[]", "null", #"{"hook_event_name":5}"#, #"{"hook_event_name":"NewEvent"}"#])
    func `what isn't understood is no event and no error`(payload: String) {
        #expect(Self.parse(.claude, payload).meaning == .other)
    }

    @Test(arguments: HookEventTests.cases)
    func `a payload cut anywhere never traps`(example: Case) {
        let bytes = Array(example.payload.utf8)
        for length in stride(from: 0, to: bytes.count, by: 3) {
            _ = HookEvent.parse(kind: example.kind, name: "PostToolUse", payload: Array(bytes[..<length]))
        }
    }

    @Test func `a payload is kept without secrets and below a bound`() throws {
        let long = String(repeating: "x", count: 100_000)
        let event = Self.parse(
            .claude,
            "{\(Self.claude)\"PostToolUse\","
                + #""tool_name":"Bash","tool_input":{"command":"export API_KEY=abcdef123456","apiKey":"zzz"},"tool_response":{"stdout":""#
                + long + #""}}"#)
        #expect(event.payload.utf8.count <= HookPayload.keptLimit)
        #expect(!event.payload.contains("abcdef123456"))
        #expect(!event.payload.contains("zzz"))
        #expect(event.payload.contains("(100000 bytes)"))
        #expect(try JSONValue(parsing: event.payload)["tool_name"]?.text == "Bash")
    }
}
