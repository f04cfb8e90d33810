import ScreenModel
import TestSupport

@testable import Emulation

/// What two terminals must have in common to be in the same state, as far as anybody can see.
struct VisibleState: Equatable {
    var size: Size
    var rows: [[String]]
    var wraps: [Bool]
    var cursor: Cursor
    var modes: Modes
    var title: String
    var topLine: Int
    var offset: UInt64

    init(_ terminal: Terminal) {
        let frame = terminal.frame()
        size = frame.size
        rows = (0..<frame.size.rows).map { row in
            frame.row(row).map { cell in
                let extra = frame.symbols.extra(cell.extra)
                return "\(frame.symbols.text(of: cell)) \(cell.content == 0) \(cell.foreground.rawValue) "
                    + "\(cell.background.rawValue) \(cell.attributes.rawValue) \(extra?.link ?? "") "
                    + "\(extra?.underlineColor.rawValue ?? 0)"
            }
        }
        wraps = frame.wraps
        cursor = frame.cursor
        modes = frame.modes
        title = frame.title
        topLine = terminal.topLine
        offset = terminal.offset
    }
}

/// Output that touches all of the emulator, made from a seed.
struct OutputGenerator {
    var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    private static let texts = [
        "plain text ", "a", "0123456789", "日本語", "é", "e\u{301}", "👩‍💻", "🇩🇪🇫🇷", "👍🏽", "❤️", "\u{200D}", "क्षि", "│─┼",
        "\u{FFFD}",
        "x\u{301}\u{302}\u{303}", "한글", "ｆｕｌｌ",
    ]
    private static let sequences = [
        "\u{1B}[H", "\u{1B}[2J", "\u{1B}[J", "\u{1B}[1J", "\u{1B}[K", "\u{1B}[1K", "\u{1B}[2K", "\u{1B}7", "\u{1B}8",
        "\u{1B}M", "\u{1B}D", "\u{1B}E", "\u{1B}H", "\u{1B}[3g", "\u{1B}[g", "\t", "\t\t", "\r", "\n", "\r\n", "\u{8}",
        "\u{1B}[?1049h", "\u{1B}[?1049l", "\u{1B}[?47h", "\u{1B}[?47l", "\u{1B}[?6h", "\u{1B}[?6l", "\u{1B}[?7l",
        "\u{1B}[?7h", "\u{1B}[4h", "\u{1B}[4l", "\u{1B}(0", "\u{1B}(B", "\u{1B})0", "\u{E}", "\u{F}", "\u{1B}[r",
        "\u{1B}[!p", "\u{1B}[?2026h", "\u{1B}[?2026l", "\u{1B}]8;;http://a.example\u{7}", "\u{1B}]8;;\u{1B}\\",
        "\u{1B}]2;a title\u{7}", "\u{1B}]0;ü\u{1B}\\", "\u{1B}P$qm\u{1B}\\", "\u{1B}_apc\u{1B}\\", "\u{1B}#8",
        "\u{1B}[1\"q",
        "\u{1B}[0\"q", "\u{1B}[?2J", "\u{1B}[?K", "\u{1B}[>1u", "\u{1B}[<u", "\u{1B}[3J", "\u{1B}[?1000;1006h",
        "\u{1B}N",
        "\u{1B}[38:2::1:2:3m", "\u{1B}[4:3;58:5:9m", "\u{1B}[0m", "\u{1B}[1;31;48;5;7m", "\u{1B}[m", "\u{1B}c",
    ]
    private static let counted = "@ABCDEFGIJKLMPSTXZ`abdefgmnrstu^hl"

    /// Some bytes, whole or broken.
    mutating func piece() -> [UInt8] {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: return Array((Self.texts.randomElement(using: &random) ?? "").utf8)
        case 8..<13: return Array((Self.sequences.randomElement(using: &random) ?? "").utf8)
        case 13..<18: return countedSequence()
        case 18: return Array(countedSequence().dropLast())
        default:
            return (0..<Int.random(in: 1..<5, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }

    private mutating func countedSequence() -> [UInt8] {
        let final = Self.counted.randomElement(using: &random) ?? "A"
        let count = Int.random(in: 0..<4, using: &random)
        let numbers = (0..<count).map { _ in "\(Int.random(in: 0..<40, using: &random))" }
        return Array("\u{1B}[\(numbers.joined(separator: ";"))\(final)".utf8)
    }

    mutating func bytes(pieces: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<pieces { bytes += piece() }
        return bytes
    }

    mutating func size() -> Size {
        Size(columns: Int.random(in: 1..<90, using: &random), rows: Int.random(in: 1..<30, using: &random))
    }
}
