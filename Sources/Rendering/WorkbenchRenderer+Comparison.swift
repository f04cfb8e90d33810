import ScreenModel
import Themes
import WorkbenchModel

extension WorkbenchRenderer {
    /// Branches in a table, the best first.
    func drawComparison(_ comparison: Comparison, _ rect: Rect, isFocused: Bool, on surface: inout Surface) {
        surface.fill(rect, style: theme[.text])
        guard rect.rows > 0, rect.columns > 2 else { return }
        if let problem = comparison.problem {
            let lines = base.wrapped(problem, width: max(1, rect.columns - 1))
            return drawText(lines, in: rect, role: .error, on: &surface)
        }
        guard !comparison.rows.isEmpty else {
            let what = comparison.test.map { "running “\($0)” in each branch …" } ?? "comparing …"
            return drawText([what], in: rect, role: .muted, on: &surface)
        }
        let cells = comparison.rows.map(Self.cells)
        let titles = ["", "branch", "test", "exit", "time", "files", "lines", "cost", ""]
        let widths = titles.indices.map { column in
            // A long name must not push the figures out.
            min(
                max(titles[column].terminalWidth, cells.map { $0[column].terminalWidth }.max() ?? 0),
                column == 1 ? 28 : 60)
        }
        draw(titles, widths, rect.row, rect, theme[.heading], on: &surface)
        for (index, row) in cells.enumerated() where index + 1 < rect.rows {
            let line = rect.row + 1 + index
            var style = theme[.text]
            if let test = comparison.rows[index].test { style = theme[test == 0 ? .diffAdded : .diffRemoved] }
            if index == comparison.selected, isFocused {
                style = theme[.selection]
                surface.fill(Rect(row: line, column: rect.column, columns: rect.columns, rows: 1), style: style)
            }
            draw(row, widths, line, rect, style, on: &surface)
        }
    }

    private func draw(
        _ cells: [String], _ widths: [Int], _ row: Int, _ rect: Rect, _ style: Style, on surface: inout Surface
    ) {
        var column = rect.column + 1
        for (cell, width) in zip(cells, widths) where width > 0 {
            base.write(cell, row, column, style, width: min(width, rect.endColumn - column), on: &surface)
            column += width + 2
        }
    }

    private static func cells(_ row: Comparison.Row) -> [String] {
        let test = row.test.map { $0 == 0 ? "passed" : "failed (\($0))" } ?? ""
        let cost = row.cost.map { cost in
            let cents = Int((cost * 100).rounded())
            return "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
        }
        let tokens = row.tokens.map { "\($0) tokens" }
        return [
            String(row.session.prefix(8)), row.name, test, row.exit.map { "\($0)" } ?? "runs",
            TimeText.text(row.duration), row.files.map { "\($0)" } ?? "",
            row.added.map { "+\($0) -\(row.removed ?? 0)" } ?? "", cost ?? tokens ?? "", row.note ?? "",
        ]
    }
}
