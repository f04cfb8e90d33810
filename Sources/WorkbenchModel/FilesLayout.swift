import ScreenModel

/// Where in a pane a snapshot's files are: a title, the list, and beside it (below, in a narrow pane) the preview.
public struct FilesLayout: Hashable, Sendable {
    public let title: Rect
    public let list: Rect
    public let preview: Rect
    /// Whether list and preview stand side by side, with a line between them.
    public let isWide: Bool

    /// - Parameter rect: the title's row and all below it.
    public init(_ rect: Rect) {
        title = Rect(row: rect.row, column: rect.column, columns: rect.columns, rows: min(1, rect.rows))
        let rows = max(0, rect.rows - 1)
        isWide = rect.columns >= 60
        let listColumns = isWide ? min(48, rect.columns * 2 / 5) : rect.columns
        let listRows = isWide ? rows : (rows + 1) / 2
        list = Rect(row: rect.row + 1, column: rect.column, columns: listColumns, rows: listRows)
        preview =
            isWide
            ? Rect(
                row: rect.row + 1, column: rect.column + listColumns + 1, columns: rect.columns - listColumns - 1,
                rows: rows)
            : Rect(row: rect.row + 1 + listRows, column: rect.column, columns: rect.columns, rows: rows - listRows)
    }

    /// In a pane of the workbench, whose bar is the title.
    public init(content: Rect) {
        self.init(Self.rect(aroundContent: content))
    }

    public static func rect(aroundContent content: Rect) -> Rect {
        Rect(row: content.row - 1, column: content.column, columns: content.columns, rows: content.rows + 1)
    }

    /// The first entry that the list shows: the selected one stands in its middle where it can.
    public func top(of files: FilesModel) -> Int {
        max(0, min(files.selected - list.rows / 2, (files.entries?.count ?? 0) - list.rows))
    }

    /// The entry at a place in the window; nil where there is none.
    public func entry(at position: Position, of files: FilesModel) -> Int? {
        guard list.contains(position), let entries = files.entries else { return nil }
        let index = top(of: files) + position.row - list.row
        return entries.indices.contains(index) ? index : nil
    }

    /// What a press of the mouse does: it selects an entry, and the second of two opens it. The list may have moved between
    /// them, so that the second goes by what was selected.
    public func press(_ position: Position, clicks: Int, _ files: FilesModel) -> FilesCommand? {
        guard files.prompt == nil, list.contains(position) else { return nil }
        if clicks == 2 { return .open }
        return clicks == 1 ? entry(at: position, of: files).map { .select($0) } : nil
    }

    /// What the wheel does there: it moves through the list, or scrolls the preview.
    public func wheel(up isUp: Bool, at position: Position) -> FilesCommand {
        if preview.contains(position) { return .scroll(isUp ? -3 : 3) }
        return isUp ? .up : .down
    }
}
