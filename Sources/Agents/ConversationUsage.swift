/// What a conversation has cost so far, as far as its agent writes that down.
public struct ConversationUsage: Codable, Hashable, Sendable {
    public var model: String?
    /// Tokens of the whole conversation, cached ones among those that went in.
    public var inputTokens: Int?
    public var outputTokens: Int?
    /// US dollars, by the agent's own reckoning.
    public var cost: Double?

    public init() {}

    public var isEmpty: Bool { self == ConversationUsage() }

    /// Reads a transcript: all of it where requests have to be added up, else its end, where the newest figures stand.
    public static func read(_ path: String) -> ConversationUsage {
        let end = ConversationUsage(lines: TranscriptTail.read(path, limit: tail)[...])
        // Those of Codex and of a conversation that has ended are totals already.
        guard end.isSum else { return end }
        let all = TranscriptTail.read(path, limit: longest + 1)
        guard all.count <= longest else {
            // A part of the sum would be taken for the whole.
            var result = end
            result.inputTokens = nil
            result.outputTokens = nil
            result.isSum = false
            return result
        }
        return ConversationUsage(lines: all[...])
    }

    /// Bytes from the end that are looked at for totals.
    private static let tail = 256 << 10
    /// Bytes of a transcript whose requests are added up at most: an agent waits for its hook.
    private static let longest = 32 << 20

    /// Takes what is told from the last line that tells it, and else adds up each request; lines that can't be read are
    /// passed over.
    public init(lines bytes: ArraySlice<UInt8>) {
        // One answer is several lines, of which the last has the figures that hold.
        var requests: Set<[UInt8]> = []
        for line in bytes.split(separator: 0x0A).reversed() {
            if model != nil, outputTokens != nil, !isSum, cost != nil { return }
            // Most lines are large and tell nothing of this.
            guard Self.marks.contains(where: { TranscriptTail.contains(line, $0) }) else { continue }
            if isSum, let id = Self.messageID(line) {
                guard requests.insert(id).inserted else { continue }
            }
            guard let json = try? JSONValue(parsing: line) else { continue }
            if !isSum, let id = Self.messageID(line) { requests.insert(id) }
            take(json)
        }
    }

    /// Whether the tokens are added up from single requests.
    private var isSum = false

    private enum CodingKeys: String, CodingKey { case model, inputTokens, outputTokens, cost }

    private static let marks = [
        Array(#""usage""#.utf8), Array("cost-state".utf8), Array("token_count".utf8), Array("turn_context".utf8),
    ]

    /// The id of the answer that a line is a part of, found without reading the line as a whole.
    private static func messageID(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        guard let start = line.firstRange(of: idMark)?.upperBound, let end = line[start...].firstIndex(of: 0x22) else {
            return nil
        }
        return Array(line[start..<end])
    }

    private static let idMark = Array(#""id":"msg_"#.utf8)

    private mutating func take(_ json: JSONValue) {
        switch json["type"]?.text {
        case "cost-state":
            cost = cost ?? json["totalCostUSD"]?.double
            guard outputTokens == nil, let models = json["modelUsage"]?.members else { return }
            inputTokens = models.reduce(0) { $0 + Self.input($1.value) }
            outputTokens = models.reduce(0) { $0 + ($1.value["outputTokens"]?.integer ?? 0) }
        case "assistant":
            model = model ?? json["message"]?["model"]?.text
            guard outputTokens == nil || isSum, let usage = json["message"]?["usage"] else { return }
            isSum = true
            inputTokens =
                ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
                .reduce(inputTokens ?? 0) { $0 &+ (usage[$1]?.integer ?? 0) }
            outputTokens = (outputTokens ?? 0) &+ (usage["output_tokens"]?.integer ?? 0)
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
