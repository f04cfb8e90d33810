import Agents
import Testing

/// Events of agents that were not tried, as their public documentation has them, and what they mean for the session.
struct DocumentedPayloadTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: HookKind
        /// What the hook was installed for: Copilot's payloads don't name their event.
        var event: String
        var payload: String
        var state: AgentState?
        /// Of the use of a tool, if it is one.
        var tool: String?
        var testDescription: String { "\(kind.rawValue) \(event)" }
    }

    private static let gemini =
        #"{"session_id":"g1","transcript_path":"/t/g1.json","cwd":"/w","timestamp":"2026-01-01T00:00:00Z","hook_event_name":"#
    private static let copilot = #"{"sessionId":"c1","timestamp":1704614700000,"cwd":"/w""#
    private static let opencode = #"{"cwd":"/w","session_id":"ses_1","hook_event_name":"#

    static let cases: [Case] = [
        Case(
            kind: .gemini, event: "SessionStart", payload: gemini + #""SessionStart","source":"startup"}"#, state: .idle
        ),
        Case(
            kind: .gemini, event: "BeforeAgent", payload: gemini + #""BeforeAgent","prompt":"fix it"}"#, state: .working
        ),
        Case(
            kind: .gemini, event: "BeforeTool",
            payload: gemini
                + #""BeforeTool","tool_name":"write_file","tool_input":{"file_path":"/w/a.txt","content":"x\n"}}"#,
            state: .working, tool: "write_file a.txt"),
        Case(
            kind: .gemini, event: "AfterTool",
            payload: gemini
                + #""AfterTool","tool_name":"replace","tool_input":{"file_path":"/w/a.txt","old_string":"x","new_string":"y"},"tool_response":{"llmContent":"done","returnDisplay":"done"}}"#,
            state: .working, tool: "replace a.txt"),
        Case(
            kind: .gemini, event: "Notification",
            payload: gemini
                + #""Notification","notification_type":"ToolPermission","message":"run make?","details":{"tool_name":"run_shell_command"}}"#,
            state: .waitsForPermission),
        Case(
            kind: .gemini, event: "AfterAgent",
            payload: gemini + #""AfterAgent","prompt":"fix it","prompt_response":"Fixed.","stop_hook_active":false}"#,
            state: .idle),
        Case(kind: .gemini, event: "SessionEnd", payload: gemini + #""SessionEnd","reason":"exit"}"#, state: .idle),
        Case(kind: .gemini, event: "PreCompress", payload: gemini + #""PreCompress","trigger":"auto"}"#, state: nil),
        Case(
            kind: .copilot, event: "sessionStart", payload: copilot + #","source":"new","initialPrompt":"x"}"#,
            state: .idle),
        Case(kind: .copilot, event: "userPromptSubmitted", payload: copilot + #","prompt":"fix it"}"#, state: .working),
        Case(
            kind: .copilot, event: "preToolUse",
            payload: copilot + #","toolName":"bash","toolArgs":"{\"command\":\"npm test\"}"}"#, state: .working,
            tool: "bash npm test"),
        Case(
            kind: .copilot, event: "postToolUse",
            payload: copilot
                + #","toolName":"bash","toolArgs":{"command":"npm test"},"toolResult":{"resultType":"success","textResultForLlm":"ok"}}"#,
            state: .working, tool: "bash npm test"),
        Case(
            kind: .copilot, event: "permissionRequest",
            payload: copilot + #","toolName":"bash","toolArgs":{"command":"rm x"}}"#,
            state: .waitsForPermission, tool: "bash rm x"),
        Case(
            kind: .copilot, event: "notification",
            payload: copilot + #","notification_type":"permission_prompt","message":"may I?"}"#,
            state: .waitsForPermission),
        Case(
            kind: .copilot, event: "agentStop", payload: copilot + #","transcriptPath":"/t","stopReason":"end_turn"}"#,
            state: .idle),
        Case(
            kind: .copilot, event: "errorOccurred", payload: copilot + #","error":{"message":"timeout","name":"E"}}"#,
            state: .idle),
        Case(kind: .copilot, event: "sessionEnd", payload: copilot + #","reason":"complete"}"#, state: .idle),
        Case(
            kind: .opencode, event: "tool.execute.before",
            payload: opencode
                + #""tool.execute.before","tool_name":"bash","tool_use_id":"call_1","tool_input":{"command":"make"}}"#,
            state: .working, tool: "bash make"),
        Case(
            kind: .opencode, event: "tool.execute.after",
            payload: opencode
                + #""tool.execute.after","tool_name":"bash","tool_use_id":"call_1","tool_input":{"command":"make"},"tool_response":{"output":"no rule","metadata":{"exit":2}},"duration_ms":12}"#,
            state: .working, tool: "bash make"),
        Case(
            kind: .opencode, event: "permission.asked", payload: opencode + #""permission.asked","title":"run rm?"}"#,
            state: .waitsForPermission),
        Case(kind: .opencode, event: "session.idle", payload: opencode + #""session.idle"}"#, state: .idle),
    ]

    @Test(arguments: cases)
    func `an event tells a state and a use of a tool`(example: Case) throws {
        let event = HookEvent.parse(kind: example.kind, name: example.event, payload: Array(example.payload.utf8))
        let signal = AgentSignal(event)
        #expect(signal?.state == example.state)
        #expect(signal?.tool?.label == example.tool)
        #expect(["g1", "c1", "ses_1"].contains(event.conversation))
    }

    @Test func `an exit status is told where the agent has one`() throws {
        let example = try #require(Self.cases.first { $0.event == "tool.execute.after" })
        let event = HookEvent.parse(kind: .opencode, name: example.event, payload: Array(example.payload.utf8))
        guard case .toolEnded(let use) = event.meaning else {
            Issue.record("no end of a tool's use: \(event)")
            return
        }
        #expect(use.exitStatus == 2 && use.label == "bash make → 2" && use.milliseconds == 12)
    }
}
