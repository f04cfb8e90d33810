/// The files of one snapshot, to look around in: a folder's entries or the list of what changed, and a preview.
///
/// Pure: it says which folder or file it wants to see (``Request``), and is told what there is.
public struct FilesModel: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public enum Kind: Hashable, Sendable { case folder, file, link, other }
        public enum Change: String, Hashable, Sendable {
            case added = "A"
            case modified = "M"
            case deleted = "D"
        }

        /// As it is shown and asked for: what isn't printable in it is escaped.
        public var name: String
        public var kind: Kind
        public var size: UInt64
        /// Against the snapshot before.
        public var change: Change?
        /// What is to be said of it, as that it isn't in the snapshot.
        public var note: String?

        public init(name: String, kind: Kind, size: UInt64, change: Change? = nil, note: String? = nil) {
            self.name = name
            self.kind = kind
            self.size = size
            self.change = change
            self.note = note
        }
    }

    /// A line of the preview.
    public struct Line: Hashable, Sendable {
        public enum Kind: Hashable, Sendable { case text, added, removed, place, note }
        public var kind: Kind
        public var text: String

        public init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }
    }

    public enum View: Hashable, Sendable { case tree, changes }

    /// What must be fetched. Paths are relative to the workspace; the empty one is the workspace itself.
    public enum Request: Hashable, Sendable {
        case folder(String)
        case changes
        case preview(String, isDiff: Bool)
    }

    /// The snapshot's number within its session.
    public let snapshot: UInt64
    public var title: String
    public private(set) var view = View.tree
    public private(set) var folder = ""
    public private(set) var entries: [Entry]?
    public private(set) var selected = 0
    public private(set) var isDiff = false
    public private(set) var preview: [Line]?
    public private(set) var previewTop = 0
    /// One line that something went wrong.
    public var problem: String?
    /// What was selected in the folders above, to come back to.
    private var trail: [String] = []
    private var wanted: String?

    public init(snapshot: UInt64, title: String) {
        self.snapshot = snapshot
        self.title = title
    }

    public var start: Request { .folder("") }

    public var current: Entry? {
        guard let entries, entries.indices.contains(selected) else { return nil }
        return entries[selected]
    }

    /// The selected entry's path.
    public var currentPath: String? { current.map { path(of: $0.name) } }

    private func path(of name: String) -> String {
        view == .changes || folder.isEmpty ? name : "\(folder)/\(name)"
    }

    // What was asked for has come.

    public mutating func show(_ entries: [Entry], for request: Request) -> Request? {
        switch request {
        case .folder(let path): (view, folder) = (.tree, path)
        case .changes: view = .changes
        case .preview: return nil
        }
        self.entries = entries
        selected = wanted.flatMap { name in entries.firstIndex { $0.name == name } } ?? 0
        wanted = nil
        return previewRequest()
    }

    public mutating func show(_ lines: [Line], for request: Request) {
        guard case .preview(let path, let isDiff) = request, path == currentPath, isDiff == self.isDiff else { return }
        preview = lines
        previewTop = 0
    }

    // What keys do.

    public mutating func apply(_ command: FilesCommand, page: Int) -> Request? {
        problem = nil
        switch command {
        case .up: return select(selected - 1)
        case .down: return select(selected + 1)
        case .pageUp: return select(selected - page)
        case .pageDown: return select(selected + page)
        case .first: return select(0)
        case .last: return select((entries?.count ?? 1) - 1)
        case .open: return open()
        case .parent: return parent()
        case .toggleDiff:
            isDiff.toggle()
            return previewRequest()
        case .toggleChanges:
            wanted = nil
            return view == .changes ? .folder(folder) : .changes
        case .scrollUp: scroll(-page / 2)
        case .scrollDown: scroll(page / 2)
        }
        return nil
    }

    private mutating func scroll(_ lines: Int) {
        previewTop = min(max(0, previewTop + lines), max(0, (preview?.count ?? 0) - 1))
    }

    private mutating func select(_ index: Int) -> Request? {
        guard let entries, !entries.isEmpty else { return nil }
        let index = min(max(0, index), entries.count - 1)
        guard index != selected else { return nil }
        selected = index
        return previewRequest()
    }

    private mutating func previewRequest() -> Request? {
        preview = nil
        previewTop = 0
        guard let current, let path = currentPath, current.kind != .folder || isDiff else { return nil }
        return .preview(path, isDiff: isDiff)
    }

    private mutating func open() -> Request? {
        guard let current, let path = currentPath else { return nil }
        guard current.kind == .folder, view == .tree else {
            isDiff.toggle()
            return previewRequest()
        }
        trail.append(current.name)
        return .folder(path)
    }

    private mutating func parent() -> Request? {
        guard view == .tree else { return .folder(folder) }
        guard !folder.isEmpty else { return nil }
        wanted = trail.popLast() ?? folder.split(separator: "/").last.map(String.init)
        return .folder(folder.split(separator: "/").dropLast().joined(separator: "/"))
    }
}

/// What keys do while a snapshot's files are shown.
public enum FilesCommand: Hashable, Sendable {
    case up, down, pageUp, pageDown, first, last
    /// Into a folder; on a file, between its content and its changes.
    case open
    case parent
    case toggleDiff
    /// Between the tree and the list of what changed since the snapshot before.
    case toggleChanges
    case scrollUp, scrollDown
}
