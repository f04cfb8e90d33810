/// The line at the bottom while it asks for something: its text, cursor and what was entered before.
public struct Prompt: Hashable, Sendable {
    public enum Purpose: Hashable, Sendable {
        case goTo, search, message(snapshot: UInt64)
        /// A text that a snapshot's file holds.
        case content
        /// Asked by the workbench, which knows what for.
        case question(label: String, short: String)
    }

    public var purpose: Purpose
    public private(set) var text: [Character] = []
    /// Characters before the cursor.
    public private(set) var cursor = 0
    public internal(set) var isRegex = false
    private let history: [String]
    private var historyIndex: Int

    public init(purpose: Purpose, history: [String] = [], isRegex: Bool = false) {
        self.purpose = purpose
        self.history = history
        self.isRegex = isRegex
        historyIndex = history.count
    }

    public var label: String {
        switch purpose {
        case .goTo: "go to (1:23, 5m, 80%, name or number): "
        case .search: isRegex ? "search for regex: " : "search for text: "
        case .content: isRegex ? "first snapshot with the regex: " : "first snapshot with the text: "
        case .message(let snapshot): "branch from snapshot \(snapshot) with the message: "
        case .question(let label, _): label
        }
    }

    /// For narrow windows.
    public var shortLabel: String {
        switch purpose {
        case .goTo: "go to: "
        case .search, .content: isRegex ? "regex: " : "text: "
        case .message: "message: "
        case .question(_, let short): short
        }
    }

    public var string: String { String(text) }

    /// Everything but accept and cancel, which are the model's to decide.
    mutating func edit(_ command: PromptCommand) {
        switch command {
        case .insert(let new): insert(new)
        case .deleteBackward: delete(from: cursor - 1, to: cursor)
        case .deleteForward: delete(from: cursor, to: cursor + 1)
        case .deleteWord: delete(from: wordStart, to: cursor)
        case .deleteAll: delete(from: 0, to: text.count)
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .toStart: cursor = 0
        case .toEnd: cursor = text.count
        case .older: recall(historyIndex - 1)
        case .newer: recall(historyIndex + 1)
        case .toggleRegex: if purpose == .search || purpose == .content { isRegex.toggle() }
        case .accept, .cancel, .nextField, .previousField: break
        }
    }

    /// A long paste is cut: nobody searches for more than a screen's line or two.
    private static let limit = 1000

    private mutating func insert(_ new: String) {
        let room = Self.limit - text.count
        let added = new.filter { $0 != "\r" && $0 != "\n" && $0 != "\t" }.prefix(max(0, room))
        text.insert(contentsOf: added, at: cursor)
        cursor += added.count
    }

    private mutating func delete(from start: Int, to end: Int) {
        guard start >= 0, end <= text.count, start < end else { return }
        text.removeSubrange(start..<end)
        cursor = start
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, text[index - 1] == " " { index -= 1 }
        while index > 0, text[index - 1] != " " { index -= 1 }
        return index
    }

    private mutating func recall(_ index: Int) {
        guard index >= 0, index <= history.count else { return }
        historyIndex = index
        text = index < history.count ? Array(history[index]) : []
        cursor = text.count
    }
}
