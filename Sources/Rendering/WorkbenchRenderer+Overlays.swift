import ScreenModel
import Themes
import WorkbenchModel

extension WorkbenchRenderer {
    /// Help, palette, form, or the keys that may follow the prefix.
    func drawOverlay(
        _ workbench: Workbench, _ regions: Workbench.Regions, showsKeys: Bool, on surface: inout Surface
    ) {
        let room = Size(columns: surface.size.columns, rows: regions.timeline ?? regions.bottom)
        switch workbench.mode {
        case .help(let scroll): drawHelp(workbench, scroll, room, on: &surface)
        case .palette(let palette): drawPalette(palette, room, on: &surface)
        case .form(let form): drawForm(form, room, on: &surface)
        case .prefix where showsKeys: drawKeys(workbench.keys.afterPrefix, room, on: &surface)
        case .normal, .prefix, .prompt, .confirm: break
        }
    }

    /// All keys that hold: those of the focused pane, then those after the prefix.
    private func drawHelp(_ workbench: Workbench, _ scroll: Int, _ room: Size, on surface: inout Surface) {
        var legend = KeyLegend()
        switch workbench.focusedKeys {
        case .replay: legend.lines += workbench.keys.replay.lines
        case .files: legend.lines += workbench.keys.files.lines
        case .sessions: legend.lines += workbench.keys.sessions.lines
        case .copy: legend.lines += workbench.keys.copy.lines
        case .text: legend.lines += workbench.keys.text.lines
        default: break
        }
        legend.lines += workbench.keys.afterPrefix.lines.map { line in
            var line = line
            line.keys = line.keys.map { "\(workbench.keys.prefix) \($0)" }
            return line
        }
        base.drawHelp(legend, scroll: scroll, ReplayLayout(timeline: room.rows, bottom: room.rows), on: &surface)
    }

    /// What may follow the prefix, at the bottom, in as many columns as fit.
    private func drawKeys(_ legend: KeyLegend, _ room: Size, on surface: inout Surface) {
        let items = legend.lines.map { (keys: $0.keys.prefix(2).joined(separator: " "), what: $0.help) }
        let keyWidth = min(12, items.map { $0.keys.terminalWidth }.max() ?? 0)
        let width = min(room.columns, keyWidth + 2 + min(36, items.map { $0.what.terminalWidth }.max() ?? 0) + 2)
        guard width > 0, !items.isEmpty else { return }
        let columns = max(1, room.columns / width)
        let rows = min(room.rows, (items.count + columns - 1) / columns)
        guard rows > 0 else { return }
        let rect = Rect(row: room.rows - rows, column: 0, columns: room.columns, rows: rows)
        surface.fill(rect, style: theme[.help])
        for (index, item) in items.enumerated() {
            let (column, row) = (index / rows * width, rect.row + index % rows)
            guard column < room.columns else { break }
            base.write(item.keys, row, column + 1, theme[.helpKey], width: keyWidth, on: &surface)
            base.write(
                item.what, row, column + keyWidth + 2, theme[.help], width: width - keyWidth - 3, on: &surface)
        }
    }

    private func drawPalette(_ palette: Palette, _ room: Size, on surface: inout Surface) {
        let rows = min(room.rows, min(palette.items.count, 16) + 2)
        let columns = min(room.columns, 84)
        let rect = Rect(
            row: room.rows - rows, column: (room.columns - columns) / 2, columns: columns, rows: rows)
        box(rect, title: "\(palette.matches.count) of \(palette.items.count)", on: &surface)
        let inner = rows - 2
        let top = max(0, min(palette.selected - inner / 2, palette.matches.count - inner))
        for (offset, item) in palette.matches.dropFirst(top).prefix(max(0, inner)).enumerated() {
            let row = rect.row + 1 + offset
            let isSelected = top + offset == palette.selected
            let style = theme[isSelected ? .selection : .help]
            surface.fill(Rect(row: row, column: rect.column + 1, columns: columns - 2, rows: 1), style: style)
            let keysColumn = rect.endColumn - 2 - item.keys.terminalWidth
            let used = base.write(
                item.title, row, rect.column + 2, isSelected ? style : theme[.helpKey],
                width: keysColumn - rect.column - 3, on: &surface)
            let column = rect.column + 2 + max(used + 2, min(22, columns / 3))
            base.write(item.detail, row, column, style, width: keysColumn - column - 1, on: &surface)
            base.write(item.keys, row, keysColumn, style, width: item.keys.terminalWidth, on: &surface)
        }
    }

    private func drawForm(_ form: Form, _ room: Size, on surface: inout Surface) {
        let columns = min(room.columns, 76)
        let rows = min(room.rows, form.fields.count + 4)
        let rect = Rect(
            row: (room.rows - rows) / 2, column: (room.columns - columns) / 2, columns: columns, rows: rows)
        box(rect, title: form.title, on: &surface)
        let labels = (form.fields.map { $0.label.terminalWidth }.max() ?? 0) + 1
        for (index, field) in form.fields.enumerated() where rect.row + 1 + index < rect.endRow - 1 {
            draw(
                field, labels, Rect(row: rect.row + 1 + index, column: rect.column + 1, columns: columns - 2, rows: 1),
                isFocused: index == form.focus, on: &surface)
        }
        guard rows == form.fields.count + 4 else { return }
        base.write(
            "Tab next field  Enter do it  Escape leave", rect.endRow - 2, rect.column + 2, theme[.help],
            width: columns - 4, on: &surface)
    }

    private func draw(
        _ field: Form.Field, _ labels: Int, _ rect: Rect, isFocused: Bool, on surface: inout Surface
    ) {
        let style = theme[isFocused ? .prompt : .help]
        base.write(
            field.label, rect.row, rect.column + 1, theme[isFocused ? .helpKey : .help], width: labels, on: &surface)
        let start = rect.column + 1 + labels
        let width = max(0, rect.endColumn - start - 1)
        surface.fill(Rect(row: rect.row, column: start, columns: width, rows: 1), style: style)
        switch field.content {
        case .choice(let choices, let selected):
            let value = choices.indices.contains(selected) ? choices[selected] : ""
            base.write(
                isFocused ? "< \(value) >" : value, rect.row, start, style, width: width, on: &surface)
        case .text(let prompt):
            if prompt.text.isEmpty {
                base.write(field.hint, rect.row, start, theme[.muted], width: width, on: &surface)
            }
            let hidden = min(prompt.cursor, max(0, prompt.cursor - width + 1))
            let used = surface.text(
                String(prompt.text[hidden..<prompt.cursor]), row: rect.row, column: start, style: style,
                maxColumns: width)
            surface.text(
                String(prompt.text[prompt.cursor...]), row: rect.row, column: start + used, style: style,
                maxColumns: width - used)
            if isFocused {
                surface.cursor = Cursor(
                    position: Position(row: rect.row, column: min(start + used, rect.endColumn - 1)), isVisible: true,
                    shape: .bar, blinks: true)
            }
        }
    }

    private func box(_ rect: Rect, title: String, on surface: inout Surface) {
        guard rect.rows > 1, rect.columns > 3 else { return }
        surface.fill(rect, style: theme[.help])
        base.drawBorder(rect, style: theme[.help], on: &surface)
        base.write(" \(title) ", rect.row, rect.column + 2, theme[.helpTitle], width: rect.columns - 4, on: &surface)
    }
}
