import Display
import Processes
import ScreenModel
import WorkbenchModel

extension WorkbenchRunner {
    /// Where the button was pressed last, for double and triple clicks.
    struct Click {
        var pane: PaneID
        var cell: Position
        var count: Int
        var time: UInt64
    }

    private static let doubleClick: UInt64 = 400_000_000

    /// Whether a pane's program is told of the mouse.
    func wantsMouse(_ pane: PaneID) -> Bool {
        guard case .session(let session) = workbench.panes[pane]?.source, workbench.panes[pane]?.copying == nil else {
            return false
        }
        return connections[session].map { $0.modes.mouseTracking != .none } ?? false
    }

    /// A button was pressed on the text of a pane whose program isn't told of it.
    func pressText(_ mouse: MouseEvent, in pane: PaneID) {
        guard let cell = cell(at: mouse.position, of: pane) else { return }
        switch workbench.panes[pane]?.source {
        case .session, .recording, .text: break
        default: return
        }
        switch mouse.button {
        case .middle: carryOut(workbench.paste(into: pane))
        case .left:
            let clicks = count(cell, pane)
            drag = .text(pane, from: cell, clicks: clicks)
            // A click alone changes nothing but where copy mode's cursor is.
            guard workbench.panes[pane]?.copying != nil || clicks > 1, isCopying(pane) else { return }
            workbench.update(pane) { $0.copying?.press(at: cell, clicks: clicks) }
        default: break
        }
    }

    private func count(_ cell: Position, _ pane: PaneID) -> Int {
        let now = MonotonicClock.now()
        var click = Click(pane: pane, cell: cell, count: 1, time: now)
        if let last = lastClick, last.pane == pane, last.cell == cell, now - last.time < Self.doubleClick {
            click.count = last.count % 3 + 1
        }
        lastClick = click
        return click.count
    }

    /// The mouse was moved with the button held.
    func select(_ mouse: MouseEvent, in pane: PaneID, from start: Position, _ clicks: Int) {
        let wasCopying = workbench.panes[pane]?.copying != nil
        guard isCopying(pane), let cell = cell(at: mouse.position, of: pane) else { return }
        let isRectangle = !mouse.modifiers.isDisjoint(with: [.alt, .control])
        workbench.update(pane) {
            if !wasCopying { $0.copying?.press(at: start, clicks: clicks) }
            $0.copying?.drag(to: cell, shape: isRectangle ? .rectangle : .characters)
        }
    }

    /// The button was released: what is selected is copied.
    func finishSelection(in pane: PaneID) {
        needsDrawing = true
        guard let copying = workbench.panes[pane]?.copying, copying.selection != nil else { return }
        carryOut(workbench.copy(pane, stays: !copying.isByMouse))
    }

    /// Begins copy mode for a selection by mouse, unless the pane is in it.
    private func isCopying(_ pane: PaneID) -> Bool {
        if workbench.panes[pane]?.copying != nil { return true }
        workbench.focus(on: pane)
        carryOut(workbench.apply(.workbench(.copyMode)))
        workbench.update(pane) { $0.copying?.isByMouse = true }
        return workbench.panes[pane]?.copying != nil
    }

    /// The cell of a pane's content that a place in the window is; it may lie outside of what can be seen of it.
    private func cell(at position: Position, of pane: PaneID) -> Position? {
        guard let tab = workbench.tab, tab.panes.contains(pane) else { return nil }
        let content = workbench.content(of: pane, in: workbench.frames(of: tab))
        return Position(row: position.row - content.row, column: position.column - content.column)
    }

    /// The wheel over a program that isn't told of the mouse: a full-screen one gets arrow keys, as from any terminal; for
    /// others it looks at what scrolled off the screen.
    func wheel(up isUp: Bool, overProgramOf pane: PaneID) {
        guard case .session(let session) = workbench.panes[pane]?.source, let connection = connections[session] else {
            return
        }
        if connection.modes.alternateScreen {
            let key = "\u{1B}" + (connection.modes.applicationCursorKeys ? "O" : "[") + (isUp ? "A" : "B")
            connection.client.send(.input(Array(String(repeating: key, count: 3).utf8)))
        } else if isUp {
            capture(pane)
            workbench.update(pane) { $0.copying?.leavesAtEnd = true }
            workbench.scrollCopying(pane, by: -3)
        }
    }
}
