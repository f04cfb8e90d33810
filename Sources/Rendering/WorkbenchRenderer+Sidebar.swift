import ScreenModel
import Themes
import WorkbenchModel

extension WorkbenchRenderer {
    /// The list of sessions: headings, a line for each, and for those that need a person what they ask.
    func drawSidebar(
        _ workbench: Workbench, _ rect: Rect, _ regions: Workbench.Regions, on surface: inout Surface
    ) {
        guard rect.rows > 0, rect.columns > 1 else { return }
        let hasFocus = workbench.focus == .sessions
        let columns = regions.isSidebarAlone ? rect.columns : rect.columns - 1
        surface.fill(rect, style: theme[.text])
        let style = theme[hasFocus ? .titleFocused : .title]
        surface.fill(Rect(row: rect.row, column: rect.column, columns: columns, rows: 1), style: style)
        base.write(" sessions", rect.row, rect.column, style, width: columns, on: &surface)
        if !regions.isSidebarAlone {
            for row in rect.row..<rect.endRow {
                base.put(
                    glyphs.vertical, row, rect.endColumn - 1, theme[hasFocus ? .borderFocused : .border], on: &surface)
            }
        }
        let lines = sidebarLines(workbench)
        let room = rect.rows - 1
        let selected = lines.firstIndex { $0.isSelected } ?? 0
        let top = max(0, min(selected - room / 2, lines.count - room))
        if lines.isEmpty {
            base.write("none yet", rect.row + 1, rect.column + 1, theme[.muted], width: columns - 1, on: &surface)
        }
        for (offset, line) in lines.dropFirst(top).prefix(room).enumerated() {
            draw(line, rect.row + 1 + offset, rect.column, columns, hasFocus: hasFocus, on: &surface)
        }
    }

    private struct SidebarLine {
        var text: String
        var right = ""
        var role: Role
        var isSelected = false
        var isShown = false
    }

    /// Which session a row of the list stands for; nil for headings and empty rows.
    public func session(atRow row: Int, of workbench: Workbench) -> String? {
        guard let rect = workbench.regions.sidebar else { return nil }
        var ids: [String?] = []
        for line in workbench.sessions.lines {
            switch line {
            case .heading: ids.append(nil)
            case .session(let entry):
                ids.append(entry.id)
                if showsDetail(entry) { ids.append(entry.id) }
            }
        }
        let room = rect.rows - 1
        let selected = ids.firstIndex { $0 == workbench.sessions.selected } ?? 0
        let top = max(0, min(selected - room / 2, ids.count - room))
        let index = top + row - rect.row - 1
        return row > rect.row && ids.indices.contains(index) ? ids[index] : nil
    }

    private func showsDetail(_ entry: ListedSession) -> Bool { entry.activity.needsPerson && !entry.detail.isEmpty }

    private func sidebarLines(_ workbench: Workbench) -> [SidebarLine] {
        let shown = Set(workbench.visiblePanes.compactMap { workbench.panes[$0]?.sessionID })
        return workbench.sessions.lines.flatMap { line -> [SidebarLine] in
            switch line {
            case .heading(let text): return [SidebarLine(text: text.uppercased(), role: .heading)]
            case .session(let entry):
                let role: Role =
                    entry.activity.needsPerson
                    ? .attention
                    : entry.activity == .failed
                        ? .error
                        : entry.isRunning ? .text : .muted
                let since = entry.since ?? entry.startedAt
                var right = AgeText.text(workbench.now - since)
                if let exit = entry.exitStatus, exit != 0 { right = "exit \(exit)" }
                var lines = [
                    SidebarLine(
                        text: " \(sign(of: entry.activity)) \(entry.title)", right: right, role: role,
                        isSelected: entry.id == workbench.sessions.selected, isShown: shown.contains(entry.id))
                ]
                if showsDetail(entry) { lines.append(SidebarLine(text: "     \(entry.detail)", role: .muted)) }
                return lines
            }
        }
    }

    private func draw(
        _ line: SidebarLine, _ row: Int, _ column: Int, _ columns: Int, hasFocus: Bool, on surface: inout Surface
    ) {
        var style = theme[line.role]
        if line.isSelected, hasFocus {
            style = theme[.selection]
            surface.fill(Rect(row: row, column: column, columns: columns, rows: 1), style: style)
        }
        if line.isShown { style.attributes.insert(.bold) }
        let right = line.right.isEmpty ? "" : " \(line.right) "
        let rightColumn = column + columns - right.terminalWidth
        base.write(line.text, row, column, style, width: rightColumn - column, on: &surface)
        base.write(right, row, rightColumn, style, width: right.terminalWidth, on: &surface)
    }
}
