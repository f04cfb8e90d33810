import ScreenModel

/// Where the parts of a replay are in its window.
///
/// The recorded screen comes first: of title, hints and frame, what would cost it rows or columns is left out.
public struct ReplayLayout: Hashable, Sendable {
    /// The recorded screen, or as much of it as fits.
    public let screen: Rect
    /// The border around it, where there is room for one.
    public let frame: Rect?
    public let title: Int?
    public let timeline: Int
    /// The row of key hints, messages and prompts; the timeline's own when there is no room for another.
    public let bottom: Int
    /// Where a snapshot's files are shown: everything above the timeline.
    public let files: Rect
    /// The column of signs; nil when there is none, and then signs mark the screen's edge.
    public let gutter: Int?

    public init(window: Size, screen: Size, gutter: ReplayModel.Gutter) {
        let spareRows = window.rows - screen.rows
        let isRoomy = window.rows >= 10 && spareRows < 0
        // A screen that is cut anyway loses two more rows: then the title and hints are worth more.
        let hasHints = spareRows >= 2 || isRoomy
        let hasTitle = spareRows >= 3 || isRoomy
        let top = hasTitle ? 1 : 0
        bottom = max(0, window.rows - 1)
        timeline = max(0, window.rows - (hasHints ? 2 : 1))
        title = hasTitle ? 0 : nil
        files = Rect(row: 0, column: 0, columns: max(0, window.columns), rows: max(0, timeline))
        let space = Size(columns: max(0, window.columns), rows: max(0, timeline - top))
        let shown = Size(columns: min(screen.columns, space.columns), rows: min(screen.rows, space.rows))
        let row = top + (space.rows - shown.rows) / 2
        let column = (space.columns - shown.columns) / 2
        self.screen = Rect(row: row, column: column, columns: shown.columns, rows: shown.rows)
        let isFramed = space.columns - shown.columns >= 2 && space.rows - shown.rows >= 2
        frame =
            isFramed
            ? Rect(row: row - 1, column: column - 1, columns: shown.columns + 2, rows: shown.rows + 2) : nil
        self.gutter = Self.gutterColumn(gutter, of: self.screen, in: space.columns)
    }

    /// In a pane: the screen alone at the top left, its signs in the column after it, which the pane keeps free.
    public init(pane: Size, screen: Size) {
        self.screen = Rect(
            row: 0, column: 0, columns: min(screen.columns, pane.columns), rows: min(screen.rows, pane.rows))
        frame = nil
        title = nil
        timeline = pane.rows
        bottom = pane.rows
        files = Rect(row: 0, column: 0, columns: pane.columns, rows: pane.rows)
        gutter = nil
    }

    /// A timeline alone, as the workbench has one for the pane with the focus.
    public init(timeline: Int, bottom: Int) {
        screen = Rect(row: 0, column: 0, columns: 0, rows: 0)
        frame = nil
        title = nil
        self.timeline = timeline
        self.bottom = bottom
        files = screen
        gutter = nil
    }

    private static func gutterColumn(_ gutter: ReplayModel.Gutter, of screen: Rect, in columns: Int) -> Int? {
        switch gutter {
        case .none: nil
        case .left: screen.column > 0 ? screen.column - 1 : nil
        case .right: screen.endColumn < columns ? screen.endColumn : nil
        }
    }

    /// The timeline's line itself, between the times at its ends; narrow windows leave little room for the state.
    public func bar(in window: Size, duration: Int64) -> Rect {
        let time = TimeText.text(duration).utf8.count
        let state = window.columns >= 88 ? 40 : window.columns >= 72 ? 30 : window.columns >= 56 ? 18 : 8
        let start = time + 1
        return Rect(row: timeline, column: start, columns: max(0, window.columns - start - 1 - time - state), rows: 1)
    }

    /// The time that a column of the bar stands for, brought into the bar.
    public func time(atColumn column: Int, in window: Size, duration: Int64) -> Int64 {
        let bar = bar(in: window, duration: duration)
        guard bar.columns > 1 else { return 0 }
        let part = Double(min(max(0, column - bar.column), bar.columns - 1)) / Double(bar.columns - 1)
        return Int64(part * Double(duration))
    }
}
