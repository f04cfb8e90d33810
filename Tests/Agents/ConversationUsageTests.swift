import Agents
import Glibc
import TestSupport
import Testing

struct ConversationUsageTests {
    private static let claude = """
        {"type":"assistant","message":{"model":"claude-opus-5-5","content":[],"usage":{"input_tokens":1280,"cache_read_input_tokens":20,"output_tokens":60}}}
        {"type":"user","message":{"content":"usage"}}

        """
    private static let end = #"""
        {"type":"cost-state","totalCostUSD":0.01992,"modelUsage":{"a":{"inputTokens":4080,"outputTokens":180,"cacheReadInputTokens":10},"b":{"inputTokens":1,"outputTokens":2}}}
        """#
    private static let codex = """
        {"type":"turn_context","payload":{"model":"gpt-5.5"}}
        {"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":1000,"output_tokens":60}}}}
        {"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":3000,"output_tokens":180}}}}

        """

    private static func usage(_ text: String) -> ConversationUsage { ConversationUsage(lines: Array(text.utf8)[...]) }

    @Test func `the newest figures count`() {
        let during = Self.usage(Self.claude)
        #expect(during.model == "claude-opus-5-5")
        #expect(during.inputTokens == 1300)
        #expect(during.outputTokens == 60)
        #expect(during.cost == nil)
        let after = Self.usage(Self.claude + Self.end)
        #expect(after.model == "claude-opus-5-5")
        #expect(after.inputTokens == 4091)
        #expect(after.outputTokens == 182)
        #expect(after.cost == 0.01992)
        let codex = Self.usage(Self.codex)
        #expect(codex.model == "gpt-5.5")
        #expect(codex.inputTokens == 3000)
        #expect(codex.outputTokens == 180)
    }

    @Test func `only the end of a long transcript is read, and what is no file tells nothing`() throws {
        let folder = try TemporaryFolder()
        let padding = String(repeating: "{\"type\":\"user\"}\n", count: 40_000)
        let path = try folder.write(Self.claude + padding + Self.codex + "{\"usage\":", to: "t")
        #expect(ConversationUsage.read(path).model == "gpt-5.5")
        for path in ["none", "."] { #expect(ConversationUsage.read(folder(path)) == ConversationUsage()) }
        try #require(mkfifo(folder("fifo"), 0o600) == 0)
        #expect(ConversationUsage.read(folder("fifo")) == ConversationUsage())
    }
}
