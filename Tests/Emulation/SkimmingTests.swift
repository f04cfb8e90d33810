import ScreenModel
import TestSupport
import Testing

@testable import Emulation

/// Passing over plain lines must leave what showing each of them leaves.
struct SkimmingTests {
    /// Feeds all of it, skimming wherever that is possible.
    private func skim(_ bytes: [UInt8], into terminal: Terminal) -> Int {
        var taken = 0
        var index = 0
        while index < bytes.count {
            let (count, step) = bytes[index...].withUnsafeBytes { rest in
                let count = terminal.skim(rest).count
                if count > 0 { return (count, count) }
                let piece = min(1000, rest.count)
                terminal.feed(UnsafeRawBufferPointer(rebasing: rest[..<piece]))
                return (0, piece)
            }
            taken += count
            index += step
        }
        return taken
    }

    private func agree(_ bytes: [UInt8], size: Size, before: [UInt8] = [], seed: UInt64 = 0) -> Int {
        let fed = Terminal(size: size)
        let skimmed = Terminal(size: size)
        fed.feed(before)
        skimmed.feed(before)
        fed.feed(bytes)
        let taken = skim(bytes, into: skimmed)
        #expect(VisibleState(skimmed) == VisibleState(fed), "seed \(seed)")
        // What comes next: the style, REP, and lines that a resize takes back.
        for next in ["x\u{1B}[5b", "\r\n\u{1B}[Ky\r\n\tz"] {
            fed.feed(Array(next.utf8))
            skimmed.feed(Array(next.utf8))
            #expect(VisibleState(skimmed) == VisibleState(fed), "seed \(seed), then \(next.debugDescription)")
        }
        for other in [Size(columns: size.columns, rows: size.rows + 60), Size(columns: size.columns / 2 + 2, rows: 9)] {
            fed.resize(to: other)
            skimmed.resize(to: other)
            #expect(VisibleState(skimmed) == VisibleState(fed), "seed \(seed), then \(other)")
        }
        return taken
    }

    @Test(arguments: UInt64(1)...30) func `plain lines that are skimmed leave the same screen`(seed: UInt64) {
        var lines = LineGenerator(seed: seed)
        let size = Size(
            columns: Int.random(in: 2..<100, using: &lines.random), rows: Int.random(in: 1..<40, using: &lines.random))
        let before = Array("\u{1B}[3\(seed % 8)mbefore\r\n\u{1B}[\(size.rows / 2)Bthe middle of".utf8)
        let bytes = lines.bytes(count: 40_000)
        #expect(agree(bytes, size: size, before: before, seed: seed) > 20_000)
    }

    @Test(arguments: UInt64(1)...20) func `what is not plain is shown, and skimming goes on behind it`(seed: UInt64) {
        var lines = LineGenerator(seed: seed)
        var other = OutputGenerator(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<4 { bytes += lines.bytes(count: 30_000) + other.bytes(pieces: 6) }
        _ = agree(bytes, size: other.size(), seed: seed)
    }

    @Test func `a scroll region at the top is skimmed, and what is below it stays`() {
        var lines = LineGenerator(seed: 5)
        let before = Array("\u{1B}[20;1Hbelow\u{1B}[1;15r\u{1B}[3;1H".utf8)
        #expect(agree(lines.bytes(count: 50_000), size: Size(columns: 80, rows: 24), before: before) > 20_000)
    }

    @Test(arguments: ["\u{1B}[2;10r", "\u{1B}[?7l", "\u{1B}[4h", "\u{1B}[20h", "\u{1B}(0", "\u{E}\u{1B})0", "\u{1B}[5"])
    func `nothing is skimmed where lines don't just scroll`(before: String) {
        var lines = LineGenerator(seed: 9)
        let terminal = Terminal(size: Size(columns: 80, rows: 24))
        terminal.feed(Array(before.utf8))
        let count = lines.bytes(count: 50_000).withUnsafeBytes { terminal.skim($0).count }
        #expect(count == 0)
    }

    @Test func `a program's own tab stops keep lines with tabs from being skimmed`() {
        let lines = Array((0..<2000).flatMap { "\($0)\tend of it\r\n".utf8 })
        let size = Size(columns: 40, rows: 10)
        #expect(agree(lines, size: size) > 0)
        #expect(agree(lines, size: size, before: Array("\u{1B}[5G\u{1B}H\r".utf8)) == 0)
    }
}

/// Lines as programs print them in bulk.
private struct LineGenerator {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private static let words = [
        "error:", "a", " ", "compiling module", "日本語", "naïve", "e\u{301}", "👩‍💻", "🇩🇪🇫🇷", "\u{200D}👍", "🎉", "\t", "─┼─",
        "\u{1B}[1m", "\u{1B}[31;48;5;7m", "\u{1B}[0m", "\u{1B}[m", "\u{1B}[38:2::1:2:3m", "\u{1B}[4:3m", "\u{1B}[K",
        "\u{1B}[0K", "\r", "0123456789012345678901234567890123456789",
    ]

    mutating func bytes(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            for _ in 0..<Int.random(in: 0..<8, using: &random) {
                bytes += Array((Self.words.randomElement(using: &random) ?? "").utf8)
            }
            // Some programs turn the terminal's own CR off for a line or two.
            bytes += Int.random(in: 0..<20, using: &random) == 0 ? [0x0A] : [0x0D, 0x0A]
        }
        return bytes + Array("the end\r\n".utf8)
    }
}
