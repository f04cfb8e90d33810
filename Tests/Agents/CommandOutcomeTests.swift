import Testing

@testable import Agents

struct CommandOutcomeTests {
    // Written by codex 0.163.0.
    private static let transcript = #"""
        {"timestamp":"2026-11-23T18:34:46.110Z","type":"response_item","payload":{"type":"function_call","call_id":"call_1"}}
        {"timestamp":"2026-11-23T18:34:46.292Z","ordinal":13,"type":"event_msg","payload":{"type":"item_completed","item":{"type":"CommandExecution","id":"call_1","command":["/bin/bash","-lc","echo running; false"],"status":"failed","aggregated_output":"running\n","exit_code":3,"duration":{"secs":1,"nanos":4086000}}}}
        {"timestamp":"2026-11-23T18:34:47.061Z","type":"response_item","payload":{"type":"custom_tool_call","call_id":"call_2"}}
        """#

    @Test func `a command's status and duration are in the transcript of Codex`() {
        let bytes = Array(Self.transcript.utf8)
        #expect(CommandOutcome.find("call_1", in: bytes[...]) == CommandOutcome(exitStatus: 3, milliseconds: 1004))
        for other in ["call_2", "call_3", ""] { #expect(CommandOutcome.find(other, in: bytes[...]) == nil) }
        for end in stride(from: 0, to: bytes.count, by: 7) { _ = CommandOutcome.find("call_1", in: bytes[..<end]) }
    }
}
