import ScreenModel
import TestSupport
import Testing

@testable import Emulation

/// Final and intermediate screens of the corpus against tmux.
struct TmuxComparisonTests {
    /// How often a stream's screens are compared on the way: after equal parts of its bytes, and at resizes.
    private static let cuts = 8

    @Test(
        .enabled(if: Corpus.isPresent && TmuxDriver.isPresent, "\(Corpus.skipped), or no tmux"),
        arguments: Corpus.streams)
    func `every stream shows what it shows in tmux`(path: String) throws {
        let stream = try CorpusStream(path: path)
        let pane = try TmuxPane(size: stream.size)
        let terminal = Terminal(size: stream.size)
        let total = stream.bytes.count
        for step in stream.steps {
            switch step {
            case .resize(let size):
                try pane.resize(to: size)
                terminal.resize(to: size)
                try compare(terminal, pane, "\(path) after a resize to \(size) at byte \(terminal.offset)")
            case .output(let bytes):
                for part in Self.parts(bytes, total: total) {
                    terminal.feed(try pane.show(part))
                    try compare(terminal, pane, "\(path) at byte \(terminal.offset)")
                }
            }
        }
    }

    private func compare(_ terminal: Terminal, _ pane: TmuxPane, _ place: String) throws {
        let ours = CapturedScreen(frame: terminal.frame())
        let differences = ours.differences(from: CapturedScreen(capture: try pane.capture())) { ours, tmux in
            Self.knownDifferences.contains { place.contains($0.stream) && $0.excuses(ours, tmux) }
        }
        let shown = differences.prefix(6).joined(separator: "\n")
        #expect(differences.isEmpty, "\(place): \(differences.count) differences\n\(shown)")
        // Not where the known differences have moved it.
        if !Self.knownDifferences.contains(where: { place.contains($0.stream) }) {
            #expect(terminal.tmuxCursor == (try pane.cursor()), "\(place): the cursor")
        }
    }

    private struct KnownDifference {
        let stream: String
        let excuses: @Sendable (_ ours: String, _ tmux: String) -> Bool
    }

    /// Where tmux 3.3a is not followed, and why.
    private static let knownDifferences = [
        // CUB and BS in the last column with a wrap pending: tmux stays in it, as its cursor is behind the column;
        // xterm, libvterm and a real VT100 go to the column before. Theirs is right.
        KnownDifference(stream: "vttest-1") { $0.prefix(78) == $1.prefix(78) && $0.suffix(2) == "+*" },
        // The same: letters at both margins, which in tmux wrap after a BS and scroll the screen further.
        KnownDifference(stream: "vttest-1") { ours, _ in ours.split(separator: " ").allSatisfy { $0.count == 1 } },
        // tmux has no UK character set.
        KnownDifference(stream: "vttest-3") { $0.split(separator: "£") == $1.split(separator: "#") },
        // Bytes that are no UTF-8: tmux drops them, all others show U+FFFD, as Unicode asks for.
        KnownDifference(stream: "vttest-3") { ours, _ in ours.contains("\u{FFFD}") },
        KnownDifference(stream: "unicode-demo") { ours, _ in ours.contains("\u{FFFD}") },
        // A cluster of more than 21 bytes loses its end in tmux, and a ZWJ the character after it.
        KnownDifference(stream: "unicode-demo") { ours, _ in
            ours.hasPrefix("Emoji:") || ours.hasPrefix("ZW:")
                || ours.unicodeScalars.starts(with: "\u{1F469}\u{200D}".unicodeScalars)
        },
        // tmux drops characters that its C library doesn't know yet.
        KnownDifference(stream: "unicode-demo") { ours, _ in ours.hasPrefix("New:") },
    ]

    /// Cuts anywhere but within a character, which tmux would drop at the title that ends a part.
    private static func parts(_ bytes: [UInt8], total: Int) -> [[UInt8]] {
        let length = max(1, total / cuts)
        var parts: [[UInt8]] = []
        var rest = bytes[...]
        while rest.count > length {
            var end = rest.startIndex + length
            while end < rest.endIndex, rest[end] & 0xC0 == 0x80 { end += 1 }
            parts.append(Array(rest[..<end]))
            rest = rest[end...]
        }
        return parts + [Array(rest)]
    }
}

extension Terminal {
    /// `column row` as tmux counts: behind the last column while a wrap is pending.
    fileprivate var tmuxCursor: String {
        let registers = checkpoint().registers
        return "\(registers.column + (registers.pendingWrap ? 1 : 0)) \(registers.row)"
    }
}
