import ScreenModel

extension CopyModel {
    /// Moves the cursor, and the selection's end with it.
    mutating func move(_ command: CopyCommand) {
        let rows = max(1, window.rows)
        switch command {
        case .left: if let place = before(cursor) { self.place(place) }
        case .right: moveRight()
        case .up: moveRows(-1)
        case .down: moveRows(1)
        case .nextWord: place(nextWord(from: cursor))
        case .previousWord: place(previousWord(from: cursor))
        case .wordEnd: place(wordEnd(from: cursor))
        case .lineStart: place(Position(row: cursor.row, column: 0))
        case .lineText:
            let column = lines[cursor.row].cells.firstIndex { !$0.isBlank }
            place(Position(row: cursor.row, column: column ?? 0))
        case .lineEnd: place(Position(row: cursor.row, column: max(0, lines[cursor.row].cells.count - 1)))
        case .pageUp: movePage(-max(1, rows - 1))
        case .pageDown: movePage(max(1, rows - 1))
        case .halfPageUp: movePage(-max(1, rows / 2))
        case .halfPageDown: movePage(max(1, rows / 2))
        case .scrollUp: shift(by: -1)
        case .scrollDown: shift(by: 1)
        case .first: place(Position(row: 0, column: 0))
        case .last: place(Position(row: lines.count - 1, column: 0))
        case .windowTop: place(Position(row: top, column: 0))
        case .windowMiddle: place(Position(row: top + (min(rows, lines.count) - 1) / 2, column: 0))
        case .windowBottom: place(Position(row: min(lines.count, top + rows) - 1, column: 0))
        default: break
        }
    }

    private mutating func moveRight() {
        let line = lines[cursor.row].cells
        let width = cell(cursor).attributes.contains(.wide) ? 2 : 1
        // Beyond the text a rectangle may go on, to the window's edge.
        let end = selection?.shape == .rectangle ? max(line.count, left + window.columns) : max(1, line.count)
        if cursor.column + width < end {
            place(Position(row: cursor.row, column: cursor.column + width))
        } else if selection?.shape != .rectangle, cursor.row + 1 < lines.count {
            place(Position(row: cursor.row + 1, column: 0))
        }
    }

    private mutating func moveRows(_ rows: Int) {
        let wanted = wantedColumn
        let row = min(max(0, cursor.row + rows), lines.count - 1)
        let end = selection?.shape == .rectangle ? Self.columnLimit : max(0, lines[row].cells.count - 1)
        place(Position(row: row, column: min(wanted, end)))
        wantedColumn = wanted
    }

    /// What is shown moves with the cursor, so that it stays where it is in the window.
    private mutating func movePage(_ rows: Int) {
        top = min(max(0, top + rows), lastTop)
        moveRows(rows)
    }

    // MARK: Words

    enum CharacterKind { case blank, separator, word }

    /// Paths, addresses and options are words.
    func kind(_ position: Position) -> CharacterKind {
        let cell = cell(position)
        if cell.isBlank { return .blank }
        guard cell.clusterIndex == nil, let scalar = Unicode.Scalar(cell.content) else { return .word }
        if scalar.properties.isWhitespace { return .blank }
        return Self.separators.contains(scalar) || 0x2500...0x257F ~= scalar.value ? .separator : .word
    }

    private static let separators = Set("()[]{}<>\"'`,;|".unicodeScalars)

    /// The character after, in the next line at a line's end; nil at the end of all.
    func after(_ position: Position) -> Position? {
        let width = cell(position).attributes.contains(.wide) ? 2 : 1
        let next = Position(row: position.row, column: position.column + width)
        if next.column < lines[position.row].cells.count { return next }
        return position.row + 1 < lines.count ? Position(row: position.row + 1, column: 0) : nil
    }

    /// The character before; nil at the start of all.
    func before(_ position: Position) -> Position? {
        if position.column > 0 { return snapped(Position(row: position.row, column: position.column - 1)) }
        guard position.row > 0 else { return nil }
        return snapped(Position(row: position.row - 1, column: max(0, lines[position.row - 1].cells.count - 1)))
    }

    /// Whether two neighbours, the first before the second, are in one line of text.
    private func isJoined(_ first: Position, _ second: Position) -> Bool {
        first.row == second.row || lines[first.row].wraps
    }

    private func nextWord(from start: Position) -> Position {
        var here = start
        var isSame = kind(start) != .blank
        let first = kind(start)
        while let next = after(here) {
            if !isJoined(here, next) || kind(next) != first { isSame = false }
            here = next
            if !isSame, kind(here) != .blank { return here }
        }
        return here
    }

    private func previousWord(from start: Position) -> Position {
        guard var here = before(start) else { return start }
        while kind(here) == .blank, let next = before(here) { here = next }
        return wordStart(of: here)
    }

    private func wordEnd(from start: Position) -> Position {
        guard var here = after(start) else { return start }
        while kind(here) == .blank, let next = after(here) { here = next }
        return wordEnd(of: here)
    }

    /// The first and last character of the word, the blanks or the separators around a place.
    func word(at position: Position) -> (start: Position, end: Position) {
        (wordStart(of: position), wordEnd(of: position))
    }

    private func wordStart(of position: Position) -> Position {
        var here = position
        while let next = before(here), isJoined(next, here), kind(next) == kind(position) { here = next }
        return here
    }

    private func wordEnd(of position: Position) -> Position {
        var here = position
        while let next = after(here), isJoined(here, next), kind(next) == kind(position) { here = next }
        return here
    }
}
