import ScreenModel
import Themes
import WorkbenchModel

extension WorkbenchRenderer {
    /// One of the labels at the right end of the bottom line.
    struct TabLabel {
        var text: String
        var role: Role
        /// What a click on it asks for.
        var command: Command
        var column = 0
    }

    /// How many sessions need a person, and the tabs where there are several; those that don't fit are left out, never
    /// the current one.
    func tabLabels(_ workbench: Workbench) -> [TabLabel] {
        var labels: [TabLabel] = []
        let waiting = workbench.sessions.needingPerson.count
        if waiting > 0 {
            labels.append(
                TabLabel(
                    text: " \(waiting) need\(waiting == 1 ? "s" : "") you ", role: .attention,
                    command: .workbench(.nextNeedingPerson)))
        }
        if workbench.tabs.count > 1 {
            // Some keys should be seen, too.
            let room = workbench.window.columns * 2 / 3 - labels.reduce(0) { $0 + $1.text.terminalWidth }
            labels += shown(workbench.tabs.indices.map { label(of: $0, workbench) }, workbench.current, room)
        }
        var column = max(0, workbench.window.columns - labels.reduce(0) { $0 + $1.text.terminalWidth })
        for index in labels.indices {
            labels[index].column = column
            column += labels[index].text.terminalWidth
        }
        return labels
    }

    /// What a click on the bottom line asks for; nil where there is no label.
    public func command(atColumn column: Int, of workbench: Workbench) -> Command? {
        tabLabels(workbench).first { $0.column..<$0.column + $0.text.terminalWidth ~= column }?.command
    }

    private func label(of index: Int, _ workbench: Workbench) -> TabLabel {
        let tab = workbench.tabs[index]
        let session = workbench.panes[tab.focus]?.sessionID.flatMap(workbench.sessions.entry)
        let needs = tab.panes.contains {
            workbench.panes[$0]?.sessionID.flatMap(workbench.sessions.entry)?.activity.needsPerson ?? false
        }
        let name = base.cut(tab.name ?? session?.title ?? glyphs.ellipsis, width: 14)
        return TabLabel(
            text: " \(index + 1) \(name)\(needs ? "!" : "") ",
            role: index == workbench.current ? .titleFocused : .title,
            command: .workbench(.selectTab(index)))
    }

    /// As many neighbours of the current tab as there is room for.
    private func shown(_ labels: [TabLabel], _ current: Int, _ room: Int) -> [TabLabel] {
        var (first, end) = (current, current + 1)
        guard labels.indices.contains(current) else { return [] }
        var room = room - labels[current].text.terminalWidth
        while true {
            if end < labels.count, labels[end].text.terminalWidth <= room {
                room -= labels[end].text.terminalWidth
                end += 1
            } else if first > 0, labels[first - 1].text.terminalWidth <= room {
                first -= 1
                room -= labels[first].text.terminalWidth
            } else {
                return Array(labels[first..<end])
            }
        }
    }
}

extension ReplayRenderer {
    /// A text of at most so many columns, with a sign where it is cut.
    func cut(_ text: String, width: Int) -> String {
        guard text.terminalWidth > width else { return text }
        var cut = ""
        var columns = 0
        for cluster in text.terminalClusters {
            guard columns + cluster.width < width else { break }
            columns += cluster.width
            cut += cluster.text
        }
        return cut + glyphs.ellipsis
    }
}
