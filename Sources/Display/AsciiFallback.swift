/// What stands for a character on a terminal without UTF-8.
enum AsciiFallback {
    /// One ASCII character for any scalar; `?` when nothing looks like it.
    static func scalar(for value: UInt32) -> UInt32 {
        if value < 0x7F { return value }
        if 0x2500...0x259F ~= value { return box(value) }
        return others[value] ?? 0x3F
    }

    private static func box(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2574, 0x2576, 0x2578, 0x257A, 0x257C,
            0x257E, 0x2581:
            ascii("-")
        case 0x2550: ascii("=")
        case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551, 0x2575, 0x2577, 0x2579, 0x257B,
            0x257D, 0x257F, 0x258F, 0x2595:
            ascii("|")
        case 0x2571: ascii("/")
        case 0x2572: ascii("\\")
        case 0x2573: ascii("X")
        case 0x2582...0x2584, 0x2596, 0x2597: ascii("_")
        case 0x2580, 0x2594, 0x2598, 0x259D: ascii("\"")
        case 0x2585...0x259F: value == 0x2591 ? ascii(".") : value == 0x2592 ? ascii(":") : ascii("#")
        default: ascii("+")
        }
    }

    private static func ascii(_ scalar: Unicode.Scalar) -> UInt32 { scalar.value }

    private static let others: [UInt32: UInt32] = {
        let pairs: [(String, String)] = [
            ("←◀◁◂‹«⏴", "<"), ("→▶▷▸›»⏵❯➜⯈", ">"), ("↑▲△▴⏶", "^"), ("↓▼▽▾⏷", "v"), ("◆◇●◉•∙★☆✦✱✶✻✽∗⏺◎", "*"),
            ("○◌◦", "o"), ("·…․", "."), ("–—−‐‑⎯", "-"), ("‘’‛′", "'"), ("“”„″", "\""), ("×✗✘✕✖", "x"), ("✓✔√", "v"),
            ("■▪▮█□▫▯", "#"), ("⏸", "|"), ("\u{A0}\u{2002}\u{2003}\u{2009}\u{202F}\u{3000}", " "), ("¦", "|"),
        ]
        var table: [UInt32: UInt32] = [:]
        for (scalars, replacement) in pairs {
            for scalar in scalars.unicodeScalars { table[scalar.value] = replacement.unicodeScalars.first?.value }
        }
        return table
    }()
}
