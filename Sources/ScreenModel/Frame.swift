/// What a terminal shows at one moment: an immutable grid with its cursor and modes.
public struct Frame: Hashable, Sendable {
    public var size: Size
    /// Row by row, `size.area` cells.
    public var cells: [Cell]
    /// For each row, whether its text goes on in the next one (it wrapped at the right edge).
    public var wraps: [Bool]
    public var cursor: Cursor
    public var modes: Modes
    public var title: String
    public var symbols: Symbols

    public init(
        size: Size, cells: [Cell]? = nil, wraps: [Bool]? = nil, cursor: Cursor = Cursor(), modes: Modes = Modes(),
        title: String = "", symbols: Symbols = Symbols()
    ) {
        self.size = size
        self.cells = cells ?? Array(repeating: .blank, count: size.area)
        self.wraps = wraps ?? Array(repeating: false, count: size.rows)
        self.cursor = cursor
        self.modes = modes
        self.title = title
        self.symbols = symbols
    }

    public func row(_ row: Int) -> ArraySlice<Cell> {
        cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// The text of one row, without the blanks at its end.
    public func text(row: Int) -> String {
        var text = ""
        var end = text.endIndex
        for cell in self.row(row) {
            text += symbols.text(of: cell)
            if !cell.isBlank { end = text.endIndex }
        }
        return String(text[..<end])
    }

    /// All rows, each without the blanks at its end, joined by newlines.
    public var text: String {
        (0..<size.rows).map { text(row: $0) }.joined(separator: "\n")
    }
}

/// Where the cursor is and how it looks (DECSCUSR, DECTCEM).
public struct Cursor: Hashable, Sendable {
    public enum Shape: UInt8, Hashable, Sendable { case block, underline, bar }

    public var position: Position
    public var isVisible: Bool
    public var shape: Shape
    public var blinks: Bool

    public init(
        position: Position = Position(row: 0, column: 0), isVisible: Bool = true, shape: Shape = .block,
        blinks: Bool = true
    ) {
        self.position = position
        self.isVisible = isVisible
        self.shape = shape
        self.blinks = blinks
    }
}

/// The modes a program set that decide what its terminal must send for keys, mouse and focus.
public struct Modes: Hashable, Sendable {
    public enum MouseTracking: UInt8, Hashable, Sendable {
        /// none, press only (9), press and release (1000), with motion while pressed (1002), all motion (1003)
        case none, press, click, drag, motion
    }
    public enum MouseEncoding: UInt8, Hashable, Sendable {
        /// default, 1005, 1006, 1015, 1016
        case legacy, utf8, sgr, urxvt, sgrPixels
    }

    public var mouseTracking: MouseTracking = .none
    public var mouseEncoding: MouseEncoding = .legacy
    /// ?1004
    public var reportsFocus = false
    /// ?2004
    public var bracketedPaste = false
    /// ?1 (DECCKM)
    public var applicationCursorKeys = false
    /// DECPAM, ?66
    public var applicationKeypad = false
    /// ?1049, ?1047, ?47
    public var alternateScreen = false
    /// ?1007
    public var alternateScroll = false
    /// ?5 (DECSCNM)
    public var reverseVideo = false
    /// The kitty keyboard protocol's current flags, 0 when off.
    public var kittyKeyboard: UInt8 = 0
    /// xterm's modifyOtherKeys level, 0 … 2.
    public var modifyOtherKeys: UInt8 = 0
    /// ?2026: an update is under way and its end has not come yet.
    public var synchronizedUpdate = false

    public init() {}
}
