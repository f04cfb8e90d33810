import Testing

@testable import SessionHost

@Suite struct QueryScannerTests {
    private func sees(_ text: String, splitAt split: Int? = nil) -> Bool {
        var scanner = QueryScanner()
        let bytes = Array(text.utf8)
        let cut = split ?? bytes.count
        return [bytes[..<cut], bytes[cut...]].map { part in
            Array(part).withUnsafeBytes { scanner.sawQuery($0) }
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
