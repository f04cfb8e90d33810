import ScreenModel

extension Interpreter {
    /// Prints the run of ASCII that starts at `start`, which must be printable; returns the index behind it.
    @inline(__always)
    mutating func printRun(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        if registers.pendingWrap || registers.insertMode { prepareToPrint(width: 1) }
        let row = registers.row
        let cells = grid.rows[row]
        let limit = grid.columns
        var column = registers.column
        if cells[column].attributes.contains(.wideTrail) { grid.blankHalf(cells + column - 1) }
        var cell = registers.pen
        var index = start
        let stop = registers.insertMode ? min(end, start + 1) : min(end, start + limit - column)
        while index < stop, bytes[index] &- 0x20 < 0x5F {
            cell.content = UInt32(bytes[index])
            cells[column] = cell
            column += 1
            index += 1
        }
        registers.last = UInt32(bytes[index - 1])
        registers.joinNext = false
        registers.flagHalf = false
        dirty.insert(row)
        finishRun(cells, row: row, column: column)
        return index
    }

    /// Puts the cursor behind what was written up to `column` and repairs what that cut.
    @inline(__always)
    private mutating func finishRun(_ cells: UnsafeMutablePointer<Cell>, row: Int, column: Int) {
        if column < grid.columns {
            if cells[column].attributes.contains(.wideTrail) { grid.blankHalf(cells + column) }
            registers.column = column
        } else {
            registers.column = grid.columns - 1
            registers.pendingWrap = registers.autowrap
            grid.wraps[row] = false
        }
    }

    /// Wraps when that is due or the character doesn't fit, and makes room in insert mode.
    mutating func prepareToPrint(width: Int) {
        if registers.pendingWrap || registers.autowrap && registers.column + width > grid.columns { wrap() }
        if registers.insertMode {
            grid.shift(
                row: registers.row, left: registers.column, right: grid.columns, columns: -width, fill: blank)
            dirty.insert(registers.row)
        }
    }

    /// Goes on in the next line, which continues this one.
    private mutating func wrap() {
        grid.wraps[registers.row] = true
        registers.pendingWrap = false
        registers.column = 0
        lineFeed()
    }

    mutating func lineFeed() {
        if registers.row == registers.bottom {
            scrollUp(1)
        } else if registers.row < grid.count - 1 {
            registers.row += 1
        }
    }

    /// Scrolls the region up; lines that leave the top of the primary screen go to the scrollback.
    mutating func scrollUp(_ lines: Int) {
        let top = registers.top
        let end = registers.bottom + 1
        let count = min(lines, end - top)
        if top == 0, hidden == nil {
            for row in 0..<count {
                scrollback.append(grid.rows[row], count: grid.used(row), wraps: grid.wraps[row])
            }
            noteScrolledLines(count)
        }
        grid.scroll(top: top, bottom: end, lines: count, fill: blank)
        if top == 0, end == grid.count { scrolled += count }
        dirty.insert(top..<end)
    }

    /// Counts lines that went to the scrollback.
    mutating func noteScrolledLines(_ count: Int) {
        registers.topLine += count
        registers.reachableLine = max(registers.reachableLine, registers.topLine - scrollback.reach)
    }

    /// Prints one character that is not in the fast run: beyond ASCII, or through a character set.
    mutating func print(_ scalar: UInt32) {
        var scalar = scalar
        if !registers.charsets.isPlain { scalar = translate(scalar) }
        // Neither DEL nor the C1 controls, which nobody sends in UTF-8 on purpose, are characters.
        if scalar >= 0x7F, scalar < 0xA0 { return }
        let width = scalar < 0x300 ? 1 : widths.width(scalar)
        if width == 0 {
            combine(scalar)
            registers.joinNext = scalar == CharacterWidth.joiner
            return
        }
        let joins = registers.joinNext && CharacterWidth.isPictograph(scalar)
        let isFlagHalf = CharacterWidth.isRegionalIndicator(scalar)
        let pairs = registers.flagHalf && isFlagHalf
        registers.joinNext = false
        registers.flagHalf = isFlagHalf && !pairs
        if joins, combine(scalar) { return }
        if pairs, pair(scalar) { return }
        put(scalar, width: width)
    }

    private mutating func put(_ scalar: UInt32, width: Int) {
        if !registers.autowrap, registers.column + width > grid.columns { return }
        if registers.pendingWrap || registers.insertMode || registers.column + width > grid.columns {
            prepareToPrint(width: width)
        }
        let row = registers.row
        let column = registers.column
        let cells = grid.rows[row]
        if cells[column].attributes.contains(.wideTrail) { grid.blankHalf(cells + column - 1) }
        var cell = inked(scalar)
        if width == 2 {
            cell.attributes.insert(.wide)
            cells[column + 1] = cell.trail
        }
        cells[column] = cell
        registers.last = scalar
        dirty.insert(row)
        finishRun(cells, row: row, column: column + width)
    }

    /// The column of the character on the cursor's left, which is what marks combine with, as in tmux.
    private var previousColumn: Int? {
        let column = registers.pendingWrap ? registers.column : registers.column - 1
        guard column >= 0 else { return nil }
        let isTrail = grid.rows[registers.row][column].attributes.contains(.wideTrail)
        return isTrail ? max(0, column - 1) : column
    }

    /// Adds a scalar to the character on the left; false when there is none to add to.
    @discardableResult
    private mutating func combine(_ scalar: UInt32) -> Bool {
        guard let column = previousColumn else { return false }
        let cell = grid.rows[registers.row] + column
        cell.pointee.content = joined(cell.pointee.content == 0 ? 0x20 : cell.pointee.content, scalar)
        dirty.insert(registers.row)
        return true
    }

    /// Makes a flag of the half on the left and this one; false when they don't lie side by side.
    private mutating func pair(_ scalar: UInt32) -> Bool {
        guard !registers.pendingWrap, let column = previousColumn, column + 1 < grid.columns else { return false }
        let cells = grid.rows[registers.row]
        guard CharacterWidth.isRegionalIndicator(cells[column].content) else { return false }
        let base = cells[column]
        put(scalar, width: 1)
        cells[column] = base
        cells[column].content = joined(base.content, scalar)
        cells[column].attributes.insert(.wide)
        cells[column + 1] = cells[column].trail
        return true
    }

    private mutating func joined(_ content: UInt32, _ scalar: UInt32) -> UInt32 {
        if let known = joins.result(base: content, scalar: scalar) { return known }
        guard let added = Unicode.Scalar(scalar) else { return content }
        let before = symbols.text(of: Cell(content: content))
        var text = before
        text.unicodeScalars.append(added)
        var result = content
        // A cluster that is too long stays as it is, so that hostile output can't grow it without end.
        if text.utf8.count <= Symbols.clusterLength, symbols.clusters.count < Symbols.clusterLimit {
            result = symbols.content(for: text)
        }
        joins.note(base: content, scalar: scalar, result: result)
        return result
    }

    /// The last printed character again (REP), as many times as fit on two screens.
    mutating func repeatLast(_ count: Int) {
        let scalar = registers.last
        guard scalar != 0 else { return }
        for _ in 0..<min(count, 2 * grid.size.area) { put(scalar, width: max(1, widths.width(scalar))) }
    }

    private mutating func translate(_ scalar: UInt32) -> UInt32 {
        let index = registers.charsets.single != 0 ? registers.charsets.single : registers.charsets.shifted
        registers.charsets.single = 0
        switch registers.charsets[index] {
        case 0x30 where scalar >= 0x5F && scalar <= 0x7E: return UInt32(Self.graphics[Int(scalar) - 0x5F])
        case 0x41 where scalar == 0x23: return 0xA3
        default: return scalar
        }
    }

    /// DEC special graphics, from `_` to `~`.
    private static let graphics: [UInt16] = [
        0x00A0, 0x25C6, 0x2592, 0x2409, 0x240C, 0x240D, 0x240A, 0x00B0, 0x00B1, 0x2424, 0x240B, 0x2518, 0x2510, 0x250C,
        0x2514, 0x253C, 0x23BA, 0x23BB, 0x2500, 0x23BC, 0x23BD, 0x251C, 0x2524, 0x2534, 0x252C, 0x2502, 0x2264, 0x2265,
        0x03C0, 0x2260, 0x00A3, 0x00B7,
    ]
}
