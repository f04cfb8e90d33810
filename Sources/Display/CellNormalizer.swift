import ScreenModel

/// Brings cells into the one form that the terminal can show: colours it has, attributes it has, no control characters,
/// no halves of wide characters, blanks without what can't be seen. Two cells that look the same become equal.
struct CellNormalizer {
    private let isUTF8: Bool
    private let isTruecolor: Bool
    /// Attribute bits that need a closer look than the fast path takes.
    private let slowBits: UInt16
    private let keptAttributes: Attributes
    private let flattensUnderlines: Bool
    private let keepsExtras: Bool
    private var colors: ColorMapper

    /// What makes blanks visible.
    private static let visibleOnBlank: Attributes = [.inverse, .strikethrough, .overline]

    init(_ capabilities: TerminalCapabilities) {
        isUTF8 = capabilities.utf8
        isTruecolor = capabilities.colors == .truecolor
        var dropped: Attributes = [.protected]
        if !capabilities.italic { dropped.insert(.italic) }
        if !capabilities.strikethrough { dropped.insert(.strikethrough) }
        if !capabilities.overline { dropped.insert(.overline) }
        keptAttributes = Attributes(rawValue: ~dropped.rawValue)
        flattensUnderlines = !capabilities.underlineStyles
        var slow = dropped.union([.wide, .wideTrail])
        slow.underline = .single
        slow.formUnion(Attributes(rawValue: 0b111 << 8))
        slowBits = slow.rawValue
        keepsExtras = capabilities.hyperlinks || capabilities.underlineColor
        colors = ColorMapper(depth: capabilities.colors)
    }

    /// Writes the normal form of a part of a row, which must not begin with the right half of a wide character.
    /// - Returns: the last column written, one more than asked for when that is such a half.
    mutating func normalize(
        _ source: UnsafePointer<Cell>, into row: UnsafeMutablePointer<Cell>, _ columns: Int, _ range: ClosedRange<Int>
    ) -> Int {
        var column = range.lowerBound
        while column <= range.upperBound {
            var cell = source[column]
            let content = cell.content
            let isPlain = content &- 0x21 < 0x5E || content &- 0x2500 < 0x100 && isUTF8
            if isPlain, cell.attributes.rawValue & slowBits == 0, cell.extra == 0, isTruecolor {
                row[column] = cell
                column += 1
                continue
            }
            if content & ~0x20 == 0, cell.attributes.rawValue == 0, cell.extra == 0, isTruecolor {
                cell.content = 0
                cell.foreground = Color(rawValue: 0)
                row[column] = cell
                column += 1
                continue
            }
            let isWide = cell.attributes.contains(.wide)
            let fits =
                isWide && column + 1 < columns && source[column + 1].attributes.contains(.wideTrail) && isUTF8
                && content > 0x20
            if isWide && !fits || cell.attributes.contains(.wideTrail) {
                // Without UTF-8 a wide character is a question mark and a blank.
                if isUTF8 || !isWide { cell.content = 0 }
                cell.attributes.subtract([.wide, .wideTrail])
            }
            reduce(&cell)
            row[column] = cell
            column += 1
            if fits {
                cell.content = 0
                cell.attributes.remove(.wide)
                cell.attributes.insert(.wideTrail)
                row[column] = cell
                column += 1
            }
        }
        return column - 1
    }

    private mutating func reduce(_ cell: inout Cell) {
        cell.attributes.formIntersection(keptAttributes)
        if flattensUnderlines, cell.attributes.underline != .none { cell.attributes.underline = .single }
        if !keepsExtras { cell.extra = 0 }
        if !isTruecolor { reduceColors(&cell) }
        reduceContent(&cell)
        if cell.content == 0 { reduceBlank(&cell) }
    }

    private mutating func reduceColors(_ cell: inout Cell) {
        let foreground = colors.map(cell.foreground)
        cell.foreground = foreground.color
        if foreground.isBright { cell.attributes.insert(.bold) }
        cell.background = colors.map(cell.background).color
    }

    private func reduceContent(_ cell: inout Cell) {
        let content = cell.content
        if content <= 0x20 || content &- 0x7F < 0x21 {
            cell.content = 0
        } else if !isUTF8, content > 0x7E {
            cell.content = AsciiFallback.scalar(for: content)
        } else if content >= 0x300, let scalar = Unicode.Scalar(content), CharacterWidth.width(of: scalar) == 0 {
            // Alone it would join the cell on its left.
            cell.content = 0x25CC
        }
    }

    private func reduceBlank(_ cell: inout Cell) {
        if cell.attributes.isDisjoint(with: Self.visibleOnBlank), cell.attributes.underline == .none {
            cell.foreground = .default
            cell.attributes = []
            cell.extra = 0
        }
    }
}
