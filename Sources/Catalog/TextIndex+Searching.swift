import FoundationEssentials
import GRDB

/// A line in which a text was found.
public struct TextHit: Hashable, Sendable {
    public var session: String
    /// When the line was first on the screen so, milliseconds since the session's start.
    public var time: Int64
    public var line: String
}

extension TextIndex {
    /// Fewer characters name too much to be looked up.
    public static let shortest = 3

    /// Lines that hold the text, those read last first. Letters of either case are the same.
    ///
    /// - Parameters:
    ///   - text: any part of a line, taken as it is: at least ``shortest`` characters.
    ///   - sessions: only in these; nil for all.
    ///   - limit: lines at most, and `perSession` of each session.
    public func search(
        _ text: String, in sessions: Set<String>? = nil, limit: Int, perSession: Int = .max
    ) throws(CatalogError) -> [TextHit] {
        let needle = Self.folded(text)
        guard text.unicodeScalars.count >= Self.shortest, limit > 0 else { return [] }
        return try read { database in
            var hits: [TextHit] = []
            var counts: [String: Int] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT p.session_id, p.times, p.body FROM trigrams t JOIN portions p ON p.id = t.rowid
                    WHERE t.trigrams MATCH ? ORDER BY t.rowid DESC
                    """, arguments: [Self.query(text)])
            while hits.count < limit, let row = try rows.next() {
                let session: String = row[0]
                if let sessions, !sessions.contains(session) { continue }
                guard counts[session, default: 0] < perSession else { continue }
                let found = Self.lines(of: row[2], times: row[1], holding: needle)
                for (line, time) in found.prefix(min(limit - hits.count, perSession - counts[session, default: 0])) {
                    hits.append(TextHit(session: session, time: time, line: line))
                    counts[session, default: 0] += 1
                }
            }
            return hits
        }
    }

    /// All trigrams of a text, each as a phrase of its own, so that nothing in it is taken for syntax. They narrow the search only,
    /// so some of a long text do.
    static func query(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var starts = Array(0...scalars.count - shortest)
        if starts.count > mostTrigrams {
            starts = (0..<mostTrigrams).map { $0 * (starts.count - 1) / (mostTrigrams - 1) }
        }
        var seen: Set<String> = []
        return starts.compactMap { start in
            var trigram = String.UnicodeScalarView()
            trigram.append(contentsOf: scalars[start..<start + shortest])
            let quoted = "\"\(String(trigram).replacing("\"", with: "\"\""))\""
            return seen.insert(quoted).inserted ? quoted : nil
        }.joined(separator: " AND ")
    }

    private static let mostTrigrams = 12

    private static func lines(
        of body: String, times: Data, holding needle: [UInt8]
    ) -> [(line: String, time: Int64)] {
        let haystack = folded(body)
        guard contains(haystack[...], needle) else { return [] }
        var result: [(String, Int64)] = []
        let times = TextPortion.times(times)
        for (index, line) in body.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard contains(folded(line)[...], needle), index < times.count else { continue }
            result.append((String(line), times[index]))
        }
        return result
    }

    /// Small letters; bytes of other scripts by their own rule, only where there are any.
    static func folded(_ text: some StringProtocol) -> [UInt8] {
        var bytes = Array(text.utf8)
        if bytes.contains(where: { $0 >= 0x80 }) { return Array(text.lowercased().utf8) }
        for index in bytes.indices where bytes[index] &- 0x41 < 26 { bytes[index] |= 0x20 }
        return bytes
    }

    static func contains(_ bytes: ArraySlice<UInt8>, _ needle: [UInt8]) -> Bool {
        guard let first = needle.first, bytes.count >= needle.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                var start = 0
                let last = bytes.count - needle.count
                while start <= last {
                    if bytes[start] == first {
                        var index = 1
                        while index < needle.count, bytes[start + index] == needle[index] { index += 1 }
                        if index == needle.count { return true }
                    }
                    start += 1
                }
                return false
            }
        }
    }
}
