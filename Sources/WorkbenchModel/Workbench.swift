import ScreenModel

/// The workbench: its tabs, panes, the list of sessions, and what keys mean now.
///
/// Pure. ``apply(_:)`` changes it and returns what is to be done outside. The runtime opens what the panes' sources
/// name, and tells it what came of that.
public struct Workbench: Hashable, Sendable {
    public enum Mode: Hashable, Sendable {
        /// Keys are the focused pane's.
        case normal
        case prefix
        case prompt(Prompt, Question)
        case palette(Palette)
        case form(Form)
        /// One line that asks for a `y`.
        case confirm(String, WorkbenchEffect)
        case help(scroll: Int)
    }

    /// What the bottom line's text is for.
    public enum Question: Hashable, Sendable {
        case moment(session: String)
        case tabName
        case prompt(session: String)
        case saveLayout, loadLayout
        case bisect(session: String)
        case comparisonTest
        case copySearch(pane: PaneID, forward: Bool)
    }

    public enum Focus: Hashable, Sendable { case panes, sessions }

    public struct Message: Hashable, Sendable {
        public var text: String
        public var isError: Bool
    }

    public internal(set) var window: Size
    public internal(set) var tabs: [Tab] = []
    public internal(set) var current = 0
    public internal(set) var panes: [PaneID: Pane] = [:]
    public internal(set) var mode = Mode.normal
    public internal(set) var focus = Focus.panes
    public internal(set) var showsSidebar = true
    public internal(set) var broadcasts = false
    public var sessions = SessionList()
    public internal(set) var message: Message?
    /// The newest last.
    public internal(set) var pastMessages: [Message] = []
    /// What was copied last; `paste` types it.
    public internal(set) var clipboard = ""
    /// Keys as help, palette and hints show them.
    public var keys = WorkbenchKeys()
    /// Agents that can be started, for the form; the first is chosen at the start.
    public var agents: [String] = []
    /// Where new sessions start when nothing says otherwise.
    public var folder: String
    /// Milliseconds since 1970, for "since when"; set by the runtime.
    public var now: Int64 = 0
    var nextPane = 1
    var history = FormHistory()

    public init(window: Size, folder: String) {
        self.window = window
        self.folder = folder
    }

    public var tab: Tab? { tabs.indices.contains(current) ? tabs[current] : nil }
    public var focusedPane: Pane? { tab.flatMap { panes[$0.focus] } }

    /// Panes of the current tab that can be seen.
    public var visiblePanes: [PaneID] {
        guard let tab else { return [] }
        let shown = tab.isZoomed && tab.layout.contains(tab.focus) ? [tab.focus] : tab.layout.panes
        return shown + (tab.floating.map { [$0] } ?? [])
    }

    public mutating func say(_ text: String, isError: Bool = false) {
        message = Message(text: text, isError: isError)
        pastMessages.append(Message(text: text, isError: isError))
        if pastMessages.count > 500 { pastMessages.removeFirst() }
    }

    public mutating func clearMessage() { message = nil }

    public mutating func resize(to window: Size) {
        self.window = window
        fitCopying()
    }

    /// What must always hold; a text that says what doesn't, for tests.
    public var brokenInvariant: String? {
        let all = tabs.flatMap(\.panes)
        if Set(all).count != all.count { return "a pane is in two places: \(all)" }
        if Set(all) != Set(panes.keys) { return "panes \(panes.keys.sorted()) are not those of the tabs: \(all)" }
        if !tabs.isEmpty, !tabs.indices.contains(current) { return "there is no tab \(current) of \(tabs.count)" }
        for tab in tabs {
            if !tab.layout.isValid { return "a layout is broken: \(tab.layout)" }
            if !tab.panes.contains(tab.focus) { return "the focus \(tab.focus) is not in its tab" }
            if let floating = tab.floating, tab.layout.contains(floating) { return "\(floating) floats and doesn't" }
        }
        for pane in panes.values { if let broken = pane.copying?.brokenInvariant { return broken } }
        for (id, pane) in panes where id != pane.id { return "pane \(id) calls itself \(pane.id)" }
        return nil
    }
}

/// The keys that the workbench shows, from a keymap.
public struct WorkbenchKeys: Hashable, Sendable {
    public var prefix = KeyChord(.character("b"), .control)
    public var afterPrefix = KeyLegend()
    public var replay = KeyLegend()
    public var files = KeyLegend()
    public var sessions = KeyLegend()
    public var text = KeyLegend()
    public var copy = KeyLegend()

    public init() {}
}

/// What was entered in forms and prompts before, the newest last.
struct FormHistory: Hashable, Sendable {
    private var entries: [String: [String]] = [:]

    subscript(_ name: String) -> [String] { entries[name] ?? [] }

    mutating func remember(_ text: String, as name: String) {
        guard !text.isEmpty else { return }
        entries[name, default: []].removeAll { $0 == text }
        entries[name, default: []].append(text)
        if entries[name, default: []].count > 100 { entries[name]?.removeFirst() }
    }
}

/// What must be done outside after a command.
public enum WorkbenchEffect: Hashable, Sendable {
    /// A command for the player in a pane.
    case replay(PaneID, Command)
    case files(PaneID, Command)
    case mark(session: String, label: String)
    case snapshot(session: String)
    /// The session's terminal gets this window's size, or the smallest one's again.
    case ownSize(session: String)
    case end(session: String)
    case prompt(session: String, text: String)
    /// The prefix itself, for a program.
    case sendPrefix(PaneID)
    case type(PaneID, String)
    case capture(PaneID)
    case copy(String)
    case saveLayout(String), loadLayout(String)
    case reload
    case redraw
    case suspend
    case detach
}
