import ScreenModel
import Themes
import WorkbenchModel

extension WorkbenchRenderer {
    /// A pane's text in copy mode: with its colours, what was found in it, and what is selected.
    func drawCopying(
        _ copying: CopyModel, in rect: Rect, isFocused: Bool, on surface: inout Surface
    ) {
        guard rect.rows > 0, rect.columns > 0 else { return }
        surface.fill(rect, style: .plain)
        surface.draw(frame(of: copying, rect.size), in: rect)
        let rows = copying.top..<min(copying.lines.count, copying.top + rect.rows)
        for hit in copying.hits(in: rows) {
            for row in max(hit.start.row, rows.lowerBound)...min(hit.end.row, rows.upperBound - 1) {
                let first = row == hit.start.row ? hit.start.column : 0
                let last = row == hit.end.row ? hit.end.column : copying.lines[row].cells.count - 1
                let isWide =
                    copying.lines[row].cells.indices.contains(last)
                    && copying.lines[row].cells[last].attributes.contains(.wide)
                restyle(copying, row, first..<max(first, last) + (isWide ? 2 : 1), rect, on: &surface) {
                    $0.attributes.formSymmetricDifference(.inverse)
                    if hit.start == copying.cursor { $0.attributes.insert(.bold) }
                }
            }
        }
        let selected = theme[.copySelection]
        for row in rows {
            guard let columns = copying.selectedColumns(of: row) else { continue }
            restyle(copying, row, columns, rect, on: &surface) { style in
                style.attributes.remove(.inverse)
                style.background = selected.background
                if selected.attributes.contains(.inverse) || selected.background.isDefault {
                    style.attributes.insert(.inverse)
                }
            }
        }
        guard isFocused else { return }
        let position = Position(
            row: rect.row + copying.cursor.row - copying.top, column: rect.column + copying.cursor.column - copying.left
        )
        if rect.contains(position) {
            surface.cursor = Cursor(position: position, isVisible: true, shape: .block, blinks: false)
        }
    }

    private func restyle(
        _ copying: CopyModel, _ row: Int, _ columns: Range<Int>, _ rect: Rect, on surface: inout Surface,
        _ change: (inout Style) -> Void
    ) {
        let place = Rect(
            row: rect.row + row - copying.top, column: rect.column + columns.lowerBound - copying.left,
            columns: columns.count, rows: 1)
        surface.restyle(place.intersection(rect), change)
    }

    /// The part of the text that the pane has room for.
    private func frame(of copying: CopyModel, _ size: Size) -> Frame {
        var frame = Frame(size: size, symbols: copying.symbols)
        for (row, line) in copying.lines.dropFirst(copying.top).prefix(size.rows).enumerated() {
            for (column, cell) in line.cells.dropFirst(copying.left).prefix(size.columns).enumerated() {
                frame.cells[row * size.columns + column] = cell
            }
        }
        return frame
    }

    /// Where one is in the text, and what was found.
    func copyFacts(_ copying: CopyModel) -> String {
        var text = "copy mode  \(copying.cursor.row + 1)/\(copying.lines.count)"
        if copying.query != nil {
            text = "\(copying.hitNumber.map { "\($0) of " } ?? "")\(copying.hits.count) found  " + text
        }
        switch copying.history {
        case .reading: return "reading …  " + text
        case .failed: return "screen only  " + text
        case .read, .none: return text
        }
    }
}
