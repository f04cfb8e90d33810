import ScreenModel

/// Text that is looked at, searched and copied: a pane's screen and what scrolled off it, as it was when it was opened.
///
/// Lines are rows as the program's screen had them; one that wraps goes on in the next. Positions count lines from the
/// oldest and columns from the left, and a cursor or an end of a selection is never on a wide character's right half.
public struct CopyModel: Hashable, Sendable {
    /// A row without the blanks at its end; spaces before the text goes on in the next line stay.
    public struct Line: Hashable, Sendable {
        public var cells: [Cell]
        /// Its text goes on in the next line.
        public var wraps: Bool

        public init(cells: [Cell], wraps: Bool = false) {
            let end =
                cells.lastIndex { wraps ? $0.content != 0 || $0.attributes.contains(.wideTrail) : !$0.isEmptyBlank }.map
            { $0 + 1 } ?? 0
            self.cells = end == cells.count ? cells : Array(cells[..<end])
            self.wraps = wraps
        }
    }

    /// Where the lines above the screen are.
    public enum History: Hashable, Sendable {
        case reading
        case read
        /// A full-screen program has none.
        case none
        /// It can't be read: what is on the screen is all that can be copied.
        case failed(String)
    }

    /// The most lines kept, and the most cells in them: 16 MB.
    public static let lineLimit = 10_000
    public static let cellLimit = 1 << 20

    public internal(set) var lines: [Line]
    public internal(set) var symbols: Symbols
    /// Lines at the end that are the screen's own.
    let screenRows: Int
    public internal(set) var history: History
    /// The pane's room; the workbench keeps it up to date.
    public private(set) var window: Size
    public internal(set) var cursor: Position
    /// The first line shown, and the first column.
    public internal(set) var top: Int
    public private(set) var left: Int
    /// Where the cursor wants to be while it moves over shorter lines.
    var wantedColumn: Int
    public internal(set) var selection: Selection?
    public internal(set) var query: SearchQuery?
    public internal(set) var searchesForward = true
    /// In order of place.
    public internal(set) var hits: [Hit] = []
    /// It was entered by turning the wheel: turning it to the end leaves.
    public var leavesAtEnd = false
    /// It was entered by dragging: copying leaves.
    public var isByMouse = false
    /// What was done while the lines above were still being read, to be done again with them.
    var early: [Step] = []
    private let origin: Origin

    /// Where all began.
    private struct Origin: Hashable {
        var cursor: Position
        var top: Int
        var left: Int
    }

    enum Step: Hashable {
        case command(CopyCommand)
        case search(SearchQuery, forward: Bool)
        case scroll(Int)
    }

    /// A screen as it is now.
    ///
    /// - Parameter origin: the screen's cell at the pane's top left.
    public init(_ frame: Frame, origin: Position = Position(row: 0, column: 0), window: Size, history: History) {
        lines = (0..<frame.size.rows).map { Line(cells: Array(frame.row($0)), wraps: frame.wraps[$0]) }
        symbols = frame.symbols
        screenRows = frame.size.rows
        self.history = history
        self.window = window
        cursor = frame.cursor.position
        wantedColumn = frame.cursor.position.column
        (top, left) = (origin.row, origin.column)
        self.origin = Origin(cursor: cursor, top: top, left: left)
        if lines.isEmpty { lines = [Line(cells: [])] }
        place(cursor)
    }

    /// Lines of text, as a report has them.
    public init(_ page: TextPage, window: Size) {
        var surface = Surface(size: Size(columns: 0, rows: 0))
        lines = page.lines.suffix(Self.lineLimit).map { text in
            let columns = min(text.terminalWidth, 4096)
            var row = Surface(size: Size(columns: columns, rows: 1))
            row.symbols = surface.symbols
            row.text(text, row: 0, column: 0)
            surface.symbols = row.symbols
            return Line(cells: row.cells)
        }
        symbols = surface.symbols
        screenRows = 0
        history = .read
        self.window = window
        cursor = Position(row: 0, column: 0)
        (wantedColumn, top, left) = (0, 0, 0)
        origin = Origin(cursor: cursor, top: 0, left: 0)
        if lines.isEmpty { lines = [Line(cells: [])] }
        top = min(max(0, page.top), max(0, lines.count - window.rows))
        place(Position(row: top, column: 0))
    }

    public mutating func resize(to window: Size) {
        guard window != self.window else { return }
        self.window = window
        showCursor()
    }

    /// Does what a key asks for.
    ///
    /// - Returns: what there is to say.
    mutating func apply(_ command: CopyCommand) -> String? {
        if history == .reading, early.count < Self.earlyLimit { early.append(.command(command)) }
        switch command {
        case .nextHit: return goToHit(forward: searchesForward)
        case .previousHit: return goToHit(forward: !searchesForward)
        case .select(let shape): select(shape)
        case .selectWord: selectWord()
        case .otherEnd: swapEnds()
        default: move(command)
        }
        return nil
    }

    private static let earlyLimit = 1000

    /// With the lines above, does again what was done without.
    mutating func catchUp() {
        guard !early.isEmpty else { return }
        let steps = early
        early = []
        let rows = lines.count - screenRows
        cursor = snapped(Position(row: origin.cursor.row + rows, column: origin.cursor.column))
        (top, left, wantedColumn) = (origin.top + rows, origin.left, cursor.column)
        selection = nil
        showCursor()
        for step in steps {
            switch step {
            case .command(let command): _ = apply(command)
            case .search(let query, let forward): _ = search(query, forward: forward)
            case .scroll(let rows): scroll(by: rows)
            }
        }
    }

    // MARK: Where things are

    var lastTop: Int { max(0, lines.count - window.rows) }

    /// The cell there, or a blank behind the line's end.
    func cell(_ position: Position) -> Cell {
        let line = lines[position.row].cells
        return position.column < line.count ? line[position.column] : .blank
    }

    /// Takes the cursor somewhere, on a character's left cell, and shows it.
    mutating func place(_ position: Position) {
        cursor = snapped(position)
        wantedColumn = cursor.column
        showCursor()
    }

    /// The nearest place there is.
    func snapped(_ position: Position) -> Position {
        let row = min(max(0, position.row), lines.count - 1)
        var column = min(max(0, position.column), Self.columnLimit)
        if column > 0, cell(Position(row: row, column: column)).attributes.contains(.wideTrail) { column -= 1 }
        return Position(row: row, column: column)
    }

    static let columnLimit = 1 << 16

    /// Scrolls no further than needed.
    mutating func showCursor() {
        let rows = max(1, window.rows)
        if cursor.row < top { top = cursor.row }
        if cursor.row >= top + rows { top = cursor.row - rows + 1 }
        top = min(max(0, top), lastTop)
        let columns = max(1, window.columns)
        if cursor.column < left { left = cursor.column }
        if cursor.column >= left + columns { left = cursor.column - columns + 1 }
    }

    /// Moves what is shown; the cursor stays in it.
    mutating func scroll(by rows: Int) {
        if history == .reading, early.count < Self.earlyLimit { early.append(.scroll(rows)) }
        shift(by: rows)
    }

    mutating func shift(by rows: Int) {
        top = min(max(0, top + rows), lastTop)
        let row = min(max(cursor.row, top), top + max(1, window.rows) - 1)
        if row != cursor.row { cursor = snapped(Position(row: row, column: wantedColumn)) }
    }

    /// What must always hold; a text that says what doesn't, for tests.
    var brokenInvariant: String? {
        if lines.isEmpty { return "copy mode has no lines" }
        if lines.count > Self.lineLimit + screenRows { return "copy mode has \(lines.count) lines" }
        if !lines.indices.contains(cursor.row) {
            return "copy mode's cursor is in line \(cursor.row) of \(lines.count)"
        }
        if cell(cursor).attributes.contains(.wideTrail) { return "copy mode's cursor is on half a character" }
        if top < 0 || top > lastTop { return "copy mode shows line \(top) of \(lines.count)" }
        if cursor.row < top || cursor.row >= top + max(1, window.rows) { return "copy mode's cursor isn't shown" }
        if let anchor = selection?.anchor, !lines.indices.contains(anchor.row) { return "a selection begins nowhere" }
        if hits.contains(where: { !lines.indices.contains($0.end.row) }) { return "a hit is nowhere" }
        return nil
    }
}

extension Cell {
    /// Nothing would be seen of it at a line's end.
    fileprivate var isEmptyBlank: Bool {
        isBlank && background.isDefault && !attributes.contains(.inverse) && !attributes.contains(.wideTrail)
            && attributes.underline == .none
    }
}
