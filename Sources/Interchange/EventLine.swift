/// One event line of an asciicast, `[seconds, "code", "data"]`, scanned straight from its bytes.
///
/// A general JSON decoder is some twenty times slower here and refuses half surrogates, which real files have.
struct EventLine: Equatable {
    var seconds: Double
    var code: String
    var data: [UInt8]

    /// Nil if the line isn't such an array.
    init?(_ line: ArraySlice<UInt8>) {
        var scanner = Scanner(bytes: line)
        guard scanner.take(UInt8(ascii: "[")), let seconds = scanner.number(), scanner.take(UInt8(ascii: ",")),
            let code = scanner.string(), scanner.take(UInt8(ascii: ",")), let data = scanner.string(),
            scanner.take(UInt8(ascii: "]")), scanner.isAtEnd
        else { return nil }
        self.seconds = seconds
        self.code = String(decoding: code, as: UTF8.self)
        self.data = data
    }
}

extension EventLine {
    /// Takes JSON's tokens one after the other; white space before a token is skipped.
    struct Scanner {
        let bytes: ArraySlice<UInt8>
        var position: Int

        init(bytes: ArraySlice<UInt8>) {
            self.bytes = bytes
            position = bytes.startIndex
        }

        private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return next == nil
            }
        }

        private mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            position += 1
            return true
        }

        /// A finite number.
        mutating func number() -> Double? {
            skipSpace()
            let start = position
            while let byte = next, Self.isPartOfNumber(byte) { position += 1 }
            guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
                return nil
            }
            return value
        }

        private static func isPartOfNumber(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }

        /// A string's bytes in UTF-8, escapes resolved.
        mutating func string() -> [UInt8]? {
            guard take(UInt8(ascii: "\"")) else { return nil }
            var text: [UInt8] = []
            while let byte = next {
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return text
                case UInt8(ascii: "\\"):
                    guard escape(into: &text) else { return nil }
                default: text.append(byte)
                }
            }
            return nil
        }

        private mutating func escape(into text: inout [UInt8]) -> Bool {
            guard let byte = next else { return false }
            position += 1
            switch byte {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
            case UInt8(ascii: "u"):
                guard let scalar = unicodeEscape() else { return false }
                text += Array(String(Character(scalar)).utf8)
            default: return false
            }
            return true
        }

        /// What follows `\u`; half a surrogate pair becomes U+FFFD, and nil means no hexadecimal digits.
        private mutating func unicodeEscape() -> Unicode.Scalar? {
            guard let unit = hexadecimal() else { return nil }
            guard (0xD800...0xDBFF).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
            let afterHigh = position
            if take(escapeFor: "u"), let low = hexadecimal(), (0xDC00...0xDFFF).contains(low) {
                return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
            }
            position = afterHigh
            return "\u{FFFD}"
        }

        private mutating func take(escapeFor letter: Unicode.Scalar) -> Bool {
            guard position + 1 < bytes.endIndex, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: letter)
            else { return false }
            position += 2
            return true
        }

        private mutating func hexadecimal() -> UInt32? {
            guard position + 4 <= bytes.endIndex else { return nil }
            var value: UInt32 = 0
            for byte in bytes[position..<position + 4] {
                guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
                value = value << 4 | UInt32(digit)
            }
            position += 4
            return value
        }
    }
}
