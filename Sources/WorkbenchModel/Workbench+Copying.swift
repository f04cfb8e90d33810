import ScreenModel

extension Workbench {
    /// The focused pane's text is to be looked at.
    mutating func copyMode() -> [WorkbenchEffect] {
        guard focus == .panes, let pane = focusedPane else {
            say("there is no pane with text here", isError: true)
            return []
        }
        guard pane.copying == nil else { return [] }
        switch pane.source {
        case .session, .recording: return [.capture(pane.id)]
        case .text(let page):
            beginCopying(pane.id, CopyModel(page, window: contentSizes[pane.id] ?? Size(columns: 80, rows: 24)))
        case .files, .comparison, .starting, .failed, .job: say("there is nothing to copy in this pane", isError: true)
        }
        return []
    }

    /// What the runtime found in a pane, to be looked at from now on.
    public mutating func beginCopying(_ pane: PaneID, _ model: CopyModel) {
        update(pane) { $0.copying = model }
    }

    public mutating func leaveCopying(_ pane: PaneID) {
        update(pane) { $0.copying = nil }
    }

    /// Copy mode's text has the size of its pane.
    public mutating func fitCopying() {
        guard panes.values.contains(where: { $0.copying != nil }) else { return }
        for (id, size) in contentSizes where panes[id]?.copying != nil { update(id) { $0.copying?.resize(to: size) } }
    }

    mutating func apply(_ command: CopyCommand, to pane: PaneID) -> [WorkbenchEffect] {
        guard var copying = panes[pane]?.copying else { return [] }
        var problem: String?
        switch command {
        case .leave:
            leaveCopying(pane)
            return []
        case .copy: return copy(pane)
        case .search(let forward):
            mode = .prompt(
                Prompt(purpose: .search, history: history["search"], isRegex: copying.query?.isRegex ?? false),
                .copySearch(pane: pane, forward: forward))
            return []
        default: problem = copying.apply(command)
        }
        update(pane) { $0.copying = copying }
        if let problem { say(problem, isError: copying.hits.isEmpty) }
        return []
    }

    /// What is selected goes to the clipboard, and copy mode has done its work.
    ///
    /// - Parameter stays: it goes on, as after a selection by mouse within it.
    public mutating func copy(_ pane: PaneID, stays: Bool = false) -> [WorkbenchEffect] {
        guard let copying = panes[pane]?.copying else { return [] }
        let (text, isWhole) = copying.copied
        if !stays { leaveCopying(pane) }
        guard !text.isEmpty else {
            say("there was nothing to copy")
            return []
        }
        clipboard = text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
        let count = lines > 1 ? "\(lines) lines" : "\(text.filter { $0 != "\n" }.count) characters"
        let key = keys.afterPrefix.key(of: .workbench(.paste)).map { "; \(keys.prefix) \($0) pastes" } ?? ""
        say(isWhole ? "copied \(count)\(key)" : "copied the first \(count), which is all that is kept at once\(key)")
        return [.copy(text)]
    }

    /// The text was entered that copy mode asked for; an empty one looks for the last again.
    mutating func search(_ text: String, isRegex: Bool, in pane: PaneID, forward: Bool) {
        guard var copying = panes[pane]?.copying else { return }
        let problem: String?
        if text.isEmpty {
            copying.searchesForward = forward
            problem = copying.goToHit(forward: forward)
        } else {
            history.remember(text, as: "search")
            problem = copying.search(SearchQuery(text: text, isRegex: isRegex), forward: forward)
        }
        update(pane) { $0.copying = copying }
        if let problem { say(problem, isError: copying.hits.isEmpty) }
    }

    /// The wheel was turned over a pane in copy mode.
    public mutating func scrollCopying(_ pane: PaneID, by rows: Int) {
        guard var copying = panes[pane]?.copying else { return }
        copying.scroll(by: rows)
        if rows > 0, copying.leavesAtEnd, copying.history != .reading, copying.selection == nil,
            copying.top == copying.lastTop
        {
            leaveCopying(pane)
        } else {
            update(pane) { $0.copying = copying }
        }
    }
}
