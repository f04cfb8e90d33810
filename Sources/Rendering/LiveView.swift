import ScreenModel
import Themes
import WorkbenchModel

/// Draws a session that is watched live: its screen, the gutter, and the status line.
public struct LiveView {
    private let theme: Theme

    public init(theme: Theme) {
        self.theme = theme
    }

    public func draw(_ model: LiveModel, frame: Frame, on surface: inout Surface) {
        surface.fill(surface.bounds, style: .plain)
        surface.draw(frame, origin: WorkbenchRenderer.origin(frame, in: model.content.size), in: model.content)
        drawGutter(model, frame, on: &surface)
        if let row = model.statusRow { drawStatus(model, row: row, on: &surface) }
        if model.mode == .help { drawHelp(model, on: &surface) }
        surface.cursor = cursor(model, frame)
    }

    /// Draws some rows of the frame again, on what ``draw(_:frame:on:)`` drew, where nothing else has changed.
    ///
    /// - Returns: the rows of the surface that may be other now; nil where all must be drawn.
    public func redraw(
        _ rows: ClosedRange<Int>, _ model: LiveModel, frame: Frame, on surface: inout Surface
    ) -> ClosedRange<Int>? {
        guard model.mode == .direct, surface.size == model.window, frame.size.columns <= model.content.columns,
            frame.size.rows <= model.content.rows
        else { return nil }
        let drawn = surface.redraw(frame, rows: rows, in: model.content)
        surface.cursor = cursor(model, frame)
        return drawn
    }

    private func cursor(_ model: LiveModel, _ frame: Frame) -> Cursor? {
        switch model.mode {
        case .label(let text):
            guard let row = model.statusRow else { return nil }
            let column = Self.labelPrompt.count + text.terminalWidth
            return Cursor(position: Position(row: row, column: min(column, model.window.columns - 1)))
        case .help, .confirmStop: return nil
        case .direct, .prefix:
            var cursor = frame.cursor
            let origin = WorkbenchRenderer.origin(frame, in: model.content.size)
            cursor.position.column += model.content.column - origin.column
            cursor.position.row += model.content.row - origin.row
            return model.content.contains(cursor.position) ? cursor : nil
        }
    }

    private func drawGutter(_ model: LiveModel, _ frame: Frame, on surface: inout Surface) {
        guard let column = model.gutterColumn else { return }
        surface.fill(
            Rect(row: 0, column: column, columns: 1, rows: model.content.rows), style: theme[.gutter])
        let hidden = WorkbenchRenderer.origin(frame, in: model.content.size).row
        for sign in model.signs.sorted(by: { !$0.isSnapshot && $1.isSnapshot }) {
            let row = sign.line - model.topLine - hidden
            guard row >= 0, row < model.content.rows else { continue }
            surface.text(
                sign.isSnapshot ? "▶" : "◆", row: row, column: column,
                style: theme[sign.isSnapshot ? .snapshot : .moment], maxColumns: 1)
        }
    }

    private static let labelPrompt = "label of the moment: "

    private func drawStatus(_ model: LiveModel, row: Int, on surface: inout Surface) {
        surface.fill(Rect(row: row, column: 0, columns: model.window.columns, rows: 1), style: theme[.status])
        switch model.mode {
        case .label(let text):
            var column = surface.text(
                Self.labelPrompt, row: row, column: 0, style: theme[.prompt], maxColumns: model.window.columns)
            column += surface.text(
                text, row: row, column: column, style: theme[.text], maxColumns: model.window.columns - column)
        case .confirmStop:
            surface.text(
                "end the session? y ends it, any other key goes back", row: row, column: 0, style: theme[.warning],
                maxColumns: model.window.columns)
        case .prefix: drawLegend(model, row: row, on: &surface)
        case .direct, .help: drawFacts(model, row: row, on: &surface)
        }
    }

    private func drawLegend(_ model: LiveModel, row: Int, on surface: inout Surface) {
        var column = 0
        for (key, command) in model.keys.legend {
            let room = model.window.columns - column
            guard room > "\(key) \(command.shortHelp)".count else { return }
            column += surface.text("\(key)", row: row, column: column, style: theme[.hintKey], maxColumns: room)
            column += surface.text(
                " \(command.shortHelp)  ", row: row, column: column, style: theme[.hint],
                maxColumns: model.window.columns - column)
        }
    }

    private func drawFacts(_ model: LiveModel, row: Int, on surface: inout Surface) {
        let columns = model.window.columns
        var column = surface.text(
            model.isEnding ? "■ " : "● ", row: row, column: 0, style: theme[model.isEnding ? .muted : .error],
            maxColumns: columns)
        let hint = model.message?.text ?? "\(model.keys.prefix) ? help"
        let hintStyle = model.message.map { theme[$0.isError ? .error : .accent] } ?? theme[.hint]
        let hintWidth = min(hint.terminalWidth, columns - column)
        let room = max(0, columns - column - (hintWidth + 1))
        column += surface.text(facts(model, room), row: row, column: column, style: theme[.status], maxColumns: room)
        surface.text(
            hint, row: row, column: max(column, columns - hintWidth), style: hintStyle, maxColumns: hintWidth)
    }

    /// As many facts as there is room for, the most wanted first.
    private func facts(_ model: LiveModel, _ room: Int) -> String {
        var facts = [
            TimeText.text(model.elapsed), model.title,
        ]
        if let state = model.state { facts.append(state.text) }
        facts += [
            "\(ByteText.text(model.rawBytes)) → \(ByteText.text(model.fileBytes))",
            "\(model.momentCount) moment\(model.momentCount == 1 ? "" : "s")",
        ]
        if model.takesSnapshots {
            facts.append("\(model.snapshotCount) snapshot\(model.snapshotCount == 1 ? "" : "s")")
        }
        var text = model.isEnding ? "ended, closing the recording" : facts[0]
        for fact in facts.dropFirst() where text.terminalWidth + fact.terminalWidth + 2 <= room { text += "  " + fact }
        return text
    }

    private func drawHelp(_ model: LiveModel, on surface: inout Surface) {
        let lines =
            model.keys.legend.map { (key: "\(model.keys.prefix) \($0.key)", text: $0.command.help) }
            + [(key: "", text: "all other keys go to the program"), (key: "", text: "any key closes this help")]
        let width = min(model.window.columns, (lines.map { $0.text.count + 12 }.max() ?? 0) + 2)
        let height = min(model.content.rows, lines.count + 2)
        let top = max(0, (model.content.rows - height) / 2)
        let left = max(0, (model.window.columns - width) / 2)
        surface.fill(Rect(row: top, column: left, columns: width, rows: height), style: theme[.help])
        for (index, line) in lines.prefix(max(0, height - 2)).enumerated() {
            surface.text(
                line.key, row: top + 1 + index, column: left + 1, style: theme[.helpKey], maxColumns: width - 2)
            surface.text(
                line.text, row: top + 1 + index, column: left + 11, style: theme[.help],
                maxColumns: max(0, width - 12))
        }
    }
}

/// Sizes as people read them.
public enum ByteText {
    /// `950 B`, `12 kB`, `3.4 MB`: powers of 1000.
    public static func text(_ bytes: UInt64) -> String {
        if bytes < 1000 { return "\(bytes) B" }
        var value = Double(bytes)
        for unit in ["kB", "MB", "GB", "TB"] {
            value /= 1000
            if value < 999.5 || unit == "TB" {
                let tenths = (value * 10).rounded() / 10
                return value < 9.95 ? "\(tenths) \(unit)" : "\(Int(value.rounded())) \(unit)"
            }
        }
        return "\(bytes) B"
    }
}
