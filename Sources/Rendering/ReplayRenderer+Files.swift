import ScreenModel
import Themes
import WorkbenchModel

extension ReplayRenderer {
    /// A snapshot's files over the recorded screen: the list, and beside it (below, in a narrow window) the preview.
    func drawFiles(_ files: FilesModel, in rect: Rect, on surface: inout Surface) {
        guard rect.rows > 1, rect.columns > 2 else { return }
        surface.fill(rect, style: theme[.text])
        let layout = FilesLayout(rect)
        drawFilesTitle(files, layout.title, on: &surface)
        drawList(files, layout, on: &surface)
        if layout.isWide {
            for row in layout.list.row..<layout.list.endRow {
                put(glyphs.vertical, row, layout.list.endColumn, theme[.border], on: &surface)
            }
        }
        drawPreview(files, in: layout.preview, on: &surface)
    }

    private func drawFilesTitle(_ files: FilesModel, _ rect: Rect, on surface: inout Surface) {
        surface.fill(rect, style: theme[.title])
        var column = rect.column + 1
        column += write(files.title, rect.row, column, theme[.titleName], width: rect.endColumn - column, on: &surface)
        write("  \(files.comparison)", rect.row, column, theme[.title], width: rect.endColumn - column, on: &surface)
    }

    private func drawList(_ files: FilesModel, _ layout: FilesLayout, on surface: inout Surface) {
        let rect = layout.list
        guard let entries = files.entries else {
            let text = files.view == .changes ? "comparing …" : files.work == nil ? "reading …" : "searching …"
            write(text, rect.row, rect.column + 1, theme[.muted], width: rect.columns - 1, on: &surface)
            return
        }
        if entries.isEmpty {
            let text = emptyText(files)
            write(text, rect.row, rect.column + 1, theme[.muted], width: rect.columns - 1, on: &surface)
        }
        let top = layout.top(of: files)
        for (offset, entry) in entries.dropFirst(top).prefix(rect.rows).enumerated() {
            let row = rect.row + offset
            let isSelected = top + offset == files.selected
            if isSelected {
                surface.fill(
                    Rect(row: row, column: rect.column, columns: rect.columns, rows: 1), style: theme[.selection])
            }
            drawEntry(entry, row, rect, isSelected: isSelected, on: &surface)
        }
    }

    private func emptyText(_ files: FilesModel) -> String {
        switch files.view {
        case .tree: "empty"
        case .changes: files.isComparing ? "comparing …" : files.comparisonNote ?? "nothing changed"
        case .history: "never changed"
        case .names, .found: "nothing found"
        }
    }

    private func drawEntry(
        _ entry: FilesModel.Entry, _ row: Int, _ rect: Rect, isSelected: Bool, on surface: inout Surface
    ) {
        func style(_ role: Role) -> Style { isSelected ? theme[.selection] : theme[role] }
        if let change = entry.change {
            let role: Role =
                switch change {
                case .added: .diffAdded
                case .deleted: .diffRemoved
                case .modified: .warning
                }
            write(change.rawValue, row, rect.column, style(role), width: 1, on: &surface)
        }
        let size = sizeText(entry)
        let sizeColumn = max(rect.column + 2, rect.endColumn - size.unicodeScalars.count - 1)
        let name: (text: String, role: Role) =
            switch entry.kind {
            case _ where entry.snapshot != nil: (historyText(entry), .text)
            case .folder: (entry.name + "/", entry.change == .deleted ? .diffRemoved : .accent)
            case .file where entry.change == .deleted: (entry.name, .diffRemoved)
            case .link: (entry.name + "@", .text)
            case .file: (entry.name, .text)
            case .other: (entry.name, .muted)
            }
        write(
            name.text, row, rect.column + 2, style(name.role), width: sizeColumn - rect.column - 3, on: &surface)
        write(size, row, sizeColumn, style(.muted), width: rect.endColumn - sizeColumn, on: &surface)
    }

    /// Lines added and deleted where they were counted, else its size; of one that was found, the line.
    private func sizeText(_ entry: FilesModel.Entry) -> String {
        if let line = entry.line { return "line \(line)" }
        if let added = entry.added, let deleted = entry.deleted, added + deleted > 0 { return "+\(added) -\(deleted)" }
        return entry.kind == .folder || entry.size == 0 && entry.change == nil ? "" : ByteText.text(entry.size)
    }

    /// `@3  0:12  label`
    private func historyText(_ entry: FilesModel.Entry) -> String {
        guard let item = entry.snapshot else { return entry.name }
        let time = item.milliseconds.map { "  \(TimeText.text($0))" } ?? ""
        return "@\(item.number)\(time)  \(item.label)"
    }

    private func drawPreview(_ files: FilesModel, in rect: Rect, on surface: inout Surface) {
        guard rect.rows > 0, rect.columns > 0 else { return }
        guard let lines = files.preview else {
            if let note = files.current?.note {
                write(note, rect.row, rect.column + 1, theme[.muted], width: rect.columns - 1, on: &surface)
            }
            return
        }
        for (offset, line) in lines.dropFirst(files.previewTop).prefix(rect.rows).enumerated() {
            let role: Role =
                switch line.kind {
                case .text: .text
                case .added: .diffAdded
                case .removed: .diffRemoved
                case .place: .accent
                case .note: .muted
                }
            write(
                line.text, rect.row + offset, rect.column + 1, theme[role], width: rect.columns - 1, on: &surface)
        }
    }
}
