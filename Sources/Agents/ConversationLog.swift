/// An agent's own record of its conversation: one JSON document a line. Only ever read; a fork is a new text.
public struct ConversationLog: Sendable {
    /// Up to where a fork goes.
    public enum Point: Hashable, Sendable {
        /// The result of this tool use is its last entry; where that isn't there, the time counts.
        case toolUse(String, otherwise: Int64)
        /// The last finished tool use or turn that is not later, milliseconds since 1970.
        case time(Int64)
    }

    /// How an agent writes its lines.
    public enum Dialect: Hashable, Sendable { case claude, codex }

    public struct Fork: Hashable, Sendable {
        public var bytes: [UInt8]
        public var lines: Int
        /// The time of its last entry, milliseconds since 1970.
        public var endsAt: Int64?
    }

    let path: String
    let dialect: Dialect
    private let lines: [Line]

    private struct Line {
        var bytes: ArraySlice<UInt8>
        /// Nil when it can't be read: it is kept as it is.
        var json: JSONValue?
    }

    /// - Parameter path: for what is said of it.
    public init(_ bytes: [UInt8], dialect: Dialect, path: String) throws(AgentError) {
        self.path = path
        self.dialect = dialect
        var lines = bytes.split(separator: 0x0A).map { Line(bytes: $0, json: try? JSONValue(parsing: $0)) }
        // The agent may be writing it: its last line can be torn.
        if bytes.last != 0x0A, lines.last?.json == nil, !lines.isEmpty { lines.removeLast() }
        guard lines.contains(where: { $0.json?.members != nil }) else {
            throw .malformed(path: path, line: 1, reason: "this is no conversation of \(dialect)")
        }
        self.lines = lines
    }

    /// The agent's id of this conversation.
    public var id: String? { lines.lazy.compactMap { $0.json.flatMap(dialect.id) }.first }

    /// The conversation up to a point, under another id.
    ///
    /// - Parameters:
    ///   - folder: what to write instead of a folder's path, where the branch lies elsewhere.
    public func fork(
        at point: Point, id newID: String, moving folder: (from: String, to: String)? = nil
    ) throws(AgentError) -> Fork {
        let last = try lastLine(at: point)
        let oldID = id
        var bytes: [UInt8] = []
        for line in lines[...last] {
            if let json = line.json {
                json.mapStrings { text in
                    if text == oldID { return newID }
                    return folder.map { Self.move(text, from: $0.from, to: $0.to) } ?? text
                }.append(to: &bytes)
            } else {
                bytes += line.bytes
            }
            bytes.append(0x0A)
        }
        return Fork(bytes: bytes, lines: last + 1, endsAt: lines[last].json.flatMap(Self.time))
    }

    private func lastLine(at point: Point) throws(AgentError) -> Int {
        let limit: Int64
        switch point {
        case .toolUse(let id, let time):
            if let index = lines.lastIndex(where: { $0.json.map { dialect.isResult($0, of: id) } ?? false }) {
                return index
            }
            limit = time
        case .time(let time): limit = time
        }
        let found = lines.lastIndex { line in
            guard let json = line.json, let time = Self.time(json) else { return false }
            return time <= limit && dialect.isEnd(json)
        }
        guard let found else {
            throw .noSuchPoint(path: path, reason: "no tool use and no turn had ended by then")
        }
        return found
    }

    private static func time(_ json: JSONValue) -> Int64? { json["timestamp"]?.text.flatMap(TimeStamp.milliseconds) }

    /// Replaces a folder's path where it stands as a whole: `/a/b` in `/a/b/c`, not in `/a/bc`.
    static func move(_ text: String, from: String, to: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: from) {
            let next = rest[range.upperBound...].unicodeScalars.first
            let isWhole = next.map {
                !($0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.".unicodeScalars.contains($0))
            }
            result += rest[..<range.lowerBound] + (isWhole ?? true ? to : from)
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}

extension ConversationLog.Dialect {
    fileprivate func id(_ json: JSONValue) -> String? {
        switch self {
        case .claude: json["sessionId"]?.text
        case .codex: json["type"]?.text == "session_meta" ? json["payload"]?["id"]?.text : nil
        }
    }

    fileprivate func isResult(_ json: JSONValue, of id: String) -> Bool {
        switch self {
        case .claude: claudeResults(json).contains { $0["tool_use_id"]?.text == id }
        case .codex: codexResult(json)?["call_id"]?.text == id
        }
    }

    /// Whether a conversation may end after this entry: nothing is under way then.
    fileprivate func isEnd(_ json: JSONValue) -> Bool {
        switch self {
        case .claude:
            // Entries of agents within the agent are no part of the conversation itself.
            guard json["isSidechain"]?.isTrue != true else { return false }
            if !claudeResults(json).isEmpty { return true }
            let reason = json["message"]?["stop_reason"]?.text
            return json["type"]?.text == "assistant" && reason != nil && reason != "tool_use"
        case .codex:
            return codexResult(json) != nil
                || json["type"]?.text == "event_msg" && json["payload"]?["type"]?.text == "task_complete"
        }
    }

    private func claudeResults(_ json: JSONValue) -> [JSONValue] {
        guard json["type"]?.text == "user" else { return [] }
        return (json["message"]?["content"]?.elements ?? []).filter { $0["type"]?.text == "tool_result" }
    }

    private func codexResult(_ json: JSONValue) -> JSONValue? {
        guard json["type"]?.text == "response_item", let payload = json["payload"],
            payload["type"]?.text?.hasSuffix("_call_output") == true
        else { return nil }
        return payload
    }
}

/// Times as agents write them.
enum TimeStamp {
    /// `2026-11-23T16:39:04.239Z`, in UTC, as milliseconds since 1970; nil for anything else.
    static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T") else { return nil }
        func number(_ range: Range<Int>) -> Int64? { Int64(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var fraction: Int64 = 0
        for (place, byte) in bytes.dropFirst(20).dropLast().prefix(3).enumerated() where (0x30...0x39).contains(byte) {
            fraction += Int64(byte - 0x30) * [100, 10, 1][place]
        }
        // Days since 1970 of the civil calendar, with years that begin in March.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction
    }
}
