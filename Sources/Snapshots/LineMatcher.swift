import Glibc

/// Tells whether a line matches, by the system's own regular expressions.
final class LineMatcher {
    private var expression = regex_t()

    /// - Throws: `program` with what is wrong with the expression.
    init(_ search: TextSearch) throws(SnapshotError) {
        let text =
            switch search.pattern {
            case .text(let text): Self.escaped(text)
            case .expression(let text): text
            }
        let flags = REG_EXTENDED | REG_NOSUB | (search.ignoresCase ? REG_ICASE : 0)
        let result = regcomp(&expression, text, flags)
        guard result != 0 else { return }
        var message = [CChar](repeating: 0, count: 200)
        regerror(result, &expression, &message, message.count)
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        throw .program(command: "search for \(text)", status: result, message: String(decoding: bytes, as: UTF8.self))
    }

    deinit { regfree(&expression) }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { "\\^$.[]|()?*+{}".contains($0) ? ["\\", $0] : [$0] })
    }

    func matches(_ line: ArraySlice<UInt8>) -> Bool {
        (Array(line) + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { regexec(&expression, $0.baseAddress!, 0, nil, 0) == 0 }
        }
    }
}
