import ScreenModel

extension Workbench {
    /// Where the parts of the workbench are in its window.
    public struct Regions: Hashable, Sendable {
        /// The list of sessions, with its border's column; nil where it is hidden.
        public var sidebar: Rect?
        /// Panes with their bars.
        public var panes: Rect
        /// The focused session's timeline; nil where there is no room.
        public var timeline: Int?
        /// Hints, messages, prompts.
        public var bottom: Int
        /// The list covers the panes: there is no room for both.
        public var isSidebarAlone: Bool
    }

    public var regions: Regions {
        let hasTimeline = window.rows >= 9
        let rows = max(0, window.rows - (hasTimeline ? 2 : 1))
        var regions = Regions(
            sidebar: nil, panes: Rect(row: 0, column: 0, columns: window.columns, rows: rows),
            timeline: hasTimeline ? rows : nil, bottom: max(0, window.rows - 1), isSidebarAlone: false)
        if window.columns < 72 {
            guard focus == .sessions || tabs.isEmpty else { return regions }
            regions.sidebar = Rect(row: 0, column: 0, columns: window.columns, rows: rows)
            regions.isSidebarAlone = true
        } else if showsSidebar || focus == .sessions {
            let columns = min(36, max(22, window.columns / 6))
            regions.sidebar = Rect(row: 0, column: 0, columns: columns, rows: rows)
            regions.panes = Rect(row: 0, column: columns, columns: window.columns - columns, rows: rows)
        }
        return regions
    }

    /// Where a tab's panes are, the floating one included.
    public func frames(of tab: Tab) -> LayoutFrames {
        let room = regions.panes
        var frames = tab.frames(in: room)
        if let floating = tab.floating { frames.panes[floating] = tab.floatingFrame(in: room) }
        return frames
    }

    /// What of a pane its program gets, in the tab that shows it. One column beside it belongs to the signs of its
    /// snapshots: the border to its right, or its own last column at the window's edge.
    public func content(of pane: PaneID, in frames: LayoutFrames) -> Rect {
        var rect = frames.content(of: pane)
        if rect.endColumn == window.columns, rect.columns > 20 { rect.size.columns -= 1 }
        if let tab, tab.floating == pane, rect.columns > 2, rect.rows > 1 {
            // It has a border of its own on three sides.
            rect = Rect(
                row: rect.row, column: rect.column + 1, columns: rect.columns - 2, rows: rect.rows - 1)
        }
        return rect
    }

    /// The size that each pane's program should have; panes of other tabs keep theirs.
    public var contentSizes: [PaneID: Size] {
        guard let tab else { return [:] }
        let frames = frames(of: tab)
        var sizes: [PaneID: Size] = [:]
        for pane in visiblePanes {
            let size = content(of: pane, in: frames).size
            if size.columns > 0, size.rows > 0 { sizes[pane] = size }
        }
        return sizes
    }
}
