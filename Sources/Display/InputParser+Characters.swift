import ScreenModel

extension InputParser {
    /// A control character or one scalar of UTF-8 at the front.
    func character(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> Step {
        let first = bytes[0]
        if first < 0x20 || first == 0x7F { return .event(.key(Self.controlChord(first, keyStrings)), count: 1) }
        if first < 0x80 { return .event(.key(KeyChord(.character(Unicode.Scalar(first)))), count: 1) }
        return multibyte(bytes, isFinal: isFinal)
    }

    private static func controlChord(_ byte: UInt8, _ keyStrings: [[UInt8]: KeyChord]) -> KeyChord {
        switch byte {
        case 0x00: KeyChord(.space, .control)
        case 0x09: KeyChord(.tab)
        case 0x0D: KeyChord(.enter)
        case 0x1B: KeyChord(.escape)
        case 0x7F: KeyChord(.backspace)
        case 0x08 where keyStrings[[0x08]] != nil: KeyChord(.backspace)
        case 0x01...0x1A: KeyChord(.character(Unicode.Scalar(byte + 0x60)), .control)
        default: KeyChord(.character(Unicode.Scalar(byte + 0x40)), .control)
        }
    }

    /// A scalar of two to four bytes; the longest wrong beginning is one `unknown`, as in Unicode's recommendation.
    private func multibyte(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> Step {
        let first = bytes[0]
        let length =
            first >= 0xF0 && first <= 0xF4
            ? 4 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xC2 && first < 0xE0 ? 2 : 0
        guard length > 0 else { return .event(.unknown, count: 1) }
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for index in 1..<length {
            guard index < bytes.count else { return isFinal ? .event(.unknown, count: index) : .incomplete }
            let next = bytes[index]
            guard Self.continues(next, after: first, at: index) else { return .event(.unknown, count: index) }
            value = value << 6 | UInt32(next & 0x3F)
        }
        guard let scalar = Unicode.Scalar(value) else { return .event(.unknown, count: length) }
        return .event(.key(KeyChord(.character(scalar))), count: length)
    }

    /// Neither overlong forms nor surrogates nor what is past U+10FFFF.
    private static func continues(_ byte: UInt8, after first: UInt8, at index: Int) -> Bool {
        guard 0x80...0xBF ~= byte else { return false }
        guard index == 1 else { return true }
        switch first {
        case 0xE0: return byte >= 0xA0
        case 0xED: return byte < 0xA0
        case 0xF0: return byte >= 0x90
        case 0xF4: return byte < 0x90
        default: return true
        }
    }
}
