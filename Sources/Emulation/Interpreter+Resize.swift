import ScreenModel

/// Resizing as tmux does it: rows go to and come from the scrollback at the top, the primary screen's text flows anew
/// when the width changes, the alternate screen is cut.
extension Interpreter {
    mutating func resize(to size: Size) {
        guard size != grid.size else { return }
        if hidden == nil { resizePrimary(to: size) } else { resizeAlternate(to: size) }
        registers.top = 0
        registers.bottom = rows - 1
        libraryResize()
        dirty = .all(rows)
    }

    private mutating func resizeAlternate(to size: Size) {
        let old = grid
        let lost = max(0, old.count - size.rows)
        let fromTop = max(0, lost - (old.count - 1 - registers.row))
        grid = Grid(size: size)
        for row in 0..<min(old.count - fromTop, size.rows) {
            grid.rows[row].update(from: old.rows[row + fromTop], count: min(old.columns, size.columns))
            grid.repair(row)
        }
        old.free()
        move(row: registers.row - fromTop, column: registers.column, keepingWrap: registers.pendingWrap)
    }

    /// Works on `grid`, which must be the primary screen.
    mutating func resizePrimary(to size: Size) {
        var text = ReflowedText(cursorRow: registers.row, cursorColumn: cursorColumnForReflow)
        takeRows(into: &text, height: size.rows)
        if size.columns != grid.columns {
            while canPull, lastLineWraps {
                pullLine(into: &text)
            }
            text.reflow(to: size.columns)
        }
        pullRows(into: &text, size: size)
        let surplus = max(0, text.lines.count - size.rows)
        for line in text.lines.prefix(surplus) { push(line) }
        show(text, from: surplus, size: size)
    }

    /// In a pending wrap the cursor is past the last column.
    private var cursorColumnForReflow: Int { registers.column + (registers.pendingWrap ? 1 : 0) }

    /// The screen's rows without those below the cursor that don't fit any more.
    private mutating func takeRows(into text: inout ReflowedText, height: Int) {
        let dropped = max(0, min(grid.count - height, grid.count - 1 - registers.row))
        for row in 0..<(grid.count - dropped) {
            let cells = Array(UnsafeBufferPointer(start: grid.rows[row], count: grid.used(row)))
            text.lines.append(ReflowedText.Line(cells: cells, wraps: grid.wraps[row]))
        }
        // More rows than fit go to the scrollback before the text flows, as the cursor's row is then at the bottom.
    }

    private var canPull: Bool { registers.topLine > registers.reachableLine && scrollback.end > scrollback.first }

    private var lastLineWraps: Bool {
        scrollback.withLine(scrollback.end - 1) { PackedLine.wraps($0) } ?? false
    }

    /// Takes the last line of the scrollback back to the top of the text.
    private mutating func pullLine(into text: inout ReflowedText) {
        guard let cells = scrollbackLine(scrollback.end - 1) else { return }
        text.lines.insert(ReflowedText.Line(cells: cells, wraps: lastLineWraps), at: 0)
        text.cursorRow += 1
        registers.topLine -= 1
        scrollback.truncate(to: registers.topLine)
    }

    /// Fills a screen that became higher, or whose text became shorter, from the scrollback.
    private mutating func pullRows(into text: inout ReflowedText, size: Size) {
        while text.lines.count < size.rows, canPull {
            var older = ReflowedText(cursorRow: 0, cursorColumn: 0)
            repeat {
                pullLine(into: &older)
            } while scrollback.end > scrollback.first && lastLineWraps && older.lines.count < 1024
            older.reflow(to: size.columns)
            text.lines.insert(contentsOf: older.lines, at: 0)
            text.cursorRow += older.lines.count
        }
    }

    private mutating func push(_ line: ReflowedText.Line) {
        line.cells.withUnsafeBufferPointer { cells in
            var empty = Cell.blank
            withUnsafePointer(to: &empty) {
                scrollback.append(cells.baseAddress ?? $0, count: cells.count, wraps: line.wraps)
            }
        }
        noteScrolledLines(1)
    }

    private mutating func show(_ text: ReflowedText, from first: Int, size: Size) {
        grid.free()
        grid = Grid(size: size)
        for (row, line) in text.lines.dropFirst(first).enumerated() where row < size.rows {
            for (column, cell) in line.cells.prefix(size.columns).enumerated() { grid.rows[row][column] = cell }
            grid.wraps[row] = line.wraps
            grid.repair(row)
        }
        let column = text.cursorColumn
        if text.cursorRow < first { return move(row: 0, column: 0) }
        move(row: text.cursorRow - first, column: column, keepingWrap: column >= size.columns)
    }

    /// A line of the scrollback, or nil when it isn't kept.
    func scrollbackLine(_ line: Int) -> [Cell]? {
        scrollback.withLine(line) { bytes in
            let count = PackedLine.cellCount(bytes)
            return [Cell](unsafeUninitializedCapacity: count) { buffer, filled in
                if let cells = buffer.baseAddress { PackedLine.unpack(bytes, into: cells) }
                filled = count
            }
        }
    }
}

/// Lines of text and a cursor in them, flowing to a new width.
struct ReflowedText {
    struct Line {
        var cells: [Cell]
        var wraps: Bool
    }

    var lines: [Line] = []
    var cursorRow: Int
    var cursorColumn: Int

    init(cursorRow: Int, cursorColumn: Int) {
        self.cursorRow = cursorRow
        self.cursorColumn = cursorColumn
    }

    /// Joins the lines that wrapped and cuts them at `columns`. A cursor past the end of its text stays at the end.
    mutating func reflow(to columns: Int) {
        let old = lines
        lines = []
        var cursor = (row: cursorRow, column: cursorColumn)
        var index = 0
        while index < old.count {
            var cells: [Cell] = []
            var place: Int?
            var last = false
            repeat {
                if index == cursorRow {
                    place = cursorColumn >= old[index].cells.count ? .max : cells.count + cursorColumn
                }
                cells += old[index].cells
                last = !old[index].wraps
                index += 1
            } while !last && index < old.count
            let first = lines.count
            append(cells, columns: columns, wrapsAtEnd: !last)
            if let place { cursor = find(place, from: first) }
        }
        (cursorRow, cursorColumn) = cursor
    }

    private mutating func append(_ cells: [Cell], columns: Int, wrapsAtEnd: Bool) {
        var start = 0
        while cells.count - start > columns {
            var end = start + columns
            if cells[end].attributes.contains(.wideTrail), end - 1 > start { end -= 1 }
            lines.append(Line(cells: Array(cells[start..<end]), wraps: true))
            start = end
        }
        lines.append(Line(cells: Array(cells[start...]), wraps: wrapsAtEnd))
    }

    /// Where a cell of the line whose first row is `first` has gone.
    private func find(_ place: Int, from first: Int) -> (row: Int, column: Int) {
        var rest = place
        for row in first..<lines.count {
            if row == lines.count - 1 { return (row, min(rest, lines[row].cells.count)) }
            if rest < lines[row].cells.count { return (row, rest) }
            rest -= lines[row].cells.count
        }
        return (max(0, lines.count - 1), 0)
    }
}
