/// Which reader a foreign file needs.
public enum ForeignFormat: String, Sendable, CaseIterable {
    case asciicast
    case timedRaw
    case typescript
    case ttyrec

    /// By the name first and then by the content; nil if nothing fits.
    public static func detect(path: String, content: [UInt8]) -> ForeignFormat? {
        if path.hasSuffix(".raw") { return .timedRaw }
        let start = content.drop { $0 <= 0x20 }
        if start.first == UInt8(ascii: "{") || start.first == UInt8(ascii: "#") { return .asciicast }
        if start.starts(with: Array("Script started on ".utf8)) { return .typescript }
        if path.hasSuffix(".timing") { return .timedRaw }
        if path.hasSuffix(".ttyrec") || path.hasSuffix(".tty") { return .ttyrec }
        return (try? Ttyrec.read(bytes: content, path: path)).flatMap { $0.warnings.isEmpty ? .ttyrec : nil }
    }

    /// Reads any known foreign recording. A typescript's timing is looked for beside it, as `PATH.timing`, `PATH.tm` or
    /// with `timing` in place of `typescript` in its name.
    public static func read(path: String) throws(InterchangeError) -> ImportedSession {
        let content = try fileBytes(path)
        switch detect(path: path, content: content) {
        case .asciicast: return try Asciicast.read(bytes: content, path: path)
        case .timedRaw: return try TimedRaw.read(path: path)
        case .typescript: return try Typescript.read(path: path)
        case .ttyrec: return try Ttyrec.read(bytes: content, path: path)
        case nil: throw .unknownFormat(path: path)
        }
    }
}
