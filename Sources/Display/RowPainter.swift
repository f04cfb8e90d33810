import ScreenModel

/// Paints what differs in a row, and knows where the terminal's cursor and pen are.
struct RowPainter {
    /// What of painting the terminal can do.
    struct Rules {
        let backColorErase: Bool
        let eraseToEndOfLine: Bool
        let eraseCharacters: Bool
        let repeatCharacter: Bool
        let columnAddress: Bool
        let relativeMotion: Bool
        let delaysWrap: Bool
        let automaticMargins: Bool

        init(_ capabilities: TerminalCapabilities) {
            backColorErase = capabilities.backColorErase
            eraseToEndOfLine = capabilities.eraseToEndOfLine
            eraseCharacters = capabilities.eraseCharacters
            repeatCharacter = capabilities.repeatCharacter
            columnAddress = capabilities.columnAddress
            relativeMotion = capabilities.relativeMotion
            delaysWrap = capabilities.delaysWrap
            automaticMargins = capabilities.automaticMargins
        }
    }

    /// More than the bytes of one cell can be: a cursor motion, two ways to change the pen, a character, a repeat.
    static let roomPerCell = 256

    var writer: ByteWriter
    var pen: Pen
    let rules: Rules
    let penRules: Pen.Rules
    let size: Size
    let clusters: [String]
    let extras: [Extra]
    /// The terminal's cursor; -1 is not known. A column equal to the width is a wrap that waits at the right edge.
    var row = -1
    var column = -1

    var rowRoom: Int { (size.columns + 4) * Self.roomPerCell }

    @inline(__always)
    static func equal(_ left: UnsafePointer<Cell>, _ right: UnsafePointer<Cell>) -> Bool {
        let first = UnsafeRawPointer(left)
        let second = UnsafeRawPointer(right)
        return first.load(as: UInt64.self) == second.load(as: UInt64.self)
            && first.load(fromByteOffset: 8, as: UInt64.self) == second.load(fromByteOffset: 8, as: UInt64.self)
    }

    /// Writes what turns the row `old` into `new`; both in normal form, and equal outside `range`.
    mutating func paint(
        row: Int, from old: UnsafePointer<Cell>, to new: UnsafePointer<Cell>, in range: ClosedRange<Int>
    ) {
        var first = range.lowerBound
        var last = range.upperBound
        // Without a delayed wrap the last cell of the last row can't be written: the screen would scroll.
        if row == size.rows - 1, rules.automaticMargins, !rules.delaysWrap { last = min(last, size.columns - 2) }
        while first <= last, Self.equal(new + first, old + first) { first += 1 }
        while last >= first, Self.equal(new + last, old + last) { last -= 1 }
        guard first <= last else { return }
        writer.reserve(rowRoom)
        let erase = eraseStart(new, old, first: first, last: last)
        if let erase { last = erase - 1 }
        var column = first
        while column <= last {
            if Self.equal(new + column, old + column) {
                column += 1
            } else {
                move(row: row, column: column, over: new)
                let next = drawPlain(new, old, column: column, last: last)
                column = next > column ? next : draw(new, row: row, column: column, last: last)
            }
        }
        if let erase {
            move(row: row, column: erase, over: new)
            setPen(new[erase])
            writer.put("\u{1B}[K")
        }
    }

    /// Where erasing to the end of the line begins, when that is shorter than writing the blanks.
    @inline(__always)
    private func eraseStart(
        _ new: UnsafePointer<Cell>, _ old: UnsafePointer<Cell>, first: Int, last: Int
    ) -> Int? {
        let end = size.columns - 1
        guard rules.eraseToEndOfLine, last >= first + 3, isErasable(new[end]) else { return nil }
        var start = end
        while start > first, Self.equal(new + start - 1, new + end) { start -= 1 }
        while start < last, Self.equal(new + start, old + start) { start += 1 }
        return last - start >= 3 ? start : nil
    }

    @inline(__always) private func isErasable(_ cell: Cell) -> Bool {
        cell.content == 0 && cell.attributes.rawValue == 0 && cell.extra == 0
            && (rules.backColorErase || cell.background.isDefault)
    }

    /// Puts the pen down, whatever it was.
    mutating func resetPen() {
        if penRules.hyperlinks { writer.put("\u{1B}]8;;\u{1B}\\") }
        writer.put("\u{1B}[m")
        pen = Pen()
    }

    @inline(__always) mutating func setPen(_ cell: Cell) {
        guard !pen.matches(cell) else { return }
        if cell.extra == pen.extra {
            pen.change(to: cell, &writer, penRules, extras)
        } else {
            pen.change(to: cell, &writer, penRules, extras)
            // A link's length is not in the row's room.
            writer.reserve(rowRoom)
        }
    }

    /// Draws the cell at a column, with the equal ones after it where that is shorter. Returns the next column.
    private mutating func draw(_ new: UnsafePointer<Cell>, row: Int, column: Int, last: Int) -> Int {
        let cell = new[column]
        setPen(cell)
        if cell.attributes.contains(.wide) { return drawWide(cell, column) }
        if column + 3 < last, Self.equal(new + column, new + column + 1), Self.equal(new + column, new + column + 2),
            let next = drawRun(new, column, last)
        {
            return next
        }
        if cell.content == 0 {
            writer.put(0x20)
        } else if cell.content < Cell.clusterFlag {
            writer.put(scalar: cell.content)
        } else {
            return drawCluster(cell, column, width: 1)
        }
        arrive(column + 1)
        return column + 1
    }

    /// The cursor has come to a column by writing.
    @inline(__always) mutating func arrive(_ next: Int) {
        column = next
        if next == size.columns, !rules.delaysWrap { (row, column) = (-1, -1) }
    }

    /// A run of equal narrow cells by ECH or REP; nil when plain writing is as short.
    private mutating func drawRun(_ new: UnsafePointer<Cell>, _ column: Int, _ last: Int) -> Int? {
        let cell = new[column]
        guard cell.content < Cell.clusterFlag else { return nil }
        var end = column + 3
        while end <= last, Self.equal(new + end, new + column) { end += 1 }
        let count = end - column
        if isErasable(cell), rules.eraseCharacters, count > (rules.repeatCharacter && end <= last ? 32 : 10) {
            writer.control(count, 0x58)
            return end
        }
        // tmux knows REP, but not after characters beyond ASCII, whatever TERM it is given.
        guard rules.repeatCharacter, cell.content < 0x80, count > 7 else { return nil }
        writer.put(scalar: cell.content == 0 ? 0x20 : cell.content)
        writer.control(count - 1, 0x62)
        arrive(end)
        return end
    }

    private mutating func drawWide(_ cell: Cell, _ column: Int) -> Int {
        let scalar = cell.content
        if scalar >= 0x1F000 || scalar < 0x2E80 { return drawCluster(cell, column, width: 2) }
        writer.put(scalar: scalar)
        arrive(column + 2)
        return column + 2
    }

    /// Terminals disagree about the width of emoji and clusters: both cells are blanked before, and after it the cursor's
    /// column counts as unknown.
    private mutating func drawCluster(_ cell: Cell, _ column: Int, width: Int) -> Int {
        if width == 2, column + 2 < size.columns {
            writer.put("  \u{08}\u{08}")
        } else if width == 2, rules.eraseToEndOfLine {
            // A second blank would leave the cursor waiting at the edge, where a backspace is not a column.
            writer.put(" \u{1B}[K\u{08}")
        }
        if let index = cell.clusterIndex {
            let text = clusters.indices.contains(index) ? clusters[index] : "\u{FFFD}"
            for scalar in text.unicodeScalars where scalar.value > 0x20 && !(0x7F...0x9F ~= scalar.value) {
                writer.reserve(4)
                writer.put(scalar: scalar.value)
            }
            writer.reserve(rowRoom)
        } else {
            writer.put(scalar: cell.content)
        }
        self.column = -1
        // Near the edge it may even have wrapped.
        if column + 4 >= size.columns { self.row = -1 }
        return column + width
    }
}
