import ScreenModel

extension Terminal {
    /// Traps in debug builds when the state contradicts itself; looks at the rows that changed only.
    func checkInvariants(_ changed: RowSet) {
        assert(brokenInvariant(in: changed) == nil, brokenInvariant(in: changed) ?? "")
    }

    /// What contradicts itself, or nil.
    var brokenInvariant: String? { brokenInvariant(in: .all(size.rows)) }

    private func brokenInvariant(in changed: RowSet) -> String? {
        let size = self.size
        let position = cursor.position
        if position.row < 0 || position.row >= size.rows || position.column < 0 || position.column >= size.columns {
            return "cursor \(position) outside of \(size)"
        }
        if scrollback.end != topLine { return "scrollback ends at \(scrollback.end), the screen starts at \(topLine)" }
        for row in 0..<size.rows where changed.contains(row) {
            if let column = withRow(row, Self.brokenHalf) {
                return "half a wide character in row \(row), column \(column)"
            }
        }
        return nil
    }

    private static func brokenHalf(_ cells: UnsafeBufferPointer<Cell>) -> Int? {
        for column in cells.indices {
            let leads = cells[column].attributes.contains(.wide)
            let next = column + 1 < cells.count ? cells[column + 1] : .blank
            if leads != next.attributes.contains(.wideTrail) && (leads || column + 1 < cells.count) { return column }
            if leads, next != cells[column].trail { return column }
        }
        return cells.first?.attributes.contains(.wideTrail) == true ? 0 : nil
    }
}
