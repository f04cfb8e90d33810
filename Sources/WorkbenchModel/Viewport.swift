import ScreenModel

/// Which part of a recorded screen is visible when it is larger than its pane.
public struct Viewport: Hashable, Sendable {
    /// The screen's cell at the pane's top left.
    public private(set) var origin = Position(row: 0, column: 0)
    /// Whether it moves by itself so that the cursor stays visible.
    public private(set) var followsCursor = true

    public init() {}

    /// Moves by hand, and stays there until it is told to follow again.
    public mutating func pan(rows: Int, columns: Int, screen: Size, pane: Size) {
        guard screen.rows > pane.rows || screen.columns > pane.columns else { return }
        followsCursor = false
        origin.row += rows
        origin.column += columns
        clamp(screen: screen, pane: pane)
    }

    public mutating func follow() {
        followsCursor = true
    }

    /// Adapts to a changed screen, pane or cursor. Following moves no further than needed, so that the picture is calm.
    public mutating func update(screen: Size, pane: Size, cursor: Position) {
        if followsCursor {
            origin.row = Self.shown(cursor.row, from: origin.row, length: pane.rows)
            origin.column = Self.shown(cursor.column, from: origin.column, length: pane.columns)
        }
        clamp(screen: screen, pane: pane)
    }

    private static func shown(_ value: Int, from start: Int, length: Int) -> Int {
        guard length > 0 else { return start }
        if value < start { return value }
        return value >= start + length ? value - length + 1 : start
    }

    private mutating func clamp(screen: Size, pane: Size) {
        origin.row = min(max(0, origin.row), max(0, screen.rows - pane.rows))
        origin.column = min(max(0, origin.column), max(0, screen.columns - pane.columns))
    }
}
