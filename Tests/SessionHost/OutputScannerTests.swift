import TestSupport
import Testing

@testable import SessionHost

struct OutputScannerTests {
    private func marks(_ pieces: [[UInt8]]) -> [String] {
        var scanner = OutputScanner()
        return pieces.flatMap { piece in
            piece.withUnsafeBytes { scanner.scan($0) }.map {
                "\($0.number);\(String(decoding: $0.text, as: UTF8.self))"
            }
        }
    }

    private static let stream =
        "x\u{1B}]133;A\u{7}$ \u{1B}]133;B\u{1B}\\ls\r\n\u{1B}[31mred\u{1B}[0m\u{1B}]633;E;echo \\x3b a\u{7}\u{1B}]633;C\u{7}"
        + "\u{1B}]0;133;A title\u{7}\u{1B}Pq133;A\u{1B}\\\u{1B}]8;;http://example.com/133;A\u{1B}\\\u{1B}]133;D;1\u{1B}\\\u{1B}]7;file://h/tmp\u{7}"

    @Test func `marks are found, and nothing that only looks like one`() {
        #expect(
            marks([Array(Self.stream.utf8)]) == [
                "133;A", "133;B", "633;E;echo \\x3b a", "633;C", "133;D;1", "7;file://h/tmp",
            ])
    }

    @Test(arguments: 0..<20) func `any split of the bytes gives the same marks`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var rest = Array(Self.stream.utf8)[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...7, using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(marks(pieces) == marks([Array(Self.stream.utf8)]))
    }

    @Test func `a mark's end is behind its last byte`() {
        var scanner = OutputScanner()
        let bytes = Array("ab\u{1B}]133;C\u{7}cd".utf8)
        let found = bytes.withUnsafeBytes { scanner.scan($0) }
        #expect(found.map(\.end) == [10])
    }

    @Test func `an endless string is let go`() {
        let bytes =
            Array("\u{1B}]633;E;".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
            + Array("\u{7}\u{1B}]133;A\u{7}".utf8)
        #expect(marks([bytes]) == ["133;A"])
    }

    private func sees(_ text: String, splitAt split: Int? = nil) -> Bool {
        var scanner = OutputScanner()
        let bytes = Array(text.utf8)
        let cut = split ?? bytes.count
        return [bytes[..<cut], bytes[cut...]].map { part in
            Array(part).withUnsafeBytes { _ = scanner.scan($0) }
            return scanner.asks
        }.contains(true)
    }

    @Test(arguments: [
        "\u{1B}[c", "\u{1B}[>c", "\u{1B}[6n", "\u{1B}[>q", "\u{1B}[?2026$p", "\u{1B}[?u", "\u{1B}[14t", "\u{1B}Z",
        "\u{1B}]11;?\u{7}", "\u{1B}P$qm\u{1B}\\", "\u{1B}P+q544e\u{1B}\\",
    ])
    func `a query is seen wherever it is split`(query: String) {
        for split in 0...query.utf8.count { #expect(sees(query, splitAt: split), "split at \(split)") }
        #expect(sees("some text\r\n\u{1B}[31mred" + query + "more"))
    }

    @Test(arguments: [
        "plain text, cnpqutx?", "\u{1B}[31;1mred\u{1B}[0m", "\u{1B}[2J\u{1B}[H", "\u{1B}]0;title\u{7}n", "\u{1B}(B",
    ])
    func `what asks nothing isn't taken for a query`(text: String) {
        #expect(!sees(text))
    }
}
