/// The list of all sessions: who needs a person first, then what works, then what ended.
public struct SessionList: Hashable, Sendable {
    public enum Line: Hashable, Sendable {
        case heading(String)
        case session(ListedSession)
    }

    /// As the outside tells; in any order.
    public private(set) var entries: [ListedSession] = []
    /// The session that keys act on.
    public private(set) var selected: String?
    public private(set) var showsFinished = true

    public init() {}

    public var runningCount: Int { entries.count { $0.isRunning } }
    public var needingPerson: [ListedSession] {
        ordered.filter(\.activity.needsPerson)
    }

    public func entry(_ id: String) -> ListedSession? { entries.first { $0.id == id } }
    public var selectedEntry: ListedSession? { selected.flatMap(entry) }

    /// In the order of the list: groups as ``SessionActivity`` has them, in a group who waits longest first, ended ones
    /// newest first.
    public private(set) var ordered: [ListedSession] = []

    public mutating func update(_ new: [ListedSession]) {
        guard new != entries else { return }
        entries = new
        arrange()
    }

    private mutating func arrange() {
        ordered = entries.filter { showsFinished || $0.isRunning }.sorted { one, other in
            let (first, second) = (Self.rank(one), Self.rank(other))
            if first != second { return first < second }
            let (early, late) = (one.since ?? one.startedAt, other.since ?? other.startedAt)
            if !one.isRunning { return (late, other.id) < (early, one.id) }
            return (early, one.id) < (late, other.id)
        }
        // A selection whose session went is its neighbour's.
        if selected == nil || !ordered.contains(where: { $0.id == selected }) { selected = ordered.first?.id }
    }

    private static func rank(_ entry: ListedSession) -> Int {
        ["needs you", "working", "running", "ended"].firstIndex(of: entry.activity.group) ?? 0
    }

    /// What is shown, headings and all.
    public var lines: [Line] {
        var lines: [Line] = []
        var group = ""
        for entry in ordered {
            if entry.activity.group != group {
                group = entry.activity.group
                lines.append(.heading(group))
            }
            lines.append(.session(entry))
        }
        return lines
    }

    public mutating func select(_ id: String) {
        if ordered.contains(where: { $0.id == id }) { selected = id }
    }

    /// Moves the selection; what is left to others (`open`, `leave`) changes nothing here.
    public mutating func apply(_ command: SessionListCommand, page: Int) {
        switch command {
        case .up: move(by: -1)
        case .down: move(by: 1)
        case .pageUp: move(by: -page)
        case .pageDown: move(by: page)
        case .first: move(by: -ordered.count)
        case .last: move(by: ordered.count)
        case .toggleFinished:
            showsFinished.toggle()
            arrange()
        case .open, .openBeside, .leave: break
        }
    }

    private mutating func move(by count: Int) {
        guard !ordered.isEmpty else { return }
        let index = ordered.firstIndex { $0.id == selected } ?? 0
        selected = ordered[min(max(0, index + count), ordered.count - 1)].id
    }
}
