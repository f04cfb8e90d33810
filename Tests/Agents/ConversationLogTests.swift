import Agents
import Glibc
import TestSupport
import Testing

struct ConversationLogTests {
    private static let claude = """
        {"type":"queue-operation","timestamp":"2026-11-23T16:39:03.511Z","sessionId":"OLD"}
        {"type":"user","message":{"role":"user","content":"write"},"uuid":"u1","timestamp":"2026-11-23T16:39:04.239Z","cwd":"/w","sessionId":"OLD"}
        {"type":"assistant","message":{"content":[{"type":"tool_use","id":"t1","input":{"file_path":"/w/a.txt","n":1.50}}],"stop_reason":"tool_use"},"timestamp":"2026-11-23T16:39:05.000Z","sessionId":"OLD"}
        {"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"wrote /w/a.txt, not /wide"}]},"timestamp":"2026-11-23T16:39:06.000Z","sessionId":"OLD"}
        not json
        {"type":"assistant","message":{"content":[{"type":"tool_use","id":"t2"}],"stop_reason":"tool_use"},"timestamp":"2026-11-23T16:39:07.000Z","sessionId":"OLD"}
        {"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t2"}]},"timestamp":"2026-11-23T16:39:08.000Z","sessionId":"OLD"}
        {"type":"assistant","message":{"content":[],"stop_reason":"end_turn"},"timestamp":"2026-11-23T16:39:09.500Z","sessionId":"OLD"}

        """

    private static let codex = """
        {"timestamp":"2026-11-23T16:39:46.845Z","type":"session_meta","payload":{"session_id":"OLD","id":"OLD","cwd":"/w"}}
        {"timestamp":"2026-11-23T16:39:48.103Z","type":"response_item","payload":{"type":"function_call","call_id":"c1"}}
        {"timestamp":"2026-11-23T16:39:49.108Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c1","output":"x"}}
        {"timestamp":"2026-11-23T16:39:50.486Z","type":"response_item","payload":{"type":"custom_tool_call_output","call_id":"c2","output":"y"}}
        {"timestamp":"2026-11-23T16:39:51.356Z","type":"event_msg","payload":{"type":"task_complete","turn_id":"t"}}

        """

    /// 2026-11-23T16:39:00Z.
    private static let minute: Int64 = 1_795_451_940_000

    private static func log(_ text: String, _ dialect: ConversationLog.Dialect) throws -> ConversationLog {
        try ConversationLog(Array(text.utf8), dialect: dialect, path: "log")
    }

    @Test(arguments: [
        (ConversationLog.Point.toolUse("t1", otherwise: 0), 4), (.toolUse("t2", otherwise: 0), 7),
        (.toolUse("none", otherwise: minute + 6500), 4), (.time(minute + 6000), 4), (.time(minute + 7999), 4),
        (.time(minute + 8000), 7), (.time(minute + 60_000), 8),
    ])
    func `a fork ends where a tool use or a turn has ended`(point: ConversationLog.Point, lines: Int) throws {
        let fork = try Self.log(Self.claude, .claude).fork(at: point, id: "NEW")
        #expect(fork.lines == lines)
        let text = String(decoding: fork.bytes, as: UTF8.self)
        #expect(text.split(separator: "\n").count == lines)
        #expect(!text.contains("OLD"))
        // All else is as it was, to the digits of a number.
        #expect(text.replacing("NEW", with: "OLD") == Self.claude.prefix(text.count))
    }

    @Test func `before the first tool use there is nothing to go on with`() throws {
        let log = try Self.log(Self.claude, .claude)
        #expect(throws: AgentError.self) { try log.fork(at: .time(Self.minute + 5500), id: "NEW") }
    }

    @Test func `paths are moved where the branch lies elsewhere, whole ones only`() throws {
        let fork = try Self.log(Self.claude, .claude).fork(
            at: .toolUse("t1", otherwise: 0), id: "NEW", moving: ("/w", "/branch/1"))
        let text = String(decoding: fork.bytes, as: UTF8.self)
        #expect(text.contains(#""file_path":"/branch/1/a.txt""#))
        #expect(text.contains("wrote /branch/1/a.txt, not /wide"))
        #expect(text.contains(#""cwd":"/branch/1""#))
        // Codex names what it changed by its path.
        let changed = #"{"timestamp":"2026-11-23T16:39:49.000Z","type":"event_msg","payload":{"changes":{"/w/a":{}}}}"#
        let rollout = Self.codex.replacing(
            "\n{\"timestamp\":\"2026-11-23T16:39:50", with: "\n\(changed)\n{\"timestamp\":\"2026-11-23T16:39:50")
        let moved = try Self.log(rollout, .codex).fork(at: .time(.max), id: "NEW", moving: ("/w", "/branch/1"))
        #expect(String(decoding: moved.bytes, as: UTF8.self).contains(#"{"/branch/1/a":{}}"#))
    }

    @Test func `a rollout of Codex is cut and renamed the same way`() throws {
        let log = try Self.log(Self.codex, .codex)
        #expect(log.id == "OLD")
        #expect(try log.fork(at: .toolUse("c1", otherwise: 0), id: "NEW").lines == 3)
        #expect(try log.fork(at: .toolUse("c2", otherwise: 0), id: "NEW").lines == 4)
        let whole = try log.fork(at: .time(.max), id: "NEW")
        #expect(whole.lines == 5)
        #expect(!String(decoding: whole.bytes, as: UTF8.self).contains("OLD"))
        #expect(whole.endsAt == Self.minute + 51_356)
    }

    @Test func `a conversation that is cut anywhere is read up to the cut, or refused`() throws {
        for text in [Self.claude, Self.codex] {
            let bytes = Array(text.utf8)
            for length in stride(from: 0, to: bytes.count, by: 7) {
                let dialect: ConversationLog.Dialect = text == Self.claude ? .claude : .codex
                guard let log = try? ConversationLog(Array(bytes[..<length]), dialect: dialect, path: "log"),
                    let fork = try? log.fork(at: .time(.max), id: "OLD")
                else { continue }
                #expect(bytes.starts(with: fork.bytes))
            }
        }
    }

    @Test func `a private home links the user's settings, and leaves their conversations alone`() throws {
        let user = try TemporaryFolder()
        let recorder = try TemporaryFolder()
        for folder in [".claude", ".claude/projects", ".codex", ".codex/sessions"] {
            try #require(mkdir(user(folder), 0o700) == 0)
        }
        try user.write("{}", to: ".claude/settings.json")
        try user.write("facts", to: ".claude.json")
        try user.write("mine", to: ".claude/projects/x")
        try user.write("[hooks.state.\"\(user.path)/.codex/hooks.json:stop:0:0\"]", to: ".codex/config.toml")
        let folder = PrivateFolder(home: recorder.path, session: "s")
        let home = ConversationHome(folder: folder, home: recorder.path, session: "s")
        let fork = try Self.log(Self.codex, .codex).fork(at: .time(.max), id: "NEW")
        let claude = try home.makeClaude(fork, id: "NEW", encodedFolder: "-w", environment: ["HOME": user.path])
        let codex = try home.makeCodex(
            fork, id: "NEW", fileName: "2026/r-NEW.jsonl", environment: ["HOME": user.path])
        let own = try #require(claude["CLAUDE_CONFIG_DIR"])
        func read(_ path: String) throws -> String {
            String(decoding: try ConversationHome.read(path), as: UTF8.self)
        }
        #expect(try read("\(own)/settings.json") == "{}")
        #expect(try read("\(own)/.claude.json") == "facts")
        #expect(try ConversationHome.read("\(own)/projects/-w/NEW.jsonl") == fork.bytes)
        let codexHome = try #require(codex["CODEX_HOME"])
        #expect(try read("\(codexHome)/config.toml") == "[hooks.state.\"\(codexHome)/hooks.json:stop:0:0\"]")
        try folder.remove()
        #expect(try read(user(".claude/settings.json")) == "{}")
        #expect(try read(user(".claude/projects/x")) == "mine")
        // The conversation outlives its session, so that the branch can be branched.
        #expect(
            try ConversationHome.read("\(recorder.path)/conversations/s/projects/-w/NEW.jsonl") == fork.bytes)
    }
}

struct ContinuationTests {
    @Test func `earlier prompts are told again before the new one`() throws {
        #expect(Continuation.replaying([], then: "x") == "x")
        let text = try #require(Continuation.replaying(["first", "second"], then: "third"))
        #expect(text.contains("1. first\n2. second"))
        #expect(text.hasSuffix("Now: third"))
    }
}
