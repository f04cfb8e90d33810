/// Takes secrets out of texts that are kept: tokens of known shapes, values of names that speak of secrets, passwords in
/// addresses, private keys. It can't know every secret; what it takes out it replaces by ``mark``.
public enum SecretRedaction {
    public static let mark = "[redacted]"

    private static let names = #"(password|passwd|secret|token|api_?key|access_?key|private_?key|credential)"#

    /// Patterns, and which group of each is the secret.
    private static let patterns: [(pattern: LinePattern, group: Int)] = sources.compactMap { source, group in
        LinePattern(source).map { ($0, group) }
    }

    private static let sources: [(source: String, group: Int)] = [
        (
            #"(^|[^A-Za-z0-9_])(sk-[A-Za-z0-9_-]{16}[A-Za-z0-9_-]*|gh[pousr]_[A-Za-z0-9]{20}[A-Za-z0-9]*"#
                + #"|github_pat_[A-Za-z0-9_]{20}[A-Za-z0-9_]*|glpat-[A-Za-z0-9_-]{16}[A-Za-z0-9_-]*"#
                + #"|xox[abprs]-[A-Za-z0-9-]{10}[A-Za-z0-9-]*|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}"#
                + #"|npm_[A-Za-z0-9]{30}[A-Za-z0-9]*|eyJ[A-Za-z0-9_-]{10}[A-Za-z0-9_.-]*)"#, 2
        ),
        (
            #"[A-Za-z0-9_-]*"# + names
                + #"s?([_-][A-Za-z0-9_-]*)?["']?[ ]*[=:][ ]*["']?([^]["' ,;&)}{]{4}[^"' ,;&)}]*)"#, 3
        ),
        (#"(bearer|basic) +([A-Za-z0-9+/=_.~-]{8}[A-Za-z0-9+/=_.~-]*)"#, 2),
        (#"://[^/ :@]+:([^/ @]+)@"#, 1),
    ]

    public static func redact(_ text: String) -> String {
        var bytes = Array(text.utf8)
        removePrivateKeys(&bytes)
        for (pattern, group) in patterns {
            for range in pattern.matches(in: bytes, group: group).reversed() {
                // "tokens: 1200" is a count, and no secret.
                if bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) { continue }
                bytes.replaceSubrange(range, with: mark.utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same in a text that is going to be cut to so many bytes: what lies far behind the cut is not looked at.
    static func redact(_ text: String, keeping limit: Int) -> String {
        let size = text.utf8.count
        guard size > limit else { return redact(text) }
        // A secret at the cut is seen whole.
        let kept = redact(String(decoding: text.utf8.prefix(limit + 1024), as: UTF8.self))
        return String(decoding: kept.utf8.prefix(limit), as: UTF8.self) + "… (\(size) bytes)"
    }

    /// The same in each text of a document, and whole values whose name says that they are secret.
    static func redact(_ json: JSONValue, keeping limit: Int) -> JSONValue {
        switch json {
        case .null, .bool, .number: return json
        case .string(let text): return .string(redact(text, keeping: limit))
        case .array(let elements): return .array(elements.map { redact($0, keeping: limit) })
        case .object(let members):
            return .object(
                members.map { member in
                    if member.value.text != nil, speaksOfSecrets(member.name) {
                        return JSONValue.Member(member.name, .string(mark))
                    }
                    return JSONValue.Member(member.name, redact(member.value, keeping: limit))
                })
        }
    }

    private static func speaksOfSecrets(_ name: String) -> Bool {
        let plain = name.lowercased().filter { $0 != "_" && $0 != "-" }
        return ["password", "passwd", "secret", "apikey", "accesskey", "privatekey", "authtoken", "accesstoken"]
            .contains { plain.contains($0) } || plain == "token"
    }

    private static let keyBegin = LinePattern("-----BEGIN [A-Z ]*PRIVATE KEY-----")
    private static let keyEnd = LinePattern("-----END [A-Z ]*PRIVATE KEY-----")

    /// From `-----BEGIN … PRIVATE KEY-----` to its end, or to the end of the text.
    private static func removePrivateKeys(_ bytes: inout [UInt8]) {
        guard let begin = keyBegin, let end = keyEnd else { return }
        while let first = begin.matches(in: bytes, group: 0).first {
            let rest = Array(bytes[first.upperBound...])
            let stop = end.matches(in: rest, group: 0).first.map { first.upperBound + $0.upperBound } ?? bytes.count
            bytes.replaceSubrange(first.lowerBound..<stop, with: mark.utf8)
        }
    }
}
