import Glibc

/// Looks through raw output once for what the host must know at its byte: marks that shells send around prompts and commands
/// (OSC 133 and 633) with their working directory (OSC 7), and whether the program may have asked its terminal something.
///
/// While nobody watches and output floods in, the screen may fall behind; a question must bring it back at once. Saying that
/// something asks too often costs time, missing it would hang a program, so everything that looks like a query counts.
struct OutputScanner {
    /// A mark and where its sequence ends.
    struct Mark: Hashable {
        /// 7, 133 or 633.
        var number: Int
        /// What follows the number's semicolon.
        var text: [UInt8]
        /// Bytes of the scanned piece up to and with its end.
        var end: Int

        /// Whether a shell's prompt begins.
        var isPrompt: Bool { number != 7 && text.first == UInt8(ascii: "A") }
        /// Whether a command's output begins.
        var beginsCommand: Bool { number != 7 && text.first == UInt8(ascii: "C") }
    }

    private enum State {
        case ground, escape, control
        /// In an OSC that may be a mark, or behind an ESC in it.
        case string, stringEscape
        /// In an OSC that is none: a bell ends it, too.
        case otherString
        /// In a DCS, APC, PM or SOS.
        case ignored, ignoredEscape
    }

    private var state = State.ground
    private var text: [UInt8] = []
    /// Bytes of the control sequence or string so far; one that is longer than any query is no query.
    private var length = 0
    /// Whether a query ended in the bytes scanned last, or may have.
    private(set) var asks = false

    /// A command line may be long, but no longer than what is shown of it.
    private static let limit = 8192
    private static let longestQuery = 4096

    /// - Returns: the marks that end in these bytes, in their order.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> [Mark] {
        asks = false
        guard let base = bytes.baseAddress else { return [] }
        var marks: [Mark] = []
        let start = base.assumingMemoryBound(to: UInt8.self)
        let end = bytes.count
        var index = 0
        while index < end {
            switch state {
            case .ground:
                guard let found = memchr(start + index, 0x1B, end - index) else { return marks }
                index = UnsafeRawPointer(found) - base + 1
                state = .escape
                if index < end, start[index] == UInt8(ascii: "[") {
                    index += 1
                    length = 0
                    state = .control
                    index = skipControl(start, from: index, to: end)
                }
            case .control: index = skipControl(start, from: index, to: end)
            default:
                if step(start[index]), let mark = finish(end: index + 1) { marks.append(mark) }
                index += 1
            }
        }
        return marks
    }

    /// To the end of a control sequence: most of what programs send are these.
    @inline(__always)
    private mutating func skipControl(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            let byte = bytes[index]
            index += 1
            if byte &- 0x40 < 0x3F {
                state = .ground
                if byte >= 0x63, Self.askingFinals & (1 << (UInt32(byte) - 0x60)) != 0 { asks = true }
                return index
            }
            if byte == 0x1B {
                state = .escape
                return index
            }
            length += 1
            if length > 64 {
                state = .ground
                return index
            }
        }
        return index
    }

    /// A bit for each final byte from `` ` `` on of DA, DSR, DECRQM, XTVERSION, kitty keyboard, XTWINOPS and DECREQTPARM:
    /// c n p q u t x.
    private static var askingFinals: UInt32 { 1 << 3 | 1 << 14 | 1 << 16 | 1 << 17 | 1 << 20 | 1 << 21 | 1 << 24 }

    /// - Returns: whether a string ended with this byte.
    private mutating func step(_ byte: UInt8) -> Bool {
        switch state {
        case .ground, .control: return false
        case .escape: beginSequence(byte)
        case .string: return stepString(byte)
        case .stringEscape:
            state = byte == 0x1B ? .escape : .ground
            if byte == UInt8(ascii: "\\") { return true }
            // Another sequence began: the string was cut short, as terminals take it.
            beginSequence(byte)
        case .otherString:
            noteQuery(byte)
            if byte == 0x1B { state = .ignoredEscape }
            if byte == 0x07 || byte == 0x18 || byte == 0x1A { state = .ground }
        case .ignored:
            noteQuery(byte)
            if byte == 0x1B { state = .ignoredEscape }
            if byte == 0x18 || byte == 0x1A { state = .ground }
        case .ignoredEscape: beginSequence(byte)
        }
        return false
    }

    /// The byte after an ESC.
    private mutating func beginSequence(_ byte: UInt8) {
        text.removeAll(keepingCapacity: true)
        length = 0
        switch byte {
        case UInt8(ascii: "["): state = .control
        case UInt8(ascii: "]"): state = .string
        // What other strings hold is no mark, whatever it looks like.
        case UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"): state = .ignored
        case 0x1B: state = .escape
        default:
            // DECID
            if byte == UInt8(ascii: "Z") { asks = true }
            state = .ground
        }
    }

    private mutating func stepString(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x07:
            state = .ground
            return true
        case 0x1B: state = .stringEscape
        case 0x18, 0x1A: state = .ground
        default:
            noteQuery(byte)
            text.append(byte)
            // Anything else than 7;, 133; or 633; is let go by as soon as that is known.
            if text.count == 4 && !Self.mayBeMark(text) || text.count > Self.limit { state = .otherString }
        }
        return false
    }

    /// OSC 10;? and its kin, DECRQSS and XTGETTCAP (DCS $q, +q), kitty graphics (APC … q).
    private mutating func noteQuery(_ byte: UInt8) {
        length += 1
        if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "q"), length <= Self.longestQuery { asks = true }
    }

    private static func mayBeMark(_ text: [UInt8]) -> Bool {
        text.starts(with: "133;".utf8) || text.starts(with: "633;".utf8) || text.starts(with: "7;".utf8)
    }

    private mutating func finish(end: Int) -> Mark? {
        defer { text.removeAll(keepingCapacity: true) }
        guard let semicolon = text.firstIndex(of: UInt8(ascii: ";")), semicolon <= 3 else { return nil }
        let number = text[..<semicolon].reduce(0) { $0 * 10 + Int($1 &- 0x30) }
        guard [7, 133, 633].contains(number) else { return nil }
        return Mark(number: number, text: Array(text[(semicolon + 1)...]), end: end)
    }
}
