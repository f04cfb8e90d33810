import Agents
import FoundationEssentials
import TestSupport
import Testing

/// What Codex 0.163.0 tells by `notify` at the end of a turn, and beside the first for the conversation's title.
struct CodexThreadTests {
    private static func ended(_ thread: String) -> HookEvent {
        let payload =
            #"{"type":"agent-turn-complete","thread-id":"\#(thread)","turn-id":"1","cwd":"/w","client":"codex-tui","input-messages":["x"],"last-assistant-message":"Done."}"#
        return HookEvent.parse(kind: .codex, name: "notify", payload: Array(payload.utf8))
    }

    private static func record(_ name: String, in home: TemporaryFolder) throws {
        let path = home("\(name).jsonl")
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("{}\n".utf8).write(to: URL(filePath: path))
    }

    @Test func `the end of a request that Codex keeps no record of is none of a turn`() throws {
        let home = try TemporaryFolder()
        let environment = ["HOME": "/nowhere", "CODEX_HOME": home.path]
        #expect(!Self.ended("019a-1").isSideRequest(environment: environment), "without records, nobody can say")
        try Self.record("sessions/2026/11/23/rollout-2026-11-23T23-59-59-019a-0", in: home)
        try Self.record("sessions/2026/11/24/rollout-2026-11-24T08-00-00-019a-1", in: home)
        for thread in ["019a-0", "019a-1"] { #expect(!Self.ended(thread).isSideRequest(environment: environment)) }
        #expect(Self.ended("019a-2").isSideRequest(environment: environment))
        #expect(!Self.ended("").isSideRequest(environment: environment))
        // Its hooks tell of the conversation only, and other agents aren't asked.
        let hook = Array(#"{"hook_event_name":"Stop","session_id":"019a-2"}"#.utf8)
        for kind in [HookKind.codex, .claude] {
            let event = HookEvent.parse(kind: kind, name: "Stop", payload: hook)
            #expect(!event.isSideRequest(environment: environment))
        }
    }

    @Test func `without CODEX_HOME the records are in the home folder`() throws {
        let home = try TemporaryFolder()
        try Self.record(".codex/sessions/2026/11/24/rollout-2026-11-24T08-00-00-019a-1", in: home)
        #expect(!Self.ended("019a-1").isSideRequest(environment: ["HOME": home.path]))
        #expect(Self.ended("019a-2").isSideRequest(environment: ["HOME": home.path]))
    }
}
