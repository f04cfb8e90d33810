import ScreenModel

extension RowPainter {
    /// Moves the cursor the short way. `cells` is the row as it will be: writing two or three of its cells again can be
    /// shorter than a motion.
    @inline(__always)
    mutating func move(row target: Int, column to: Int, over cells: UnsafePointer<Cell>? = nil) {
        if row == target, column == to, to < size.columns { return }
        moveFar(row: target, column: to, over: cells)
    }

    @inline(never)
    private mutating func moveFar(row target: Int, column to: Int, over cells: UnsafePointer<Cell>?) {
        defer {
            row = target
            column = to
        }
        let isKnown = column >= 0 && column < size.columns
        if row == target, isKnown, to > column {
            if rewrite(cells, to: to) { return }
            if rules.relativeMotion {
                writer.control(to - column, 0x43)
                return
            }
        } else if row == target, isKnown, column - to <= 3, to < column {
            for _ in to..<column { writer.put(0x08) }
            return
        }
        // A carriage return is safe wherever the cursor waits in its row.
        if to == 0, row >= 0, column >= 0, target == row || target == row + 1 {
            writer.put(0x0D)
            if target != row { writer.put(0x0A) }
        } else if isKnown, row >= 0, to == column, target == row + 1 {
            writer.put(0x0A)
        } else if row == target, rules.columnAddress {
            writer.control(to + 1, 0x47)
        } else {
            address(row: target, column: to)
        }
    }

    /// `CUP`, from 0.
    private mutating func address(row: Int, column: Int) {
        writer.control()
        if row > 0 || column > 0 { writer.decimal(row + 1) }
        if column > 0 {
            writer.put(0x3B)
            writer.decimal(column + 1)
        }
        writer.put(0x48)
    }

    /// Writes the cells up to a column instead of moving over them, when they are few and of the pen's style.
    private mutating func rewrite(_ cells: UnsafePointer<Cell>?, to: Int) -> Bool {
        guard let cells, to - column <= 4 else { return false }
        for index in column..<to {
            guard cells[index].content < 0x7F, pen.matches(cells[index]), !cells[index].attributes.contains(.wideTrail)
            else { return false }
        }
        for index in column..<to {
            let content = cells[index].content
            writer.put(content == 0 ? 0x20 : UInt8(truncatingIfNeeded: content))
        }
        return true
    }

    /// Has the terminal move rows. The rows scrolled in must be plain blanks, so the pen is put down first.
    mutating func scroll(_ scroll: Scroll, parameterized: Bool) {
        writer.reserve(64 + 2 * abs(scroll.count))
        setPen(.blank)
        writer.control()
        writer.decimal(scroll.top + 1)
        writer.put(0x3B)
        writer.decimal(scroll.bottom + 1)
        writer.put(0x72)
        let isUp = scroll.count > 0
        if parameterized {
            writer.control(abs(scroll.count), isUp ? 0x53 : 0x54)
        } else {
            address(row: isUp ? scroll.bottom : scroll.top, column: 0)
            for _ in 0..<abs(scroll.count) {
                if isUp { writer.put(0x0A) } else { writer.put(0x1B, 0x4D) }
            }
        }
        writer.put("\u{1B}[r")
        // DECSTBM takes the cursor home.
        (row, column) = (0, 0)
    }
}
