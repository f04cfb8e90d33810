/// A list that is narrowed by typing: commands by name, or sessions.
public struct Palette: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        /// What is looked for, and shown.
        public var title: String
        /// Shown after it, and looked into as well.
        public var detail: String
        /// The keys that do the same.
        public var keys: String
        public var command: Command

        public init(title: String, detail: String = "", keys: String = "", command: Command) {
            self.title = title
            self.detail = detail
            self.keys = keys
            self.command = command
        }
    }

    public var label: String
    public private(set) var field: Prompt
    public let items: [Item]
    public private(set) var matches: [Item]
    public private(set) var selected = 0

    public init(label: String, items: [Item]) {
        self.label = label
        self.items = items
        field = Prompt(purpose: .question(label: label, short: label))
        matches = items
    }

    public var selectedItem: Item? { matches.indices.contains(selected) ? matches[selected] : nil }

    mutating func edit(_ command: PromptCommand) {
        switch command {
        case .older, .previousField: selected = max(0, selected - 1)
        case .newer, .nextField: selected = min(max(0, matches.count - 1), selected + 1)
        default:
            field.edit(command)
            narrow()
        }
    }

    mutating func select(_ index: Int) {
        if matches.indices.contains(index) { selected = index }
    }

    /// The best first: the text at the title's beginning, at a word's, within, in the detail, its letters in order.
    private mutating func narrow() {
        let wanted = field.string.lowercased()
        selected = 0
        guard !wanted.isEmpty else {
            matches = items
            return
        }
        matches = items.enumerated().compactMap { index, item in
            Self.rank(item, wanted).map { (rank: $0, index: index, item: item) }
        }.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.item)
    }

    private static func rank(_ item: Item, _ wanted: String) -> Int? {
        let title = item.title.lowercased()
        let plain = title.replacing("-", with: " ")
        if title.hasPrefix(wanted) || plain.hasPrefix(wanted) { return 0 }
        if plain.contains(" \(wanted)") { return 1 }
        if title.contains(wanted) || plain.contains(wanted) { return 2 }
        if item.detail.lowercased().contains(wanted) { return 3 }
        return isSubsequence(wanted, of: title) ? 4 : nil
    }

    private static func isSubsequence(_ letters: String, of text: String) -> Bool {
        var rest = letters.unicodeScalars.filter { $0 != " " }[...]
        for scalar in text.unicodeScalars where scalar == rest.first { rest = rest.dropFirst() }
        return rest.isEmpty
    }
}
