import ScreenModel
import Themes
import WorkbenchModel

/// Draws the workbench: the list of sessions, panes with their bars, the timeline, the bottom line, and what lies over them.
public struct WorkbenchRenderer: Sendable {
    let base: ReplayRenderer
    var theme: Theme { base.theme }
    var glyphs: Glyphs { base.glyphs }

    public init(_ base: ReplayRenderer) {
        self.base = base
    }

    /// Draws all of it.
    ///
    /// - Parameters:
    ///   - frames: what the panes' programs or recordings show.
    ///   - showsKeys: the prefix was pressed some time ago: show what may follow.
    public func draw(
        _ workbench: Workbench, frames: [PaneID: Frame], showsKeys: Bool = false, on surface: inout Surface
    ) {
        if surface.size != workbench.window { surface = Surface(size: workbench.window) }
        surface.fill(surface.bounds, style: theme[.surface])
        surface.cursor = nil
        guard surface.size.rows > 0, surface.size.columns > 0 else { return }
        let regions = workbench.regions
        if !regions.isSidebarAlone { drawPanes(workbench, regions, frames, on: &surface) }
        if let sidebar = regions.sidebar { drawSidebar(workbench, sidebar, regions, on: &surface) }
        if let row = regions.timeline { drawTimeline(workbench, row, regions, on: &surface) }
        drawBottom(workbench, regions, on: &surface)
        drawOverlay(workbench, regions, showsKeys: showsKeys, on: &surface)
    }

    /// Draws some rows of a live pane's screen again, on what ``draw(_:frames:showsKeys:on:)`` drew, where nothing else
    /// has changed.
    ///
    /// - Returns: the rows of the surface that may be other now; nil where all must be drawn.
    public func redraw(
        _ rows: ClosedRange<Int>, of frame: Frame, in id: PaneID, _ workbench: Workbench, on surface: inout Surface
    ) -> ClosedRange<Int>? {
        guard workbench.mode == .normal, surface.size == workbench.window, let tab = workbench.tab,
            tab.floating == nil || tab.floating == id, let pane = workbench.panes[id], pane.copying == nil,
            !frame.modes.reverseVideo, !workbench.regions.isSidebarAlone
        else { return nil }
        let rect = workbench.content(of: id, in: workbench.frames(of: tab))
        // Of a screen that is larger than its pane, another part may be shown now.
        guard frame.size.columns <= rect.columns, frame.size.rows <= rect.rows else { return nil }
        let drawn = surface.redraw(frame, rows: rows, in: rect)
        if workbench.focus == .panes, tab.focus == id {
            surface.cursor = cursor(of: frame, at: Position(row: rect.row, column: rect.column), in: rect)
        }
        return drawn
    }

    private func cursor(of frame: Frame, at place: Position, in shown: Rect) -> Cursor? {
        guard frame.cursor.isVisible else { return nil }
        var cursor = frame.cursor
        cursor.position.row += place.row
        cursor.position.column += place.column
        return shown.contains(cursor.position) ? cursor : nil
    }

    private func drawPanes(
        _ workbench: Workbench, _ regions: Workbench.Regions, _ frames: [PaneID: Frame], on surface: inout Surface
    ) {
        guard let tab = workbench.tab else {
            drawWelcome(workbench, regions.panes, on: &surface)
            return
        }
        let places = workbench.frames(of: tab)
        let hasFocus = workbench.focus == .panes
        for border in places.borders {
            for row in border.rect.row..<border.rect.endRow {
                base.put(glyphs.vertical, row, border.rect.column, theme[.border], on: &surface)
            }
        }
        for id in workbench.visiblePanes where id != tab.floating {
            guard let pane = workbench.panes[id], let rect = places.panes[id] else { continue }
            drawPane(
                workbench, pane, rect, workbench.content(of: id, in: places), frames[id],
                isFocused: hasFocus && tab.focus == id, on: &surface)
        }
        guard let floating = tab.floating, let pane = workbench.panes[floating], let rect = places.panes[floating]
        else { return }
        let style = theme[hasFocus && tab.focus == floating ? .borderFocused : .border]
        surface.fill(rect, style: theme[.surface])
        base.drawBorder(rect, style: style, on: &surface)
        drawPane(
            workbench, pane, rect, workbench.content(of: floating, in: places), frames[floating],
            isFocused: hasFocus && tab.focus == floating, on: &surface)
    }

    private func drawPane(
        _ workbench: Workbench, _ pane: Pane, _ rect: Rect, _ content: Rect, _ frame: Frame?, isFocused: Bool,
        on surface: inout Surface
    ) {
        guard rect.rows > 0, rect.columns > 0 else { return }
        if isFocused, rect.endColumn < surface.size.columns, workbench.tab?.floating != pane.id {
            for row in rect.row..<rect.endRow {
                base.put(glyphs.vertical, row, rect.endColumn, theme[.borderFocused], on: &surface)
            }
        }
        switch pane.source {
        case _ where pane.copying != nil:
            guard let copying = pane.copying else { break }
            let hasCursor = isFocused && (workbench.mode == .normal || workbench.mode == .prefix)
            drawCopying(copying, in: content, isFocused: hasCursor, on: &surface)
        case .session, .recording: drawScreen(workbench, pane, content, frame, isFocused: isFocused, on: &surface)
        case .files: drawFiles(pane, rect, content, on: &surface)
        case .text(let page): drawText(page.lines, top: page.top, in: content, role: .text, on: &surface)
        case .starting: drawText(["starting …"], in: content, role: .muted, on: &surface)
        case .failed(let reason):
            drawText(
                base.wrapped(reason, width: max(1, content.columns - 1)) + ["", "q closes this pane"], in: content,
                role: .error, on: &surface)
        case .comparison(let comparison): drawComparison(comparison, content, isFocused: isFocused, on: &surface)
        case .job(let job):
            var (lines, top) = (pane.output.lines, pane.output.top)
            // A bisection's lines are few and long; a difference's stay as they are.
            if case .bisect = job.purpose {
                lines = lines.dropFirst(top).flatMap { base.wrapped($0, width: max(1, content.columns - 1)) }
                top = max(0, lines.count - content.rows)
            }
            drawText(lines, top: top, in: content, role: .text, on: &surface)
        }
        drawBar(workbench, pane, rect, isFocused: isFocused, on: &surface)
    }

    private func drawScreen(
        _ workbench: Workbench, _ pane: Pane, _ rect: Rect, _ frame: Frame?, isFocused: Bool,
        on surface: inout Surface
    ) {
        guard let frame, rect.rows > 0, rect.columns > 0 else { return }
        let origin = pane.replay?.viewport.origin ?? Self.origin(frame, in: rect.size)
        let shown = Rect(
            row: rect.row, column: rect.column, columns: min(rect.columns, frame.size.columns - origin.column),
            rows: min(rect.rows, frame.size.rows - origin.row))
        surface.fill(shown, style: .plain)
        surface.draw(frame, origin: origin, in: shown)
        if frame.modes.reverseVideo { base.invert(shown, on: &surface) }
        if let replay = pane.replay { base.drawHits(replay, in: shown, on: &surface) }
        drawSigns(pane, rect, origin, on: &surface)
        guard isFocused, workbench.mode == .normal || workbench.mode == .prefix else { return }
        if let replay = pane.replay, replay.mode != .normal { return }
        let place = Position(row: rect.row - origin.row, column: rect.column - origin.column)
        if let cursor = cursor(of: frame, at: place, in: shown) { surface.cursor = cursor }
    }

    /// Of a screen that is larger than its pane, the part with the cursor: another viewer's window may be larger.
    public static func origin(_ frame: Frame, in rect: Size) -> Position {
        Position(
            row: max(0, min(frame.cursor.position.row - rect.rows + 1, frame.size.rows - rect.rows)),
            column: max(0, min(frame.cursor.position.column - rect.columns + 1, frame.size.columns - rect.columns)))
    }

    /// Signs of moments and snapshots, in the column right of the screen.
    private func drawSigns(_ pane: Pane, _ rect: Rect, _ origin: Position, on surface: inout Surface) {
        let signs =
            pane.replay?.signs
            ?? pane.live.signs.map { .init(row: $0.line - pane.live.topLine, isSnapshot: $0.isSnapshot) }
        guard rect.endColumn < surface.size.columns else { return }
        for sign in signs.sorted(by: { !$0.isSnapshot && $1.isSnapshot }) {
            let row = sign.row - origin.row
            guard row >= 0, row < rect.rows else { continue }
            base.put(
                sign.isSnapshot ? glyphs.snapshot : glyphs.moment, rect.row + row, rect.endColumn,
                theme[sign.isSnapshot ? .snapshot : .moment], on: &surface)
        }
    }

    private func drawFiles(_ pane: Pane, _ rect: Rect, _ content: Rect, on surface: inout Surface) {
        guard let files = pane.files else {
            drawText(["reading …"], in: content, role: .muted, on: &surface)
            return
        }
        base.drawFiles(files, in: FilesLayout.rect(aroundContent: content), on: &surface)
    }

    func drawText(
        _ lines: [String], top: Int = 0, in rect: Rect, role: Role, on surface: inout Surface
    ) {
        surface.fill(rect, style: theme[.text])
        for (offset, line) in lines.dropFirst(top).prefix(max(0, rect.rows)).enumerated() {
            base.write(line, rect.row + offset, rect.column + 1, theme[role], width: rect.columns - 1, on: &surface)
        }
    }

    /// What there is to do when nothing is shown.
    private func drawWelcome(_ workbench: Workbench, _ rect: Rect, on surface: inout Surface) {
        let keys = workbench.keys
        func line(_ command: Command, _ text: String) -> (String, String)? {
            let key = keys.sessions.key(of: command) ?? keys.afterPrefix.key(of: command).map { "\(keys.prefix) \($0)" }
            return key.map { ($0, text) }
        }
        let lines = [
            line(.workbench(.newSession), "start an agent or a program"), line(.workbench(.newTab), "start a shell"),
            line(.sessions(.open), "show the selected session"), line(.workbench(.findSession), "find a session"),
            line(.help, "all keys"), line(.workbench(.detach), "leave: sessions go on"),
        ].compactMap { $0 }
        let width = (lines.map { $0.0.count }.max() ?? 0) + 2
        let top = rect.row + max(0, (rect.rows - lines.count - 2) / 2)
        let left = rect.column + max(1, (rect.columns - width - 30) / 2)
        base.write(
            "no session is shown", top, left, theme[.heading], width: rect.endColumn - left, on: &surface)
        for (offset, line) in lines.enumerated() where top + 2 + offset < rect.endRow {
            base.write(line.0, top + 2 + offset, left, theme[.hintKey], width: rect.endColumn - left, on: &surface)
            base.write(
                line.1, top + 2 + offset, left + width, theme[.text], width: rect.endColumn - left - width, on: &surface
            )
        }
    }
}

extension ReplayRenderer {
    /// A text cut into lines at spaces.
    func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if longer.terminalWidth > width, !line.isEmpty {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        return lines + [line]
    }
}
