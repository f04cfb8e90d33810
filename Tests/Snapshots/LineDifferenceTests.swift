import TestSupport
import Testing

@testable import Snapshots

struct LineDifferenceTests {
    /// Applies the hunks of a unified diff.
    private func apply(_ hunks: [UInt8], to old: [UInt8]) -> [UInt8] {
        let source = lines(old)
        var result: [[UInt8]] = []
        var at = 0
        let all = lines(hunks)
        for (index, line) in all.enumerated() {
            let isLast = index + 1 < all.count && all[index + 1].first == UInt8(ascii: "\\")
            let text = Array(isLast ? line.dropFirst().dropLast() : line.dropFirst())
            switch line.first {
            case UInt8(ascii: "@"):
                let words = String(decoding: line, as: UTF8.self).split(separator: " ")
                let numbers = words[1].dropFirst().split(separator: ",").map { Int($0)! }
                let start = numbers.count == 2 && numbers[1] == 0 ? numbers[0] : numbers[0] - 1
                result += source[at..<start]
                at = start
            case UInt8(ascii: "-"): at += 1
            case UInt8(ascii: "+"): result.append(text)
            case UInt8(ascii: " "):
                result.append(text)
                at += 1
            default: break
            }
        }
        return Array((result + source[at...]).joined())
    }

    private func lines(_ text: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for byte in text {
            line.append(byte)
            if byte == UInt8(ascii: "\n") {
                lines.append(line)
                line = []
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    @Test(arguments: 0..<200) func `hunks applied to the old text make the new one`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        func text() -> [UInt8] {
            let count = Int.random(in: 0...30, using: &random)
            let lines = (0..<count).map { _ in "\(Int.random(in: 0...5, using: &random))\n" }.joined()
            return Array((Bool.random(using: &random) ? lines : lines + "end").utf8)
        }
        let old = text()
        let new = text()
        let difference = LineDifference(old, new)
        for context in [0, 1, 3] {
            #expect(apply(difference.hunks(context: context), to: old) == new, "seed \(seed), context \(context)")
        }
        #expect(LineDifference(old, old).changes.isEmpty)
        #expect(difference.added - difference.deleted == lines(new).count - lines(old).count)
    }

    @Test func `the fewest lines change`() {
        let difference = LineDifference(Array("a\nb\nc\na\nb\nb\na\n".utf8), Array("c\nb\na\nb\na\nc\n".utf8))
        #expect(difference.added + difference.deleted == 5)
    }

    @Test func `texts that have nothing in common take no more than the bound`() {
        let old = Array((0..<20_000).map { "old \($0)\n" }.joined().utf8)
        let new = Array((0..<20_000).map { "new \($0)\n" }.joined().utf8)
        let difference = LineDifference(old, new)
        #expect(difference.added == 20_000 && difference.deleted == 20_000)
    }
}
