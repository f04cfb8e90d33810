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

    @Test func `Claude's requests are added up, each once, by the last of its lines`() throws {
        // One request is several lines, of which the earlier have figures of its beginning; lines between them are others'.
        func line(_ id: String, _ read: Int, _ out: Int) -> String {
            let usage = #""usage":{"input_tokens":10,"cache_read_input_tokens":\#(read),"output_tokens":\#(out)}"#
            return #"{"type":"assistant","message":{"model":"m","id":"\#(id)","content":[],\#(usage)}}"# + "\n"
        }
        let other = #"{"type":"user","message":{"content":[{"type":"tool_result","content":"\"usage\":{}"}]}}"# + "\n"
        let text =
            line("msg_1", 0, 1) + line("msg_1", 0, 60) + other + line("msg_2", 100, 5) + other + line("msg_2", 100, 70)
            + line("msg_3", 200, 80)
        let usage = Self.usage(text)
        #expect(usage.inputTokens == 330 && usage.outputTokens == 210)
        // Also where the first stand far before the end; of a transcript too long to add up, no part is taken for the whole.
        let folder = try TemporaryFolder()
        let padding = String(repeating: other, count: 5000)
        let path = try folder.write(line("msg_0", 1000, 1) + padding + text, to: "long")
        #expect(ConversationUsage.read(path).inputTokens == 1340)
        let huge = try folder.write(line("msg_0", 1000, 1) + padding + text, to: "huge")
        let file = try #require(fopen(huge, "r+"))
        defer { fclose(file) }
        // Before the newest lines lies a hole of 40 MB.
        fseek(file, 40 << 20, SEEK_SET)
        fputs("\n" + text, file)
        fflush(file)
        #expect(ConversationUsage.read(huge).inputTokens == nil && ConversationUsage.read(huge).model == "m")
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
