/// A payload as it may be kept: secrets are out, long texts are cut, and the whole stays below a bound.
public enum HookPayload {
    /// Bytes of a payload that a hook reads at most, and that is kept of one.
    public static let readLimit = 4 << 20
    public static let keptLimit = 6 << 10
    private static let textLimit = 600

    static func text(_ json: JSONValue) -> String {
        guard json != .null else { return "" }
        for limit in [textLimit, textLimit / 4, 40] {
            let text = SecretRedaction.redact(json, keeping: limit).encodedText
            if text.utf8.count <= keptLimit { return text }
        }
        let names = json.members?.prefix(40).map { JSONValue.string(String($0.name.prefix(40))) } ?? []
        return JSONValue.object([JSONValue.Member("omitted", .array(names))]).encodedText
    }
}
