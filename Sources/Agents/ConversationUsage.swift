/// What a conversation has cost so far, as far as its agent writes that down.
public struct ConversationUsage: Codable, Hashable, Sendable {
    public var model: String?
    /// Tokens of the whole conversation, cached ones among those that went in; of Claude those of the last answer, until
    /// it writes its totals at the conversation's end.
    public var inputTokens: Int?
    public var outputTokens: Int?
    /// US dollars, by the agent's own reckoning.
    public var cost: Double?

    public init() {}

    public var isEmpty: Bool { self == ConversationUsage() }

    /// Reads the end of a transcript, which is where the newest figures stand.
    public static func read(_ path: String) -> ConversationUsage {
        ConversationUsage(lines: TranscriptTail.read(path, limit: tail)[...])
    }

    /// Bytes from the end that are looked at.
    private static let tail = 256 << 10

    /// Takes what is told from the last line that tells it; lines that can't be read are passed over.
    public init(lines bytes: ArraySlice<UInt8>) {
        for line in bytes.split(separator: 0x0A).reversed() {
            if model != nil, outputTokens != nil, cost != nil { return }
            // Most lines are large and tell nothing of this.
            guard Self.marks.contains(where: { TranscriptTail.contains(line, $0) }),
                let json = try? JSONValue(parsing: line)
            else { continue }
            take(json)
        }
    }

    private static let marks = [
        Array(#""usage""#.utf8), Array("cost-state".utf8), Array("token_count".utf8), Array("turn_context".utf8),
    ]

    private mutating func take(_ json: JSONValue) {
        switch json["type"]?.text {
        case "cost-state":
            cost = cost ?? json["totalCostUSD"]?.double
            guard outputTokens == nil, let models = json["modelUsage"]?.members else { return }
            inputTokens = models.reduce(0) { $0 + Self.input($1.value) }
            outputTokens = models.reduce(0) { $0 + ($1.value["outputTokens"]?.integer ?? 0) }
        case "assistant":
            model = model ?? json["message"]?["model"]?.text
            guard outputTokens == nil, let usage = json["message"]?["usage"] else { return }
            inputTokens = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
                .reduce(0) { $0 &+ (usage[$1]?.integer ?? 0) }
            outputTokens = usage["output_tokens"]?.integer
        case "turn_context": model = model ?? json["payload"]?["model"]?.text
        case "event_msg":
            guard outputTokens == nil, let total = json["payload"]?["info"]?["total_token_usage"] else { return }
            inputTokens = total["input_tokens"]?.integer
            outputTokens = total["output_tokens"]?.integer
        default: break
        }
    }

    private static func input(_ model: JSONValue) -> Int {
        ["inputTokens", "cacheReadInputTokens", "cacheCreationInputTokens"]
            .reduce(0) { $0 &+ (model[$1]?.integer ?? 0) }
    }
}
