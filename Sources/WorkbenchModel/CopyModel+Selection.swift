import ScreenModel

extension CopyModel {
    /// What lies between where it began and the cursor, both taken in.
    public struct Selection: Hashable, Sendable {
        public enum Shape: String, Hashable, Sendable, CaseIterable { case characters, lines, rectangle }

        public var shape: Shape
        /// Where it began.
        public var anchor: Position
        /// What was first selected by a double or triple click: selecting goes on by words or lines.
        var unit: Unit = .character

        enum Unit: Hashable, Sendable { case character, word, line }
    }

    /// The most bytes that are copied.
    public static let copyLimit = 1 << 20

    mutating func select(_ shape: Selection.Shape) {
        if selection?.shape == shape {
            selection = nil
        } else {
            selection = Selection(shape: shape, anchor: selection?.anchor ?? cursor)
        }
    }

    /// To the selection's other end.
    mutating func swapEnds() {
        guard let anchor = selection?.anchor else { return }
        selection?.anchor = cursor
        place(anchor)
    }

    mutating func selectWord() {
        let word = word(at: cursor)
        selection = Selection(shape: .characters, anchor: word.start, unit: .word)
        place(word.end)
    }

    /// The columns that are selected of a line; nil where none is. Wide characters are selected whole.
    public func selectedColumns(of row: Int) -> Range<Int>? {
        guard let selection else { return nil }
        let (start, end) = Self.ordered(selection.anchor, cursor)
        guard start.row...end.row ~= row else { return nil }
        let line = lines[row].cells
        var range: Range<Int>
        switch selection.shape {
        case .lines: return 0..<max(1, line.count)
        case .characters:
            let first = row == start.row ? start.column : 0
            let last = row == end.row ? end.column : max(0, line.count - 1)
            range = first..<max(first, last) + 1
        case .rectangle:
            range = min(start.column, end.column)..<max(start.column, end.column) + 1
        }
        if cell(Position(row: row, column: range.lowerBound)).attributes.contains(.wideTrail), range.lowerBound > 0 {
            range = range.lowerBound - 1..<range.upperBound
        }
        if cell(Position(row: row, column: range.upperBound - 1)).attributes.contains(.wide) {
            range = range.lowerBound..<range.upperBound + 1
        }
        return range
    }

    private static func ordered(_ one: Position, _ other: Position) -> (Position, Position) {
        (one.row, one.column) <= (other.row, other.column) ? (one, other) : (other, one)
    }

    /// What is selected, or the line of text that the cursor is in: lines that wrapped are one, blanks at their ends go.
    ///
    /// - Returns: the text, at most ``copyLimit`` bytes of it, and whether that is all.
    public var copied: (text: String, isWhole: Bool) {
        var rows = cursor.row...cursor.row
        let shape = selection?.shape ?? .lines
        if let selection {
            let (start, end) = Self.ordered(selection.anchor, cursor)
            rows = start.row...end.row
        }
        if shape == .lines { rows = wholeLines(rows) }
        var text = ""
        var line = ""
        for row in rows {
            let cells = lines[row].cells
            let columns = shape == .lines ? 0..<cells.count : selectedColumns(of: row) ?? 0..<0
            let shown = columns.clamped(to: 0..<cells.count)
            for cell in cells[shown] { line += symbols.text(of: cell) }
            // A row that wraps is full: what is missing at its end is blank.
            if shape != .rectangle, lines[row].wraps, row < rows.upperBound { continue }
            text += Self.trimmed(line)
            line = ""
            if row < rows.upperBound || shape == .lines { text += "\n" }
            guard text.utf8.count <= Self.copyLimit else { return (Self.cut(text), false) }
        }
        return (text, true)
    }

    /// Rows with those before and after that belong to the same lines of text.
    private func wholeLines(_ rows: ClosedRange<Int>) -> ClosedRange<Int> {
        var (first, last) = (rows.lowerBound, rows.upperBound)
        while first > 0, lines[first - 1].wraps { first -= 1 }
        while last + 1 < lines.count, lines[last].wraps { last += 1 }
        return first...last
    }

    private static func trimmed(_ line: String) -> Substring {
        var end = line.unicodeScalars.endIndex
        let scalars = line.unicodeScalars
        while end > scalars.startIndex, scalars[scalars.index(before: end)] == " " { end = scalars.index(before: end) }
        return line[..<end]
    }

    /// Cut between characters.
    private static func cut(_ text: String) -> String {
        var end = text.utf8.index(text.startIndex, offsetBy: copyLimit)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }

    // MARK: By the mouse

    /// A button was pressed on a cell of the pane: the cursor goes there, and what was selected isn't any more.
    ///
    /// - Parameter clicks: 2 selects the word, 3 the line of text.
    public mutating func press(at cell: Position, clicks: Int) {
        early = []
        let position = position(ofCell: cell)
        selection = nil
        place(position)
        if clicks == 2 { selectWord() }
        guard clicks >= 3 else { return }
        let rows = wholeLines(position.row...position.row)
        selection = Selection(shape: .lines, anchor: Position(row: rows.lowerBound, column: 0), unit: .line)
        place(Position(row: rows.upperBound, column: 0))
    }

    /// The mouse was moved with the button held; beyond the pane's edges it scrolls.
    public mutating func drag(to cell: Position, shape: Selection.Shape) {
        if selection == nil { selection = Selection(shape: shape, anchor: cursor) }
        if cell.row < 0 { shift(by: cell.row) }
        if cell.row >= window.rows { shift(by: cell.row - window.rows + 1) }
        let position = position(
            ofCell: Position(
                row: min(max(0, cell.row), max(0, window.rows - 1)),
                column: min(max(0, cell.column), max(0, window.columns - 1))))
        if selection?.unit == .character { selection?.shape = shape }
        guard let selection, selection.unit == .word else { return place(position) }
        // Whole words, on whichever side of the first one.
        let first = word(at: selection.anchor)
        let isAfter = Self.ordered(first.start, position).0 == first.start
        self.selection?.anchor = isAfter ? first.start : first.end
        place(isAfter ? word(at: position).end : word(at: position).start)
    }

    /// The line and column that a cell of the pane shows.
    public func position(ofCell cell: Position) -> Position {
        snapped(Position(row: top + cell.row, column: left + cell.column))
    }
}
