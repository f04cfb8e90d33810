import ScreenModel

/// One session watched live: its frame, its status line, and where the user is with the prefix, a prompt or the help.
///
/// Pure: `key` and `apply` say what to do, the runtime does it.
public struct LiveModel: Hashable, Sendable {
    public enum Gutter: String, Hashable, Sendable, CaseIterable { case left, right, none }

    public enum Mode: Hashable, Sendable {
        /// Keys go to the program.
        case direct
        case prefix
        case label(String)
        case confirmStop
        case help
    }

    /// A sign for the gutter.
    public struct Sign: Hashable, Sendable {
        public var id: UInt64
        /// Absolute: lines that left the top of the screen, and rows above.
        public var line: Int
        public var isSnapshot: Bool

        public init(id: UInt64, line: Int, isSnapshot: Bool) {
            self.id = id
            self.line = line
            self.isSnapshot = isSnapshot
        }
    }

    public enum Effect: Hashable, Sendable {
        case forward
        case mark(label: String)
        case snapshot
        case detach
        case stop
        case redraw
        case ownSize
        case sendPrefix
        case none
    }

    public var title: String
    public var gutter: Gutter
    public var keys: LiveKeys
    public var mode = Mode.direct
    public var window: Size
    /// Milliseconds since the session's start.
    public var elapsed: Int64 = 0
    public var rawBytes: UInt64 = 0
    public var fileBytes: UInt64 = 0
    public var momentCount = 0
    public var snapshotCount = 0
    /// Whether the session's workspace is snapshotted at all.
    public var takesSnapshots = false
    /// What the program is doing, as its host knows it; nil while that isn't known.
    public var state: State?
    public var signs: [Sign] = []
    public var topLine = 0
    /// One line that something happened, shown instead of the hints until the next key.
    public var message: Message?
    /// The session has ended and its recording is being closed.
    public var isEnding = false

    public struct State: Hashable, Sendable {
        public var text: String
        /// Whether it goes on only when a person does something.
        public var waitsForPerson: Bool

        public init(text: String, waitsForPerson: Bool) {
            self.text = text
            self.waitsForPerson = waitsForPerson
        }
    }

    public struct Message: Hashable, Sendable {
        public var text: String
        public var isError: Bool

        public init(_ text: String, isError: Bool = false) {
            self.text = text
            self.isError = isError
        }
    }

    public init(title: String, gutter: Gutter, window: Size, keys: LiveKeys = LiveKeys()) {
        self.title = title
        self.gutter = gutter
        self.window = window
        self.keys = keys
    }

    /// The part of the window that the program gets: all but a status line, and a column for the gutter.
    public var content: Rect {
        let hasStatus = window.rows >= 3
        let hasGutter = gutter != .none && window.columns >= 20
        return Rect(
            row: 0, column: hasGutter && gutter == .left ? 1 : 0, columns: window.columns - (hasGutter ? 1 : 0),
            rows: window.rows - (hasStatus ? 1 : 0))
    }

    public var statusRow: Int? { window.rows >= 3 ? window.rows - 1 : nil }
    public var gutterColumn: Int? {
        content.columns == window.columns ? nil : gutter == .left ? 0 : window.columns - 1
    }

    /// A key was pressed. `.forward` means that it's the program's.
    public mutating func press(_ chord: KeyChord) -> Effect {
        message = nil
        switch mode {
        case .direct:
            guard chord == keys.prefix else { return .forward }
            mode = .prefix
            return .none
        case .prefix: return afterPrefix(chord)
        case .label(let text): return editLabel(text, chord)
        case .confirmStop:
            mode = .direct
            return chord == KeyChord(.character("y")) ? .stop : .none
        case .help:
            mode = .direct
            return .none
        }
    }

    private mutating func afterPrefix(_ chord: KeyChord) -> Effect {
        mode = .direct
        switch keys.bindings[chord] {
        case .mark: mode = .label("")
        case .snapshot: return .snapshot
        case .detach: return .detach
        case .stop: mode = .confirmStop
        case .redraw: return .redraw
        case .ownSize: return .ownSize
        case .help: mode = .help
        case .sendPrefix: return .sendPrefix
        case nil:
            if chord.key != .escape { message = Message("\(keys.prefix) \(chord) does nothing; ? shows the keys") }
        }
        return .none
    }

    private mutating func editLabel(_ text: String, _ chord: KeyChord) -> Effect {
        switch chord.key {
        case .enter:
            mode = .direct
            return .mark(label: text.isEmpty ? "moment \(momentCount + 1)" : text)
        case .escape: mode = .direct
        case .backspace: mode = .label(String(text.dropLast()))
        case .character(let scalar) where chord.modifiers.isEmpty: mode = .label(text + String(Character(scalar)))
        case .character("c") where chord.modifiers == .control: mode = .direct
        case .character("u") where chord.modifiers == .control: mode = .label("")
        default: break
        }
        return .none
    }

    /// Text that was pasted while a label is asked for.
    public mutating func paste(_ text: String) -> Effect {
        guard case .label(let label) = mode else { return .forward }
        mode = .label(label + text.filter { !$0.isNewline })
        return .none
    }

    public mutating func place(_ sign: Sign) {
        signs.removeAll { $0.id == sign.id && $0.isSnapshot == sign.isSnapshot }
        signs.append(sign)
    }
}
