import ScreenModel

/// Colours as terminals write them.
public enum XtermColors {
    private static let basic: [(UInt8, UInt8, UInt8)] = [
        (0x00, 0x00, 0x00), (0xCD, 0x00, 0x00), (0x00, 0xCD, 0x00), (0xCD, 0xCD, 0x00), (0x00, 0x00, 0xEE),
        (0xCD, 0x00, 0xCD), (0x00, 0xCD, 0xCD), (0xE5, 0xE5, 0xE5), (0x7F, 0x7F, 0x7F), (0xFF, 0x00, 0x00),
        (0x00, 0xFF, 0x00), (0xFF, 0xFF, 0x00), (0x5C, 0x5C, 0xFF), (0xFF, 0x00, 0xFF), (0x00, 0xFF, 0xFF),
        (0xFF, 0xFF, 0xFF),
    ]

    /// xterm's 256 colours: 16 basic ones, a cube of 216, 24 greys.
    public static func standard(_ index: UInt8) -> Color {
        if index < 16 {
            let (red, green, blue) = basic[Int(index)]
            return .rgb(red, green, blue)
        }
        if index >= 232 {
            let level = 8 + 10 * (index - 232)
            return .rgb(level, level, level)
        }
        let cube = index - 16
        func level(_ step: UInt8) -> UInt8 { step == 0 ? 0 : 55 + 40 * step }
        return .rgb(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
    }

    /// `rgb:rrrr/gggg/bbbb`, as queries are answered.
    static func specification(_ color: Color) -> String {
        let (red, green, blue) = color.components ?? (0, 0, 0)
        func twice(_ value: UInt8) -> String {
            let digits = String(value, radix: 16)
            let byte = digits.count == 1 ? "0" + digits : digits
            return byte + byte
        }
        return "rgb:\(twice(red))/\(twice(green))/\(twice(blue))"
    }

    /// `#rgb`, `#rrggbb` and their longer forms, and `rgb:r/g/b` with one to four digits each.
    static func parse(_ text: String) -> Color? {
        if text.hasPrefix("#") {
            let digits = Array(text.dropFirst().utf8)
            guard digits.count % 3 == 0, (1...4).contains(digits.count / 3) else { return nil }
            let length = digits.count / 3
            return color((0..<3).map { String(decoding: digits[($0 * length)..<(($0 + 1) * length)], as: UTF8.self) })
        }
        guard text.hasPrefix("rgb:") else { return nil }
        return color(text.dropFirst(4).split(separator: "/", omittingEmptySubsequences: false).map(String.init))
    }

    private static func color(_ parts: [String]) -> Color? {
        guard parts.count == 3 else { return nil }
        let values = parts.compactMap { part -> UInt8? in
            guard (1...4).contains(part.utf8.count), let value = UInt32(part, radix: 16) else { return nil }
            let most = UInt32(1) << (4 * UInt32(part.utf8.count)) - 1
            return UInt8(truncatingIfNeeded: (value * 255 + most / 2) / most)
        }
        return values.count == 3 ? .rgb(values[0], values[1], values[2]) : nil
    }
}
