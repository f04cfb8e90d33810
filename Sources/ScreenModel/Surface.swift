// ScreenModel: the values that a screen is made of, and the keys that reach it. No IO, no escape sequences, no policy.
//
//   Cell, Style, Color, Attributes, Symbols   one character position and what doesn't fit into it
//   Frame, Cursor, Modes                      what a terminal shows at one moment
//   Surface                                   what a renderer draws on and a display shows
//   Key, Modifiers, KeyChord                  keys and their names
//   CharacterWidth                            how many columns text takes: one policy for all

/// A mutable grid that a renderer draws on and a display shows.
///
/// Drawing is clipped and never traps. Halves of wide characters may be overwritten: a display shows what is left of
/// one as a blank.
public struct Surface: Hashable, Sendable {
    public private(set) var size: Size
    /// Row by row, `size.area` cells.
    public var cells: [Cell]
    public var symbols = Symbols()
    /// Where the outer terminal's cursor goes; hidden when nil or not visible.
    public var cursor: Cursor?

    public init(size: Size) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        self.cells = Array(repeating: .blank, count: self.size.area)
    }

    public var bounds: Rect { Rect(row: 0, column: 0, columns: size.columns, rows: size.rows) }

    public subscript(row: Int, column: Int) -> Cell {
        get { cells[row * size.columns + column] }
        set { cells[row * size.columns + column] = newValue }
    }

    /// Blanks everything, forgets all symbols and hides the cursor. Cheaper than a new surface.
    public mutating func clear(style: Style = .plain) {
        symbols = Symbols()
        cursor = nil
        let cell = Style(
            foreground: style.foreground, background: style.background, attributes: style.attributes
        ).cell(0)
        cells.withUnsafeMutableBufferPointer { $0.update(repeating: cell) }
    }

    /// Blanks a rectangle in a style, or fills it with a narrow character.
    public mutating func fill(_ rect: Rect, style: Style, content: UInt32 = 0) {
        let area = rect.intersection(bounds)
        guard area.columns > 0, area.rows > 0 else { return }
        let cell = style.cell(content)
        cells.withUnsafeMutableBufferPointer { cells in
            for row in area.row..<area.endRow {
                let start = row * size.columns + area.column
                cells[start..<start + area.columns].update(repeating: cell)
            }
        }
    }

    /// Changes the style of what is there: a selection, a search hit.
    public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        let area = rect.intersection(bounds)
        guard area.columns > 0, area.rows > 0 else { return }
        for row in area.row..<area.endRow {
            for column in area.column..<area.endColumn {
                let old = self[row, column]
                var style = old.style
                change(&style)
                let place = old.attributes.intersection([.wide, .wideTrail])
                style.attributes = style.attributes.styling.union(place)
                self[row, column] = style.cell(old.content)
            }
        }
    }

    /// Drops the symbols that no cell uses any more. ``draw(_:origin:in:)`` calls it before the tables are full.
    public mutating func compactSymbols() {
        let old = symbols
        symbols = Symbols()
        for index in cells.indices where cells[index].clusterIndex != nil || cells[index].extra != 0 {
            cells[index] = adopt(cells[index], from: old)
        }
    }

    /// The cell with indices into this surface's symbols instead of another's.
    mutating func adopt(_ cell: Cell, from other: Symbols) -> Cell { symbols.adopt(cell, from: other) }
}
