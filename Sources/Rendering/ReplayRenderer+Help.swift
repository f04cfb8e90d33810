import ScreenModel
import Themes
import WorkbenchModel

extension ReplayRenderer {
    /// The keys over the middle of the window, in as many columns as fit, scrolled when they are too many.
    func drawHelp(_ legend: KeyLegend, scroll: Int, _ layout: ReplayLayout, on surface: inout Surface) {
        let rows = helpRows(legend)
        let keyWidth = rows.map(\.keys.unicodeScalars.count).max() ?? 0
        let textWidth = rows.map(\.help.unicodeScalars.count).max() ?? 0
        let room = Size(columns: surface.size.columns, rows: layout.timeline)
        let column = keyWidth + 2 + textWidth + 2
        let columns = room.columns - 4 >= 2 * column && rows.count > room.rows - 2 ? 2 : 1
        let perColumn = (rows.count + columns - 1) / columns
        let height = min(room.rows, perColumn + 2)
        let width = min(room.columns, columns * column + 2)
        let rect = Rect(
            row: (room.rows - height) / 2, column: (room.columns - width) / 2, columns: width, rows: height)
        surface.fill(rect, style: theme[.help])
        drawBorder(rect, style: theme[.help], on: &surface)
        surface.text(" keys ", row: rect.row, column: rect.column + 2, style: theme[.helpTitle], maxColumns: width - 4)
        if perColumn > height - 2 {
            let more = " Up Down "
            let column = rect.endColumn - more.utf8.count - 2
            surface.text(more, row: rect.row, column: column, style: theme[.helpTitle])
        }
        let first = min(max(0, scroll), max(0, perColumn - (height - 2)))
        for part in 0..<columns {
            let slice = rows.dropFirst(part * perColumn).prefix(perColumn).dropFirst(first).prefix(max(0, height - 2))
            for (line, row) in slice.enumerated() {
                let left = rect.column + 2 + part * column
                drawHelpRow(
                    row, at: Position(row: rect.row + 1 + line, column: left), keyWidth: keyWidth,
                    width: min(column, rect.endColumn - 1 - left), on: &surface)
            }
        }
    }

    private func helpRows(_ legend: KeyLegend) -> [(keys: String, help: String)] {
        legend.lines.map { ($0.keys.prefix(3).joined(separator: " "), $0.help) }
    }

    private func drawHelpRow(
        _ row: (keys: String, help: String), at place: Position, keyWidth: Int, width: Int, on surface: inout Surface
    ) {
        surface.text(row.keys, row: place.row, column: place.column, style: theme[.helpKey], maxColumns: width)
        let indent = keyWidth + 2
        write(row.help, place.row, place.column + indent, theme[.help], width: width - indent, on: &surface)
    }
}
