import ScreenModel

/// The rows of one screen in one block of memory, reached through row pointers, so that scrolling moves pointers and
/// not cells.
///
/// A plain handle: whoever makes one calls ``free()``.
struct Grid {
    typealias Row = UnsafeMutablePointer<Cell>

    let columns: Int
    let count: Int
    private let cells: Row
    /// The cells of each row from the top.
    let rows: UnsafeMutablePointer<Row>
    /// Whether each row's text goes on in the next.
    let wraps: UnsafeMutablePointer<Bool>
    private let spare: UnsafeMutablePointer<Row>

    init(size: Size) {
        columns = size.columns
        count = size.rows
        cells = .allocate(capacity: size.area)
        cells.initialize(repeating: .blank, count: size.area)
        rows = .allocate(capacity: count)
        wraps = .allocate(capacity: count)
        wraps.initialize(repeating: false, count: count)
        spare = .allocate(capacity: count)
        for row in 0..<count { (rows + row).initialize(to: cells + row * columns) }
    }

    func free() {
        cells.deallocate()
        rows.deallocate()
        wraps.deallocate()
        spare.deallocate()
    }

    var size: Size { Size(columns: columns, rows: count) }

    func fill(_ row: Int, with cell: Cell) {
        rows[row].update(repeating: cell, count: columns)
        wraps[row] = false
    }

    func fillAll(with cell: Cell) {
        for row in 0..<count { fill(row, with: cell) }
    }

    /// Moves rows `top..<bottom` up (down when negative) by `lines`; the rows that come in are filled with `cell`.
    func scroll(top: Int, bottom: Int, lines: Int, fill cell: Cell) {
        let height = bottom - top
        guard height > 0, lines != 0 else { return }
        let moved = min(abs(lines), height)
        let kept = height - moved
        let region = rows + top
        let flags = wraps + top
        if lines > 0 {
            spare.update(from: region, count: moved)
            region.update(from: region + moved, count: kept)
            flags.update(from: flags + moved, count: kept)
            (region + kept).update(from: spare, count: moved)
            for row in kept..<height { fill(top + row, with: cell) }
        } else {
            spare.update(from: region + kept, count: moved)
            (region + moved).update(from: region, count: kept)
            (flags + moved).update(from: flags, count: kept)
            region.update(from: spare, count: moved)
            for row in 0..<moved { fill(top + row, with: cell) }
        }
    }

    /// Moves cells `left..<right` of a row left (right when negative) by `columns`, filling what comes in.
    func shift(row: Int, left: Int, right: Int, columns shift: Int, fill cell: Cell) {
        let width = right - left
        let moved = min(abs(shift), width)
        let kept = width - moved
        let start = rows[row] + left
        if shift > 0 {
            start.update(from: start + moved, count: kept)
            (start + kept).update(repeating: cell, count: moved)
        } else {
            (start + moved).update(from: start, count: kept)
            start.update(repeating: cell, count: moved)
        }
        if right == columns { wraps[row] = false }
        repair(row)
    }

    /// Blanks halves of wide characters that lost their other half.
    func repair(_ row: Int) {
        let cells = rows[row]
        var column = 0
        while column < columns {
            let attributes = cells[column].attributes
            if attributes.contains(.wide) {
                if column + 1 < columns, cells[column + 1].attributes.contains(.wideTrail) {
                    column += 2
                    continue
                }
                blankHalf(cells + column)
            } else if attributes.contains(.wideTrail) {
                blankHalf(cells + column)
            }
            column += 1
        }
    }

    /// What is left of a wide character whose other half was overwritten keeps its background only.
    func blankHalf(_ cell: Row) {
        cell.pointee = Cell(background: cell.pointee.background)
    }

    /// Erases cells of a row, and the outer halves of wide characters that the ends cut.
    func erase(row: Int, left: Int, right: Int, fill cell: Cell, keepProtected: Bool) {
        let cells = rows[row]
        if keepProtected {
            for column in left..<right where !cells[column].attributes.contains(.protected) { cells[column] = cell }
            repair(row)
        } else {
            if left > 0, cells[left].attributes.contains(.wideTrail) { blankHalf(cells + left - 1) }
            if right < columns, cells[right].attributes.contains(.wideTrail) { blankHalf(cells + right) }
            (cells + left).update(repeating: cell, count: right - left)
        }
        if right == columns { wraps[row] = false }
    }

    /// The number of cells up to the last one that was written or has a look.
    func used(_ row: Int) -> Int {
        // A blank cell is 16 zero bytes, and asking for these is several times faster than comparing fields.
        let words = UnsafeRawPointer(rows[row])
        var end = columns
        while end > 0 {
            let at = (end - 1) * MemoryLayout<Cell>.stride
            let bits =
                words.load(fromByteOffset: at, as: UInt64.self) | words.load(fromByteOffset: at + 8, as: UInt64.self)
            if bits != 0 { break }
            end -= 1
        }
        return end
    }
}
