import ScreenModel

/// A terminal that knows what the encoder may write and nothing else: everything else is a complaint.
///
/// Written apart from the emulator, so that a mistake shared by emulator and encoder is seen.
struct StrictScreen {
    struct Glyph: Hashable {
        var text = " "
        var foreground = Color.default
        var background = Color.default
        var attributes: Attributes = []
        var link: String?
        var underlineColor = Color.default
    }

    let size: Size
    let hasBackColorErase: Bool
    var glyphs: [Glyph]
    var row = 0
    var column = 0
    var waitsToWrap = false
    var pen = Glyph()
    var top = 0
    var bottom: Int
    var isCursorVisible = true
    var isUpdating = false
    var updates = 0
    var complaints: [String] = []
    private var last: UInt32?

    init(size: Size, hasBackColorErase: Bool = true) {
        self.size = size
        self.hasBackColorErase = hasBackColorErase
        bottom = size.rows - 1
        glyphs = Array(repeating: Glyph(text: "?"), count: size.area)
    }

    mutating func feed(_ bytes: [UInt8]) {
        let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            switch scalar {
            case "\u{1B}": escape(scalars, &index)
            case "\r": (column, waitsToWrap) = (0, false)
            case "\n": lineFeed()
            case "\u{8}":
                if column == 0 || waitsToWrap { complaints.append("BS at the edge") }
                column -= 1
            case "\u{FFFD}": complaints.append("invalid UTF-8")
            case _ where scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value:
                complaints.append("control \(scalar.value)")
            default: write(scalar)
            }
        }
    }

    static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F, 0x200D, 0xFE0F: 0
        case 0x4E00...0x9FFF, 0xFF01...0xFF60, 0x1F000...0x1FFFF: 2
        default: 1
        }
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        let width = Self.width(scalar)
        if width == 0 || joins {
            let at = row * size.columns + (waitsToWrap ? column : column - 1)
            let lead = glyphs[at].text.isEmpty ? at - 1 : at
            glyphs[lead].text.unicodeScalars.append(scalar)
            return
        }
        if waitsToWrap { complaints.append("wrapped at row \(row)") }
        put(scalar.properties.isWhitespace ? " " : String(Character(scalar)), width)
        last = width == 1 ? scalar.value : nil
    }

    private var joins: Bool {
        let at = row * size.columns + (waitsToWrap ? column : column - 1)
        guard glyphs.indices.contains(at) else { return false }
        let lead = glyphs[at].text.isEmpty && at > 0 ? at - 1 : at
        return glyphs[lead].text.unicodeScalars.last == "\u{200D}"
    }

    private mutating func put(_ text: String, _ width: Int) {
        guard column + width <= size.columns else { return complaints.append("wide at the edge") }
        let at = row * size.columns + column
        breakWide(at)
        if width == 2 { breakWide(at + 1) }
        glyphs[at] = pen
        glyphs[at].text = text
        if width == 2 {
            glyphs[at + 1] = pen
            glyphs[at + 1].text = ""
        }
        column += width
        if column == size.columns { (column, waitsToWrap) = (column - 1, true) }
    }

    /// Writing on one half of a wide character blanks the other.
    private mutating func breakWide(_ at: Int) {
        if glyphs[at].text.isEmpty, at > 0 { glyphs[at - 1].text = " " }
        if at + 1 < glyphs.count, glyphs[at + 1].text.isEmpty { glyphs[at + 1].text = " " }
    }

    private mutating func lineFeed() {
        waitsToWrap = false
        if row == bottom { scroll(1) } else if row < size.rows - 1 { row += 1 }
    }

    private var erased: Glyph { Glyph(background: hasBackColorErase ? pen.background : .default) }

    private mutating func scroll(_ count: Int) {
        let columns = size.columns
        for _ in 0..<abs(count) {
            if count > 0 {
                glyphs.removeSubrange(top * columns..<(top + 1) * columns)
                glyphs.insert(contentsOf: Array(repeating: erased, count: columns), at: bottom * columns)
            } else {
                glyphs.removeSubrange(bottom * columns..<(bottom + 1) * columns)
                glyphs.insert(contentsOf: Array(repeating: erased, count: columns), at: top * columns)
            }
        }
    }

    private mutating func erase(_ from: Int, _ to: Int) {
        let first = row * size.columns + from
        let end = row * size.columns + min(to, size.columns)
        guard first < end else { return }
        breakWide(first)
        if end < glyphs.count, glyphs[end].text.isEmpty, end % size.columns != 0 { glyphs[end].text = " " }
        for index in first..<end { glyphs[index] = erased }
    }
}

extension StrictScreen {
    private mutating func escape(_ scalars: [Unicode.Scalar], _ index: inout Int) {
        guard index < scalars.count else { return complaints.append("a lone ESC") }
        let kind = scalars[index]
        index += 1
        switch kind {
        case "[":
            var text = ""
            while index < scalars.count, !(0x40...0x7E ~= scalars[index].value) {
                text.unicodeScalars.append(scalars[index])
                index += 1
            }
            guard index < scalars.count else { return complaints.append("cut CSI") }
            control(text, scalars[index])
            index += 1
        case "]":
            var text = ""
            while index + 1 < scalars.count, scalars[index] != "\u{1B}" {
                text.unicodeScalars.append(scalars[index])
                index += 1
            }
            index += 2
            guard text.hasPrefix("8;") else { return complaints.append("OSC \(text)") }
            let uri = text.split(separator: ";", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
            pen.link = uri.isEmpty ? nil : String(uri)
        case "M":
            waitsToWrap = false
            if row == top { scroll(-1) } else { row -= 1 }
        default: complaints.append("ESC \(kind)")
        }
    }

    private mutating func control(_ text: String, _ final: Unicode.Scalar) {
        if text.hasPrefix("?") { return mode(text, final) }
        let values = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let first = values.first ?? 0
        let count = max(1, first)
        switch final {
        case "m": style(text)
        case "H":
            move(max(1, first) - 1, max(1, values.count > 1 ? values[1] : 1) - 1)
        case "G": move(row, count - 1)
        case "C":
            if waitsToWrap { complaints.append("CUF at the edge") }
            move(row, column + count)
        case "K" where text.isEmpty: erase(column, size.columns)
        case "X": erase(column, column + count)
        case "J" where first == 2: glyphs = Array(repeating: erased, count: size.area)
        case "b":
            guard let last, let scalar = Unicode.Scalar(last) else { return complaints.append("REP of nothing") }
            guard scalar.isASCII else { return complaints.append("REP of \(scalar), which tmux doesn't repeat") }
            for _ in 0..<count { write(scalar) }
        case "r":
            (top, bottom) = text.isEmpty ? (0, size.rows - 1) : (first - 1, (values.last ?? 1) - 1)
            if top >= bottom, size.rows > 1 { complaints.append("region \(text)") }
            move(0, 0)
        case "S": scroll(count)
        case "T": scroll(-count)
        case "q" where text.hasSuffix(" "): break
        default: complaints.append("CSI \(text)\(final)")
        }
        if final != "b" { last = nil }
    }

    private mutating func move(_ row: Int, _ column: Int) {
        if !(0..<size.rows ~= row) || !(0..<size.columns ~= column) { complaints.append("moved to \(row), \(column)") }
        (self.row, self.column, waitsToWrap) = (min(row, size.rows - 1), min(column, size.columns - 1), false)
    }

    private mutating func mode(_ text: String, _ final: Unicode.Scalar) {
        switch (text, final) {
        case ("?25", _): isCursorVisible = final == "h"
        case ("?2026", "h"):
            if isUpdating { complaints.append("nested update") }
            isUpdating = true
            updates += 1
        case ("?2026", "l"): isUpdating = false
        default: complaints.append("mode \(text)\(final)")
        }
    }

    private mutating func style(_ text: String) {
        var parameters = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)[...]
        while let parameter = parameters.popFirst() {
            let parts = parameter.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            switch parts.first ?? 0 {
            case 0:
                let link = pen.link
                pen = Glyph()
                pen.link = link
            case 4: pen.attributes.underline = Underline(rawValue: UInt8(parts.count > 1 ? parts[1] : 1)) ?? .none
            case 22: pen.attributes.subtract([.bold, .dim])
            case 24: pen.attributes.underline = .none
            case 58: pen.underlineColor = parts[1] == 5 ? .indexed(UInt8(parts[2])) : rgb(parts[3...])
            case 59: pen.underlineColor = .default
            case 38, 48: extendedColor(parts[0], &parameters)
            case let number: simple(number)
            }
        }
    }

    private static let flags: [Int: Attributes] = [
        1: .bold, 2: .dim, 3: .italic, 5: .blink, 7: .inverse, 8: .conceal, 9: .strikethrough, 53: .overline,
    ]

    private mutating func simple(_ number: Int) {
        if let flag = Self.flags[number] {
            pen.attributes.insert(flag)
        } else if number != 55, let flag = Self.flags[number - 20], number < 30 {
            pen.attributes.remove(flag)
        } else {
            switch number {
            case 55: pen.attributes.remove(.overline)
            case 30...37: pen.foreground = .indexed(UInt8(number - 30))
            case 90...97: pen.foreground = .indexed(UInt8(number - 82))
            case 39: pen.foreground = .default
            case 40...47: pen.background = .indexed(UInt8(number - 40))
            case 100...107: pen.background = .indexed(UInt8(number - 92))
            case 49: pen.background = .default
            default: complaints.append("SGR \(number)")
            }
        }
    }

    private mutating func extendedColor(_ which: Int, _ parameters: inout ArraySlice<String>) {
        let kind = parameters.popFirst()
        let values = (0..<(kind == "2" ? 3 : 1)).compactMap { _ in parameters.popFirst().flatMap { Int($0) } }
        let color = kind == "2" && values.count == 3 ? rgb(values[...]) : .indexed(UInt8(values.first ?? 0))
        if which == 38 { pen.foreground = color } else { pen.background = color }
    }

    private func rgb(_ parts: ArraySlice<Int>) -> Color {
        let values = parts.map { UInt8(clamping: $0) }
        return .rgb(values[0], values[1], values[2])
    }
}
