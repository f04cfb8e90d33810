import ScreenModel

extension Workbench {
    /// Where a new pane goes.
    public enum Placement: Hashable, Sendable {
        case beside(PaneID, Direction)
        case tab
    }

    /// Opens a pane and gives it the focus. Without a pane to be beside, it gets a tab.
    @discardableResult
    public mutating func open(_ source: Pane.Source, _ placement: Placement, share: Double = 0.5) -> PaneID {
        let id = PaneID(nextPane)
        nextPane += 1
        panes[id] = Pane(id: id, source: source)
        focus = .panes
        guard case .beside(let pane, let direction) = placement,
            let index = tabs.firstIndex(where: { $0.layout.contains(pane) })
        else {
            // A pane that floats has no side: the new one goes beside what has the layout.
            if case .beside(let pane, let direction) = placement,
                let index = tabs.firstIndex(where: { $0.floating == pane }), let other = tabs[index].layout.panes.last
            {
                tabs[index].layout = tabs[index].layout.inserting(id, direction, of: other, share: share)
                current = index
                tabs[index].focus(on: id)
                return id
            }
            tabs.append(Tab(id))
            current = tabs.count - 1
            return id
        }
        current = index
        tabs[index].layout = tabs[index].layout.inserting(id, direction, of: pane, share: share)
        tabs[index].isZoomed = false
        tabs[index].focus(on: id)
        return id
    }

    /// Beside the focused pane, on the side where there is more room; a tab where there is none.
    var besideFocus: Placement {
        guard let tab else { return .tab }
        let pane = tab.focus == tab.floating ? tab.layout.panes[0] : tab.focus
        let rect = tab.layout.frames(in: regions.panes).panes[pane] ?? regions.panes
        return .beside(pane, rect.columns >= rect.rows * 2 + 20 ? .right : .down)
    }

    /// Takes a pane away. Its session goes on.
    public mutating func close(_ pane: PaneID) {
        guard panes.removeValue(forKey: pane) != nil,
            let index = tabs.firstIndex(where: { $0.panes.contains(pane) })
        else { return }
        var tab = tabs[index]
        if tab.floating == pane { tab.floating = nil }
        let neighbour = Self.heir(of: pane, in: tab)
        if let layout = tab.layout.removing(pane) {
            tab.layout = layout
        } else if let floating = tab.floating {
            tab.layout = .pane(floating)
            tab.floating = nil
        } else {
            tabs.remove(at: index)
            if current > index || current == tabs.count { current = max(0, current - 1) }
            if tabs.isEmpty {
                focus = .sessions
                broadcasts = false
            }
            return
        }
        if tab.focus == pane {
            tab.focus = neighbour.flatMap { tab.panes.contains($0) ? $0 : nil } ?? tab.layout.panes[0]
            tab.isZoomed = false
        }
        if tab.lastFocus == pane { tab.lastFocus = nil }
        tabs[index] = tab
    }

    /// Who gets the focus of a pane that goes: who had it before, else the pane next to it.
    private static func heir(of pane: PaneID, in tab: Tab) -> PaneID? {
        if let last = tab.lastFocus, last != pane, tab.panes.contains(last) { return last }
        let all = tab.layout.panes
        guard let index = all.firstIndex(of: pane) else { return nil }
        return index + 1 < all.count ? all[index + 1] : index > 0 ? all[index - 1] : nil
    }

    public mutating func focus(on pane: PaneID) {
        guard let index = tabs.firstIndex(where: { $0.panes.contains(pane) }) else { return }
        current = index
        tabs[index].focus(on: pane)
        focus = .panes
    }

    /// The pane that shows a session live, else one that shows its recording.
    public func pane(showing session: String) -> PaneID? {
        let all = tabs.flatMap(\.panes)
        return all.first { panes[$0]?.source == .session(session) }
            ?? all.first {
                if case .recording(let place) = panes[$0]?.source { return place.sessionID == session }
                return false
            }
    }

    /// Shows a session in the focused pane's place if that shows nothing of use, else in a pane of its own.
    mutating func show(_ entry: ListedSession, beside: Bool) {
        if !beside, let pane = pane(showing: entry.id) {
            focus(on: pane)
            return
        }
        let source = Self.source(for: entry)
        if !beside, let pane = focusedPane, pane.isSpent {
            change(pane.id, to: source)
            focus = .panes
            return
        }
        open(source, beside || tab == nil ? besideFocus : .tab)
    }

    static func source(for entry: ListedSession) -> Pane.Source {
        entry.isRunning
            ? .session(entry.id) : .recording(RecordingPlace(path: entry.recordingPath, sessionID: entry.id))
    }

    /// Another source for the same pane: what it knew of the old one goes.
    public mutating func change(_ pane: PaneID, to source: Pane.Source) {
        guard let old = panes[pane] else { return }
        var new = Pane(id: pane, source: source)
        new.isMarked = old.isMarked
        if old.sessionID == new.sessionID { new.live = old.live }
        panes[pane] = new
    }

    /// Moves a pane's edge by so many cells, as the mouse drags it.
    public mutating func resize(_ pane: PaneID, _ direction: Direction, by cells: Int) {
        guard tabs.indices.contains(current), cells != 0 else { return }
        tabs[current].layout = tabs[current].layout.resizing(pane, direction, by: cells, in: regions.panes)
    }

    // What the runtime tells.

    /// A pane's session runs, or couldn't be started.
    public mutating func started(_ pane: PaneID, session: String) {
        change(pane, to: .session(session))
    }

    public mutating func failed(_ pane: PaneID, _ reason: String) {
        change(pane, to: .failed(reason))
        say(reason, isError: true)
    }

    /// A live session's program ended: its panes go on as replays that stand at the end.
    public mutating func ended(_ session: String, recording: String) {
        for pane in panes.values where pane.source == .session(session) {
            // Whoever looks at its text goes on looking.
            defer { update(pane.id) { $0.copying = pane.copying } }
            change(
                pane.id,
                to: .recording(
                    RecordingPlace(path: recording, sessionID: session, start: .percent(100), startsPaused: true)))
        }
    }

    public mutating func update(_ pane: PaneID, _ body: (inout Pane) -> Void) {
        guard var changed = panes[pane] else { return }
        body(&changed)
        panes[pane] = changed
    }
}

extension Pane {
    /// Nobody would miss what it shows.
    var isSpent: Bool {
        if case .failed = source { return true }
        return false
    }
}
