import ScreenModel

/// Some panes in a layout, shown together.
public struct Tab: Hashable, Sendable {
    /// As the user called it; else it is called by its focused pane.
    public internal(set) var name: String?
    public internal(set) var layout: Layout
    public internal(set) var focus: PaneID
    /// Where the focus was before.
    public internal(set) var lastFocus: PaneID?
    public internal(set) var isZoomed = false
    /// A pane over the others, not in the layout.
    public internal(set) var floating: PaneID?
    var preset: LayoutPreset?

    init(_ pane: PaneID) {
        layout = .pane(pane)
        focus = pane
    }

    public var panes: [PaneID] { layout.panes + (floating.map { [$0] } ?? []) }

    mutating func focus(on pane: PaneID) {
        guard pane != focus, panes.contains(pane) else { return }
        lastFocus = focus
        focus = pane
        // A pane that can't be seen can't have the focus.
        if isZoomed, pane != floating { isZoomed = false }
    }

    /// Where its panes are in a window's room, the floating one last.
    public func frames(in rect: Rect) -> LayoutFrames {
        var frames: LayoutFrames
        if isZoomed, layout.contains(focus) {
            frames = LayoutFrames()
            frames.panes[focus] = rect
        } else {
            frames = layout.frames(in: rect)
        }
        return frames
    }

    /// The floating pane's place: the middle, four fifths of the room; nil without one.
    public func floatingFrame(in rect: Rect) -> Rect? {
        guard floating != nil else { return nil }
        let columns = max(min(rect.columns, 20), rect.columns * 4 / 5)
        let rows = max(min(rect.rows, 5), rect.rows * 4 / 5)
        return Rect(
            row: rect.row + (rect.rows - rows) / 2, column: rect.column + (rect.columns - columns) / 2,
            columns: columns,
            rows: rows)
    }
}
