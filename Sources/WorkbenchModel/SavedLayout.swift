/// Tabs and panes as they are kept in a file: brought back by name, or after a crash.
public struct SavedLayout: Codable, Hashable, Sendable {
    public static let version = 1

    public var version = SavedLayout.version
    public var tabs: [SavedTab] = []
    public var current = 0
    public var showsSidebar = true

    public struct SavedTab: Codable, Hashable, Sendable {
        public var name: String?
        public var layout: Node
        /// Index among the layout's panes; the floating one comes after them.
        public var focus: Int
        public var isZoomed: Bool
        public var floating: SavedPane?
    }

    public indirect enum Node: Codable, Hashable, Sendable {
        case pane(SavedPane)
        case split(Layout.Axis, [Part])

        public struct Part: Codable, Hashable, Sendable {
            public var weight: Double
            public var node: Node

            public init(weight: Double, node: Node) {
                self.weight = weight
                self.node = node
            }
        }
    }

    /// What a pane showed. What can't be shown again, as a form's answer on its way, is left out.
    public enum SavedPane: Codable, Hashable, Sendable {
        case session(String, path: String)
        /// Milliseconds of the playhead.
        case recording(path: String, session: String?, time: Int64)
        case files(session: String, snapshot: UInt64)
    }

    public init() {}
}

extension Workbench {
    /// What is to be kept of the tabs and panes.
    public var savedLayout: SavedLayout {
        var saved = SavedLayout()
        saved.showsSidebar = showsSidebar
        for (index, tab) in tabs.enumerated() {
            guard let node = node(tab.layout) else { continue }
            if index == current { saved.current = saved.tabs.count }
            let kept = tab.layout.panes.filter { savedPane($0) != nil }
            let floating = tab.floating.flatMap(savedPane)
            let focus =
                kept.firstIndex(of: tab.focus) ?? (tab.focus == tab.floating && floating != nil ? kept.count : 0)
            saved.tabs.append(
                .init(name: tab.name, layout: node, focus: focus, isZoomed: tab.isZoomed, floating: floating))
        }
        return saved
    }

    private func node(_ layout: Layout) -> SavedLayout.Node? {
        switch layout {
        case .pane(let id): return savedPane(id).map { .pane($0) }
        case .split(let axis, let parts):
            let kept = parts.compactMap { part in
                node(part.layout).map { SavedLayout.Node.Part(weight: part.weight, node: $0) }
            }
            return kept.count > 1 ? .split(axis, kept) : kept.first?.node
        }
    }

    private func savedPane(_ id: PaneID) -> SavedLayout.SavedPane? {
        guard let pane = panes[id] else { return nil }
        switch pane.source {
        case .session(let session):
            return .session(session, path: sessions.entry(session)?.recordingPath ?? "")
        case .recording(let place):
            if place.returnsToLive, let session = place.sessionID { return .session(session, path: place.path) }
            return .recording(path: place.path, session: place.sessionID, time: pane.replay?.playhead ?? 0)
        case .files(let place):
            return (pane.files?.snapshot ?? place.snapshot).map { .files(session: place.session, snapshot: $0) }
        case .starting, .failed, .comparison, .text, .job: return nil
        }
    }

    /// Brings saved tabs and panes back, beside what is there. Sessions that have ended since are shown as recordings.
    ///
    /// - Parameter exists: whether a recording is still there; panes of others are left out.
    /// - Returns: how many panes could not be brought back.
    @discardableResult
    public mutating func restore(_ saved: SavedLayout, where exists: (_ path: String) -> Bool) -> Int {
        var missing = 0
        let first = tabs.count
        for tab in saved.tabs {
            var ids: [PaneID?] = []
            let layout = restore(tab.layout, exists, &ids)
            let floating = tab.floating.flatMap { restore($0, exists) }
            missing += ids.count { $0 == nil } + (tab.floating != nil && floating == nil ? 1 : 0)
            guard let whole = layout ?? floating.map({ .pane($0) }) else { continue }
            var new = Tab(whole.panes[0])
            new.layout = whole
            new.name = tab.name
            if layout != nil { new.floating = floating }
            let wanted = tab.focus < ids.count ? ids[tab.focus] : floating
            if let wanted, new.panes.contains(wanted) { new.focus = wanted }
            new.isZoomed = tab.isZoomed && whole.panes.count > 1
            tabs.append(new)
        }
        showsSidebar = saved.showsSidebar
        if first < tabs.count {
            current = min(first + max(0, saved.current), tabs.count - 1)
            focus = .panes
        }
        return missing
    }

    /// - Parameter ids: grows by the panes in order, nil for those that are gone.
    private mutating func restore(
        _ node: SavedLayout.Node, _ exists: (String) -> Bool, _ ids: inout [PaneID?]
    ) -> Layout? {
        switch node {
        case .pane(let saved):
            let id = restore(saved, exists)
            ids.append(id)
            return id.map { .pane($0) }
        case .split(let axis, let parts):
            var kept: [Layout.Part] = []
            for part in parts {
                guard let layout = restore(part.node, exists, &ids) else { continue }
                // A weight out of a file may be anything.
                let weight = part.weight.isFinite && part.weight > 0 ? part.weight : 1
                kept.append(.init(layout, weight: weight))
            }
            return Layout.joined(axis, kept)
        }
    }

    private mutating func restore(_ saved: SavedLayout.SavedPane, _ exists: (String) -> Bool) -> PaneID? {
        let source: Pane.Source
        switch saved {
        case .session(let session, let path):
            let isRunning = sessions.entry(session)?.isRunning ?? false
            guard isRunning || exists(path) else { return nil }
            source =
                isRunning
                ? .session(session)
                : .recording(
                    RecordingPlace(path: path, sessionID: session, start: .percent(100), startsPaused: true))
        case .recording(let path, let session, let time):
            guard exists(path) else { return nil }
            source = .recording(
                RecordingPlace(path: path, sessionID: session, start: .time(milliseconds: time), startsPaused: true))
        case .files(let session, let snapshot):
            source = .files(FilesPlace(session: session, snapshot: snapshot, player: nil))
        }
        let id = PaneID(nextPane)
        nextPane += 1
        panes[id] = Pane(id: id, source: source)
        return id
    }
}
