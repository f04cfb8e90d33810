/// A request's path and query, taken apart and decoded.
struct RequestTarget: Hashable, Sendable {
    /// Decoded parts of the path.
    var path: [String]
    var query: [String: String]

    init(_ target: String) throws(RESTError) {
        let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let way = sides.first ?? ""
        guard way.hasPrefix("/") else { throw .noRoute(String(target.prefix(100))) }
        var parts: [String] = []
        for part in way.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = Self.decode(part, plusIsSpace: false) else { throw .noRoute(String(target.prefix(100))) }
            parts.append(text)
        }
        path = parts
        query = [:]
        guard sides.count == 2 else { return }
        for pair in sides[1].split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(halves[0], plusIsSpace: true),
                let value = Self.decode(halves.count == 2 ? halves[1] : "", plusIsSpace: true)
            else {
                throw .invalid([.init(field: "query", message: "must be percent-encoded UTF-8 without zero bytes")])
            }
            if query[name] == nil { query[name] = value }
        }
    }

    /// Nil for what isn't UTF-8 after all.
    private static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var source = text.utf8.makeIterator()
        while let byte = source.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = source.next().flatMap(digit), let low = source.next().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        // A zero byte ends paths early for the system.
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Tags of contents, as conditional requests compare them.
enum EntityTag {
    /// Whether `If-None-Match` or `If-Range` names this tag.
    static func matches(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").map { $0.drop { $0 == " " } }.contains { candidate in
            let plain = candidate.hasPrefix("W/") ? candidate.dropFirst(2) : candidate
            return plain == "*" || String(plain).trimmed == tag
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
