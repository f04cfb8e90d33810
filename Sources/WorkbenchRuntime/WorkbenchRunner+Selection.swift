import Display
import ScreenModel
import WorkbenchModel

extension WorkbenchRunner {
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
        case .files where mouse.button == .left: return pressFiles(mouse.position, in: pane)
        case .comparison(let comparison) where mouse.button == .left:
            guard let row = comparison.row(atLine: cell.row) else { return }
            workbench.selectCompared(row, in: pane)
            if clicks.press(at: mouse.position) == 2 { carryOut(workbench.apply(.sessions(.open))) }
            return
        default: return
        }
        switch mouse.button {
        case .middle: carryOut(workbench.paste(into: pane))
        case .left:
            let clicks = clicks.press(at: mouse.position)
            drag = .text(pane, from: cell, clicks: clicks)
            // A click alone changes nothing but where copy mode's cursor is.
            guard workbench.panes[pane]?.copying != nil || clicks > 1, isCopying(pane) else { return }
            workbench.update(pane) { $0.copying?.press(at: cell, clicks: clicks) }
        default: break
        }
    }

    private func pressFiles(_ position: Position, in pane: PaneID) {
        guard let tab = workbench.tab, let files = workbench.panes[pane]?.files else { return }
        let layout = FilesLayout(content: workbench.content(of: pane, in: workbench.frames(of: tab)))
        guard let command = layout.press(position, clicks: clicks.press(at: position), files) else { return }
        apply(.files(command), toFilesOf: pane)
    }

    /// The wheel over a snapshot's files.
    func wheel(up isUp: Bool, at position: Position, overFilesOf pane: PaneID) {
        guard let tab = workbench.tab else { return }
        let layout = FilesLayout(content: workbench.content(of: pane, in: workbench.frames(of: tab)))
        apply(.files(layout.wheel(up: isUp, at: position)), toFilesOf: pane)
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
