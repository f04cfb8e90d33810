extension Surface {
    /// Shows the part of a frame that starts at `origin` in `rect`, halves of wide characters at its edges blanked.
    ///
    /// A frame that is drawn first, on a surface just cleared, costs a copy of its rows; its symbols are shared.
    public mutating func draw(_ frame: Frame, origin: Position = Position(row: 0, column: 0), in rect: Rect) {
        guard frame.cells.count == frame.size.area else { return }
        let placed = Rect(
            row: rect.row - origin.row, column: rect.column - origin.column, columns: frame.size.columns,
            rows: frame.size.rows)
        let area = placed.intersection(rect).intersection(bounds)
        guard area.columns > 0, area.rows > 0 else { return }
        let isSame = shareSymbols(with: frame.symbols)
        let columns = size.columns
        frame.cells.withUnsafeBufferPointer { source in
            cells.withUnsafeMutableBufferPointer { cells in
                guard let from = source.baseAddress, let to = cells.baseAddress else { return }
                for row in area.row..<area.endRow {
                    let offset = (row - placed.row) * frame.size.columns + area.column - placed.column
                    (to + row * columns + area.column).update(from: from + offset, count: area.columns)
                }
            }
        }
        for row in area.row..<area.endRow {
            if !isSame { adoptRow(row, area, from: frame.symbols) }
            blankCutHalves(row, area)
        }
    }

    /// Shows some rows of a frame that is in `rect` already, from `origin` on.
    ///
    /// - Returns: the rows of the surface that these are, or the first of the rectangle where they can't be seen.
    @discardableResult
    public mutating func redraw(
        _ frame: Frame, rows: ClosedRange<Int>, origin: Position = Position(row: 0, column: 0), in rect: Rect
    ) -> ClosedRange<Int> {
        let first = max(rows.lowerBound, origin.row)
        let last = min(rows.upperBound, origin.row + rect.rows - 1, frame.size.rows - 1)
        guard first <= last else { return rect.row...rect.row }
        let row = rect.row + first - origin.row
        draw(
            frame, origin: Position(row: first, column: origin.column),
            in: Rect(row: row, column: rect.column, columns: rect.columns, rows: last - first + 1))
        return row...row + last - first
    }

    /// Whether cells with the other table's indices mean the same here.
    private mutating func shareSymbols(with other: Symbols) -> Bool {
        if other.clusters.isEmpty, other.extras.isEmpty { return true }
        if symbols.clusters.isEmpty, symbols.extras.isEmpty { symbols = other }
        if symbols.clusters.count > Symbols.clusterLimit / 2 || symbols.extras.count > Symbols.extraLimit / 2,
            symbols != other
        {
            compactSymbols()
        }
        return symbols == other
    }

    private mutating func adoptRow(_ row: Int, _ area: Rect, from other: Symbols) {
        for index in row * size.columns + area.column..<row * size.columns + area.endColumn {
            let cell = cells[index]
            if cell.content >= Cell.clusterFlag || cell.extra != 0 { cells[index] = adopt(cell, from: other) }
        }
    }

    private mutating func blankCutHalves(_ row: Int, _ area: Rect) {
        let first = row * size.columns + area.column
        let last = first + area.columns - 1
        if cells[first].attributes.contains(.wideTrail) { blank(first) }
        if cells[last].attributes.contains(.wide) { blank(last) }
    }

    private mutating func blank(_ index: Int) {
        cells[index].content = 0
        cells[index].attributes.subtract([.wide, .wideTrail])
    }
}
