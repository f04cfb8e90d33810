/// The files of one snapshot, to look around in: a folder's entries, what changed, a file's history or what was found;
/// and a preview.
///
/// Pure: it says what it wants to see (``Request``), and is told what there is (``Answer``). What it is shown in
/// fetches that beside the keys, so that answers come late, or for what is no longer asked for.
public struct FilesModel: Hashable, Sendable {
    public enum View: Hashable, Sendable {
        case tree, changes
        /// The snapshots at which this path changed.
        case history(String)
        /// Files whose path holds what is being typed.
        case names
        /// Files with this text.
        case found(String)
    }

    /// What the bottom line asks for.
    public enum Question: Hashable, Sendable {
        case name, content
        case copy(String)
        case replace(String, target: String)
    }

    /// Something that takes longer than a key, with its progress from 0 to 1 where that is known.
    public struct Work: Hashable, Sendable {
        public var text: String
        public var part: Double?
        let request: Request
    }

    public internal(set) var place: Place
    /// The session's snapshots, in order, once they are known.
    public internal(set) var snapshots: [SnapshotItem] = []
    public internal(set) var branches: [String] = []
    public internal(set) var view = View.tree
    public internal(set) var folder = ""
    /// nil until the first answer.
    public internal(set) var entries: [Entry]?
    public internal(set) var selected = 0
    public internal(set) var isDiff = false
    public internal(set) var preview: [Line]?
    public internal(set) var previewTop = 0
    /// What differs between the two sides, once they were compared.
    public internal(set) var changes: [Entry]?
    public internal(set) var counts: Counts?
    /// Why nothing is compared.
    public internal(set) var comparisonNote: String?
    public internal(set) var isComparing = false
    public internal(set) var work: Work?
    public internal(set) var prompt: Prompt?
    public internal(set) var question = Question.name
    /// How many paths hold what was typed; more than are listed, perhaps.
    public internal(set) var foundCount = 0
    public internal(set) var follows = false
    /// One line that something went wrong.
    public var problem: String?
    /// One line that something is done.
    public internal(set) var message: String?

    /// The newest question for the list and for the preview: other answers are too late.
    var awaitedList: Request?
    var awaitedPreview: Request?
    /// Whether the list is that of the view: while another is fetched the old one is still shown.
    var isListCurrent = true
    /// The name to select in the next list.
    var wanted: String?
    /// The line of the next preview to begin with.
    var wantedLine: Int?
    /// Snapshots to move on by, once they are known.
    var pendingStep: Int?
    var texts: [String] = []
    var targets: [String] = []

    /// - Parameters:
    ///   - snapshot: its number in the session; 0 for the newest.
    ///   - title: what is known of it already, as its label and time.
    public init(snapshot: UInt64, label: String = "", milliseconds: Int64? = nil) {
        place = Place(snapshot: snapshot)
        if snapshot > 0 {
            snapshots = [SnapshotItem(number: snapshot, label: label, milliseconds: milliseconds)]
        }
    }

    public var snapshot: UInt64 { place.snapshot }

    /// What to ask for at the beginning.
    public mutating func start() -> [Request] {
        guard snapshot > 0 else { return [.snapshots] }
        return fetchAll() + [.snapshots]
    }

    /// The snapshot, where in it the list is, and the snapshot's label and time: the most wanted first, as bars cut it.
    public var title: String {
        guard snapshot > 0 else { return "files" }
        return "snapshot \(snapshot)  \(location)"
            + (snapshots.first { $0.number == snapshot }?.description ?? "")
    }

    /// Where in it the list is.
    public var location: String {
        switch view {
        case .tree: "/\(folder)"
        case .changes: "changes"
        case .history(let path): "history of \(path)"
        case .names: "\(foundCount) found"
        case .found(let text): "“\(text)”"
        }
    }

    /// What it is compared with, and what came of that.
    public var comparison: String {
        if let comparisonNote { return comparisonNote }
        let against = self.against
        if isComparing { return "comparing … \(against)" }
        return counts.map { "\($0.text) \(against)" } ?? against
    }

    /// Shortly: `since @2`, `→ live`.
    private var against: String {
        switch place.baseline {
        case .previous: number(by: -1).map { "since @\($0)" } ?? "since the snapshot before"
        case .next: number(by: 1).map { "→ @\($0)" } ?? "→ the next snapshot"
        case .live: "→ live"
        case .branch(let name): "→ \(name)"
        }
    }

    public var current: Entry? {
        guard isListCurrent, let entries, entries.indices.contains(selected) else { return nil }
        return entries[selected]
    }

    /// The selected entry's path; in a history, the file's.
    public var currentPath: String? {
        if case .history(let path) = view { return path }
        return current.map { path(of: $0.name) }
    }

    private func path(of name: String) -> String { view == .tree && !folder.isEmpty ? "\(folder)/\(name)" : name }

    /// Whether the key that leaves has something to leave before the files themselves.
    public var hasMore: Bool {
        if work != nil { return true }
        switch view {
        case .tree, .changes: return false
        case .history, .names, .found: return true
        }
    }

    /// Comparing takes long: that is said, and can be left.
    public mutating func compareSlowly() {
        guard isComparing, work == nil else { return }
        work = Work(text: "comparing with \(place.baseline.text)", part: nil, request: .changes(place))
    }

    public mutating func say(_ text: String, isError: Bool = false) {
        if isError { problem = text } else { message = text }
    }
}
