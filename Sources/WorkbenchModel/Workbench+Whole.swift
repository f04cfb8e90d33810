import ScreenModel

extension Workbench {
    mutating func apply(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
        switch command {
        case .split(let direction): startShell(tab.map { .beside($0.focus, direction) } ?? .tab)
        case .newShell: startShell(besideFocus)
        case .newTab: startShell(.tab)
        case .focus, .nextPane, .previousPane, .lastPane, .nextNeedingPerson, .zoom, .swap, .resize, .arrange, .float,
            .breakPane, .markPane, .broadcast:
            arrange(command)
        case .closePane: closeFocused()
        case .nextTab: moveTab(by: 1)
        case .previousTab: moveTab(by: -1)
        case .selectTab(let index): selectTab(index)
        case .renameTab(let name?): if tab != nil { tabs[current].name = name }
        case .renameTab(nil): if tab != nil { ask(.tabName, "name of this tab: ", short: "tab: ", history: "tab") }
        case .sessions: toggleSessions()
        case .toggleSidebar: showsSidebar.toggle()
        case .findSession: findSession()
        case .newSession: askForSession()
        case .openSession(let name): openSession(named: name)
        case .prefix: mode = .prefix
        case .palette: openPalette()
        case .detach: return [.detach]
        case .reload: return [.reload]
        case .saveLayout(let name?): return [.saveLayout(name)]
        case .loadLayout(let name?): return [.loadLayout(name)]
        case .saveLayout: ask(.saveLayout, "save this layout as: ", short: "save as: ", history: "layout")
        case .loadLayout: ask(.loadLayout, "layout to bring back: ", short: "layout: ", history: "layout")
        case .messages: showMessages()
        case .compareDiff: showDifference()
        case .compareTest(let test?): testCompared(test)
        case .compareTest(nil):
            ask(.comparisonTest, "test command, run in each branch: ", short: "test: ", history: "test")
        case .replaySession, .endSession, .prompt, .mark, .snapshot, .history, .files, .sendPrefix, .copyMode, .paste,
            .fanOut, .compare, .tie, .bisect, .adopt, .ownSize:
            return applyToSession(command)
        }
        return []
    }

    private mutating func closeFocused() {
        guard focus == .panes, let pane = focusedPane else { return }
        close(pane.id)
        if let session = pane.sessionID, sessions.entry(session)?.isRunning == true {
            say("the session goes on; \(keys.text(of: .workbench(.sessions))) lists it")
        }
    }

    private mutating func toggleSessions() {
        guard !tabs.isEmpty else {
            focus = .sessions
            return
        }
        focus = focus == .sessions ? .panes : .sessions
        if focus == .sessions, let session = focusedPane?.sessionID { sessions.select(session) }
    }

    private mutating func moveTab(by step: Int) {
        guard !tabs.isEmpty else { return }
        current = (current + step + tabs.count) % tabs.count
        focus = .panes
    }

    mutating func selectTab(_ index: Int) {
        guard tabs.indices.contains(index) else {
            say("there is no tab \(index + 1)", isError: true)
            return
        }
        current = index
        focus = .panes
    }

    private mutating func showMessages() {
        let lines = pastMessages.map { ($0.isError ? "! " : "  ") + $0.text }
        open(.text(TextPage(title: "messages", lines: lines.isEmpty ? ["nothing was said yet"] : lines)), besideFocus)
    }

    /// Commands about where panes are.
    private mutating func arrange(_ command: WorkbenchCommand) {
        if case .nextNeedingPerson = command { return goToNextNeedingPerson() }
        guard var tab, let index = tabs.indices.contains(current) ? current : nil else { return }
        let room = regions.panes
        switch command {
        case .focus(let direction):
            if focus == .sessions {
                if direction == .right { focus = .panes }
                return
            }
            if let next = tab.layout.neighbour(direction, of: tab.focus, in: room) {
                tab.focus(on: next)
            } else if direction == .left, regions.sidebar != nil || window.columns < 72 {
                focus = .sessions
            }
        case .nextPane, .previousPane:
            let panes = tab.panes
            let own = panes.firstIndex(of: tab.focus) ?? 0
            let step = command == .nextPane ? 1 : panes.count - 1
            tab.focus(on: panes[(own + step) % panes.count])
            focus = .panes
        case .lastPane: if let last = tab.lastFocus { tab.focus(on: last) }
        case .zoom: if tab.layout.contains(tab.focus), tab.panes.count > 1 { tab.isZoomed.toggle() }
        case .swap(let direction):
            if let other = tab.layout.neighbour(direction, of: tab.focus, in: room) {
                tab.layout = tab.layout.swapping(tab.focus, other)
            }
        case .resize(let direction): tab.layout = tab.layout.resizing(tab.focus, direction, by: 2, in: room)
        case .arrange(let preset):
            let preset = preset ?? tab.preset?.next ?? .evenColumns
            tab.layout = tab.layout.arranged(preset, main: tab.focus)
            tab.preset = preset
            tab.isZoomed = false
            say("panes: \(preset.rawValue)")
        case .float: toggleFloating(&tab)
        case .breakPane:
            tabs[index] = tab
            return breakPane()
        case .markPane:
            panes[tab.focus]?.isMarked.toggle()
            let count = panes.values.count { $0.isMarked }
            say("\(count) pane\(count == 1 ? "" : "s") marked")
        case .broadcast: toggleBroadcast()
        default: break
        }
        tabs[index] = tab
    }

    private mutating func toggleFloating(_ tab: inout Tab) {
        if let floating = tab.floating {
            let beside = tab.layout.panes.last ?? floating
            tab.layout = tab.layout.inserting(floating, .right, of: beside)
            tab.floating = nil
        } else if let rest = tab.layout.removing(tab.focus) {
            tab.layout = rest
            tab.floating = tab.focus
            tab.isZoomed = false
        } else {
            say("the only pane of a tab can't float", isError: true)
        }
    }

    private mutating func breakPane() {
        guard let tab, tab.panes.count > 1, let pane = panes[tab.focus] else { return }
        close(pane.id)
        panes[pane.id] = pane
        tabs.append(Tab(pane.id))
        current = tabs.count - 1
    }

    private mutating func toggleBroadcast() {
        let marked = panes.values.filter { $0.isMarked }
        guard broadcasts || marked.count > 1 else {
            say(
                "mark two panes or more first: \(keys.text(of: .workbench(.markPane))) marks the one with the focus",
                isError: true)
            return
        }
        broadcasts.toggle()
        say(broadcasts ? "what you type goes to \(marked.count) panes" : "typing goes to one pane again")
    }

    /// The panes that typed keys go to.
    public var receivers: [PaneID] {
        guard focus == .panes, let pane = focusedPane else { return [] }
        guard broadcasts, pane.isMarked else { return [pane.id] }
        return panes.values.filter { $0.isMarked && $0.isLive }.map(\.id).sorted()
    }
}
