import ScreenModel

/// A frame as text: plain, or with SGR sequences for a terminal that shows colours.
///
/// Nothing but text, colours and attributes is written: no cursor movement, no title, no link.
public struct ScreenText {
    public var usesColors: Bool

    public init(usesColors: Bool) {
        self.usesColors = usesColors
    }

    /// All rows, each ended by a newline, without the blank rows at the end.
    ///
    /// - Parameter joinsWraps: a line that wrapped at the right edge is one line again.
    public func text(_ frame: Frame, joinsWraps: Bool = false) -> String {
        var lines = (0..<frame.size.rows).map { row in
            let wraps = joinsWraps && frame.wraps[row] && row + 1 < frame.size.rows
            let text = line(Array(frame.row(row)), symbols: frame.symbols, isWhole: !wraps)
            return wraps ? text : text + "\n"
        }
        while lines.last == "\n" { lines.removeLast() }
        return lines.joined()
    }

    /// One row; without the blanks at its end if nothing follows on them.
    public func line(_ row: [Cell], symbols: Symbols, isWhole: Bool = true) -> String {
        let cells = row[...]
        let lastShown = cells.lastIndex { !$0.isBlank || usesColors && isVisibleBlank($0) }
        let end = isWhole ? lastShown.map { $0 + 1 } ?? 0 : cells.count
        var text = ""
        var style = Style.plain
        for cell in cells[..<end] where !cell.attributes.contains(.wideTrail) {
            if usesColors, cell.style != style {
                style = cell.style
                text += Self.sgr(style, symbols)
            }
            text += symbols.text(of: cell)
        }
        if style != .plain { text += "\u{1B}[0m" }
        return text
    }

    private func isVisibleBlank(_ cell: Cell) -> Bool {
        !cell.background.isDefault || cell.attributes.contains(.inverse) || cell.attributes.underline != .none
    }

    /// From any style to this one.
    static func sgr(_ style: Style, _ symbols: Symbols) -> String {
        var codes = ["0"]
        let attributes: [(Attributes, String)] = [
            (.bold, "1"), (.dim, "2"), (.italic, "3"), (.blink, "5"), (.inverse, "7"), (.conceal, "8"),
            (.strikethrough, "9"), (.overline, "53"),
        ]
        codes += attributes.filter { style.attributes.contains($0.0) }.map(\.1)
        switch style.attributes.underline {
        case .none: break
        case .single: codes.append("4")
        default: codes.append("4:\(style.attributes.underline.rawValue)")
        }
        codes += color(style.foreground, base: 30) + color(style.background, base: 40)
        if let underline = symbols.extra(style.extra)?.underlineColor { codes += color(underline, base: 50) }
        return "\u{1B}[\(codes.joined(separator: ";"))m"
    }

    private static func color(_ color: Color, base: Int) -> [String] {
        if let index = color.index {
            if base < 50, index < 8 { return ["\(base + Int(index))"] }
            if base < 50, index < 16 { return ["\(base + 52 + Int(index))"] }
            return ["\(base + 8)", "5", "\(index)"]
        }
        guard let (red, green, blue) = color.components else { return [] }
        return ["\(base + 8)", "2", "\(red)", "\(green)", "\(blue)"]
    }
}
