import Glibc

/// Finds the marks that shells send around prompts and commands (OSC 133 and 633) and their working directory (OSC 7) in raw
/// output, with their places, so that a moment can stand at exactly the byte where a command ended.
struct ShellMarkScanner {
    /// A mark and where its sequence ends.
    struct Mark: Hashable {
        /// 7, 133 or 633.
        var number: Int
        /// What follows the number's semicolon.
        var text: [UInt8]
        /// Bytes of the scanned piece up to and with its end.
        var end: Int
    }

    private enum State {
        case ground, escape
        /// In an OSC that may be a mark, or behind an ESC in it.
        case string, stringEscape
        /// In an OSC that is none: a bell ends it, too.
        case otherString
        /// In a DCS, APC, PM or SOS.
        case ignored, ignoredEscape
    }

    private var state = State.ground
    private var text: [UInt8] = []
    /// A command line may be long, but no longer than what is shown of it.
    private static let limit = 8192

    /// - Returns: the marks that end in these bytes, in their order.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> [Mark] {
        guard let base = bytes.baseAddress else { return [] }
        var marks: [Mark] = []
        var index = 0
        while index < bytes.count {
            if state == .ground {
                guard let found = memchr(base + index, 0x1B, bytes.count - index) else { return marks }
                index = UnsafeRawPointer(found) - base + 1
                state = .escape
                continue
            }
            if step(bytes[index]), let mark = finish(end: index + 1) { marks.append(mark) }
            index += 1
        }
        return marks
    }

    /// - Returns: whether a string ended with this byte.
    private mutating func step(_ byte: UInt8) -> Bool {
        switch state {
        case .ground: return false
        case .escape:
            text.removeAll(keepingCapacity: true)
            switch byte {
            case UInt8(ascii: "]"): state = .string
            // What other strings hold is no mark, whatever it looks like.
            case UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"): state = .ignored
            case 0x1B: break
            default: state = .ground
            }
        case .string: return stepString(byte)
        case .stringEscape:
            state = byte == 0x1B ? .escape : .ground
            if byte == UInt8(ascii: "\\") { return true }
            // Another sequence began: the string was cut short, as terminals take it.
            if byte == UInt8(ascii: "]") { state = .string }
            text.removeAll(keepingCapacity: true)
        case .otherString:
            if byte == 0x1B { state = .ignoredEscape }
            if byte == 0x07 || byte == 0x18 || byte == 0x1A { state = .ground }
        case .ignored:
            if byte == 0x1B { state = .ignoredEscape }
            if byte == 0x18 || byte == 0x1A { state = .ground }
        case .ignoredEscape:
            state = byte == UInt8(ascii: "]") ? .string : byte == 0x1B ? .escape : .ground
            text.removeAll(keepingCapacity: true)
        }
        return false
    }

    private mutating func stepString(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x07:
            state = .ground
            return true
        case 0x1B: state = .stringEscape
        case 0x18, 0x1A: state = .ground
        default:
            text.append(byte)
            // Anything else than 7;, 133; or 633; is let go by as soon as that is known.
            if text.count == 4 && !Self.mayBeMark(text) || text.count > Self.limit { state = .otherString }
        }
        return false
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
