import ScreenModel
import Themes
import WorkbenchModel

extension ReplayRenderer {
    /// What is played: name, command, what the program does at the playhead, and recorded size.
    func drawTitle(_ model: ReplayModel, row: Int, on surface: inout Surface) {
        let style = theme[.title]
        let width = surface.size.columns
        surface.fill(Rect(row: row, column: 0, columns: width, rows: 1), style: style)
        let size = "\(model.screen.columns)\(glyphs.times)\(model.screen.rows)"
        let isCut = model.screen.columns > model.layout.screen.columns || model.screen.rows > model.layout.screen.rows
        let right = "\(model.timeline.isLive ? "live" : "replay")  \(size)\(isCut ? " (part)" : "") "
        var rightColumn = max(0, width - right.unicodeScalars.count)
        if let state = model.timeline.state(at: model.playhead) {
            let column = rightColumn - state.text.unicodeScalars.count - 2
            if column > width / 3 {
                rightColumn = column
                write(
                    state.text, row, column, theme[state.waitsForPerson ? .warning : .title], width: width, on: &surface
                )
            }
        }
        var column = 1
        column += write(model.name, row, column, theme[.titleName], width: rightColumn - column - 1, on: &surface)
        if model.command != model.name {
            column += 2
            write(model.command, row, column, style, width: rightColumn - column - 1, on: &surface)
        }
        write(right, row, max(0, width - right.unicodeScalars.count), style, width: width, on: &surface)
    }

    /// The prompt, else the message, else what is under way, else the keys.
    func drawBottom(_ model: ReplayModel, _ layout: ReplayLayout, on surface: inout Surface) {
        let row = layout.bottom
        let width = surface.size.columns
        if case .prompt(let prompt) = model.mode {
            drawPrompt(prompt, row: row, on: &surface)
        } else if let files = model.files, let prompt = files.prompt {
            drawPrompt(prompt, row: row, on: &surface)
        } else if let line = model.files.flatMap({ filesLine($0, model.filesLegend) }) {
            surface.fill(Rect(row: row, column: 0, columns: width, rows: 1), style: theme[line.role])
            write(line.text, row, 1, theme[line.role], width: width - 1, on: &surface)
        } else if let message = model.message {
            let style = theme[message.isError ? .error : .status]
            surface.fill(Rect(row: row, column: 0, columns: width, rows: 1), style: style)
            write(message.text, row, 1, style, width: width - 1, on: &surface)
        } else if let work = model.work {
            let text = describe(work, model)
            surface.fill(Rect(row: row, column: 0, columns: width, rows: 1), style: theme[.status])
            write(text, row, 1, theme[.status], width: width - 1, on: &surface)
        } else if layout.bottom != layout.timeline {
            drawHints(
                model.files == nil ? model.legend.hints() : model.filesLegend.filesHints(), row: row, on: &surface)
        }
    }

    func describe(_ work: ReplayModel.Work, _ model: ReplayModel) -> String {
        let leave = model.legend.key(of: .cancel).map { " (\($0) stops)" } ?? ""
        switch work {
        case .seeking(let part): return "going there: \(percent(part))\(leave)"
        case .searching(let part): return "searching for “\(model.query?.text ?? "")”: \(percent(part))\(leave)"
        }
    }

    /// What went wrong, is under way, or is done with files.
    func filesLine(_ files: FilesModel, _ legend: KeyLegend) -> (text: String, role: Role)? {
        if let problem = files.problem { return (problem, .error) }
        if let work = files.work {
            let leave = legend.key(of: .cancel).map { " (\($0) stops)" } ?? ""
            return ("\(work.text) …\(work.part.map { " \(percent($0))" } ?? "")\(leave)", .status)
        }
        return files.message.map { ($0, .status) }
    }

    func percent(_ part: Double) -> String { "\(Int(min(1, max(0, part)) * 100)) %" }

    /// A long text is shown around its cursor.
    func drawPrompt(_ prompt: Prompt, row: Int, on surface: inout Surface) {
        let style = theme[.prompt]
        let width = surface.size.columns
        surface.fill(Rect(row: row, column: 0, columns: width, rows: 1), style: style)
        let label = width >= 60 ? prompt.label : prompt.shortLabel
        let start = surface.text(label, row: row, column: 0, style: style, maxColumns: width)
        let room = max(1, width - start - 1)
        let hidden = max(0, prompt.cursor - room)
        let before = String(prompt.text[hidden..<prompt.cursor])
        let after = String(prompt.text[prompt.cursor...])
        let cursor = start + surface.text(before, row: row, column: start, style: style, maxColumns: room)
        surface.text(after, row: row, column: cursor, style: style, maxColumns: width - cursor)
        let position = Position(row: row, column: min(cursor, width - 1))
        surface.cursor = Cursor(position: position, isVisible: true, shape: .bar, blinks: true)
    }

    /// As many keys as fit, each whole.
    ///
    /// - Parameter end: the column before which there is room.
    func drawHints(
        _ hints: [(keys: String, what: String)], row: Int, before end: Int = .max, on surface: inout Surface
    ) {
        surface.fill(Rect(row: row, column: 0, columns: surface.size.columns, rows: 1), style: theme[.hint])
        var column = 1
        for hint in hints {
            let width = hint.keys.unicodeScalars.count + 1 + hint.what.unicodeScalars.count
            guard column + width < min(end, surface.size.columns) else { break }
            column += surface.text(hint.keys, row: row, column: column, style: theme[.hintKey]) + 1
            column += surface.text(hint.what, row: row, column: column, style: theme[.hint]) + 2
        }
    }
}
