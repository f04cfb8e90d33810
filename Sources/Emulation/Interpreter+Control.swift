import ScreenModel

extension Interpreter {
    /// A C0 control character.
    mutating func control(_ byte: UInt8) {
        registers.joinNext = false
        registers.flagHalf = false
        switch byte {
        case 0x0A, 0x0B, 0x0C:
            if registers.newLineMode { carriageReturn() }
            lineFeed()
        case 0x0D: carriageReturn()
        case 0x08: moveColumn(by: -1)
        case 0x09:
            if registers.column < columns - 1 { library(control: byte) }
        case 0x07:
            if events.last != .bell { events.append(.bell) }
        case 0x0E: registers.charsets.shifted = 1
        case 0x0F: registers.charsets.shifted = 0
        default: break
        }
    }

    /// `ESC`, at most one intermediate, and a final byte.
    mutating func escapeSequence(_ byte: UInt8, intermediate: UInt8) {
        registers.joinNext = false
        registers.flagHalf = false
        switch intermediate {
        case 0x28...0x2B: registers.charsets[Int(intermediate) - 0x28] = byte
        case 0x23 where byte == 0x38: alignmentTest()
        case 0: escapeSequence(byte)
        default: break
        }
    }

    private mutating func escapeSequence(_ byte: UInt8) {
        switch byte {
        case 0x37: saveCursor()
        case 0x38: restoreCursor()
        case 0x3D: registers.modes.applicationKeypad = true
        case 0x3E: registers.modes.applicationKeypad = false
        case 0x44: lineFeed()
        case 0x45:
            carriageReturn()
            lineFeed()
        case 0x48:
            registers.hasOwnTabs = true
            library(escape: byte)
        case 0x4D: reverseLineFeed()
        case 0x4E: registers.charsets.single = 2
        case 0x4F: registers.charsets.single = 3
        case 0x5A: reply(primaryAttributes)
        case 0x63: reset()
        case 0x6E: registers.charsets.shifted = 2
        case 0x6F: registers.charsets.shifted = 3
        default: break
        }
    }

    mutating func carriageReturn() {
        registers.column = 0
        registers.pendingWrap = false
    }

    private mutating func reverseLineFeed() {
        if registers.row == registers.top {
            library(escape: 0x4D)
        } else if registers.row > 0 {
            registers.row -= 1
        }
    }

    // MARK: Moving the cursor

    mutating func move(row: Int, column: Int) {
        registers.row = max(0, min(row, rows - 1))
        registers.column = max(0, min(column, columns - 1))
        registers.pendingWrap = false
    }

    /// Keeps the cursor on the screen after that changed; a pending wrap lasts only in the last column.
    mutating func move(row: Int, column: Int, keepingWrap: Bool) {
        move(row: row, column: column)
        registers.pendingWrap = keepingWrap && registers.column == columns - 1 && registers.autowrap
    }

    /// To a position as programs give it: within the region in origin mode.
    mutating func moveTo(row: Int, column: Int) {
        guard registers.originMode else { return move(row: row, column: column) }
        move(row: min(registers.top + row, registers.bottom), column: column)
    }

    mutating func moveColumn(by columns: Int) {
        move(row: registers.row, column: registers.column + columns)
    }

    /// Up or down, not across a margin.
    mutating func moveRow(by lines: Int) {
        let row = registers.row
        let target =
            lines < 0
            ? max(row + lines, row >= registers.top ? registers.top : 0)
            : min(row + lines, row <= registers.bottom ? registers.bottom : rows - 1)
        move(row: target, column: registers.column)
    }

    // MARK: Saving the cursor

    private var cursorState: SavedCursor {
        SavedCursor(
            row: registers.row, column: registers.column, pendingWrap: registers.pendingWrap, pen: registers.pen,
            charsets: registers.charsets, originMode: registers.originMode)
    }

    mutating func saveCursor() {
        if hidden == nil { registers.saved = cursorState } else { registers.savedAlternate = cursorState }
    }

    mutating func saveCursorForAlternate() {
        registers.savedByAlternate = cursorState
    }

    mutating func restoreCursor() {
        restore(hidden == nil ? registers.saved : registers.savedAlternate)
    }

    mutating func restore(_ cursor: SavedCursor) {
        registers.pen = cursor.pen
        registers.charsets = cursor.charsets
        registers.originMode = cursor.originMode
        move(row: cursor.row, column: cursor.column, keepingWrap: cursor.pendingWrap)
    }

    // MARK: Resets

    /// RIS
    mutating func reset() {
        leaveAlternateScreen(restoringCursor: false)
        let topLine = registers.topLine
        let reachableLine = registers.reachableLine
        let state = registers.state
        registers = Registers(rows: rows)
        registers.state = state
        registers.topLine = topLine
        registers.reachableLine = reachableLine
        grid.fillAll(with: .blank)
        dirty.insert(0..<rows)
        labels = Labels()
        libraryReset()
    }

    /// DECSTR
    mutating func softReset() {
        registers.pen = .blank
        registers.charsets = Charsets()
        registers.originMode = false
        registers.autowrap = true
        registers.insertMode = false
        registers.modes.applicationCursorKeys = false
        registers.modes.applicationKeypad = false
        registers.cursorIsVisible = true
        registers.saved = SavedCursor()
        registers.savedAlternate = SavedCursor()
        setMargins(top: 0, bottom: rows - 1)
    }

    /// DECALN
    private mutating func alignmentTest() {
        setMargins(top: 0, bottom: rows - 1)
        grid.fillAll(with: Cell(content: 0x45))
        dirty.insert(0..<rows)
        move(row: 0, column: 0)
    }

    mutating func setMargins(top: Int, bottom: Int) {
        registers.top = top
        registers.bottom = bottom
        libraryMargins()
    }
}
