import TestSupport
import Testing

@testable import SessionHost

struct ShellMarkScannerTests {
    private func marks(_ pieces: [[UInt8]]) -> [String] {
        var scanner = ShellMarkScanner()
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
        var scanner = ShellMarkScanner()
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
}
