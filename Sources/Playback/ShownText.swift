import Emulation
import ScreenModel

/// A line of text that a session showed.
public struct ShownLine: Hashable, Sendable {
    /// When it was first on the screen as it is here, milliseconds since the start.
    public var time: Int64
    /// UTF-8, without blanks at its end; a line that wrapped at the right edge is whole.
    public var text: [UInt8]
    public var origin: Origin

    public enum Origin: Hashable, Sendable {
        /// It left the top of the screen, or was on it at the end.
        case log
        /// The program wrote something else in its place.
        case replaced
        /// From a program that drew the whole screen.
        case fullScreen
    }
}

/// Turns a screen that changes into the lines that were on it, each once: looked at now and then, not at every byte.
///
/// A line that grows (typing), or of which only numbers change (a progress bar, a clock), is the line that it becomes.
struct ShownText {
    /// What waits at a place on the screen until it goes.
    private struct Waiting {
        var text: [UInt8]
        var time: Int64
    }

    /// By the line's absolute number.
    private var log: [Int: Waiting] = [:]
    private var fullScreen: [Int: Waiting] = [:]
    private var isFullScreen = false
    private var size = Size(columns: 0, rows: 0)
    /// Lines that left the screen up to here.
    private var nextLine = 0
    /// Those before it are left out on the screen too.
    private var firstLine = 0
    /// A line of which the rest is still to come from the scrollback.
    private var open: (text: [UInt8], time: Int64)?
    private var recent = RecentLines()
    private var found: [ShownLine] = []

    /// Looks at the rows that may have changed since the last time.
    mutating func look(at terminal: Terminal, rows: RowSet, time: Int64) {
        if terminal.modes.alternateScreen != isFullScreen {
            if isFullScreen { flushFullScreen() }
            isFullScreen.toggle()
            size = Size(columns: 0, rows: 0)
        }
        takeScrolled(terminal, time)
        let isNew = size != terminal.size
        size = terminal.size
        let all = isNew ? RowSet.all(size.rows) : rows
        guard !all.isEmpty else { return }
        lookAtLines(terminal, all, time)
    }

    mutating func skip(linesBefore line: Int) {
        nextLine = max(nextLine, line)
        firstLine = line
    }

    /// What has been found since.
    mutating func take() -> [ShownLine] {
        defer { found.removeAll(keepingCapacity: true) }
        return found
    }

    /// The session is over: what is on the screen stays there.
    mutating func end(_ terminal: Terminal, time: Int64) {
        look(at: terminal, rows: .all(terminal.size.rows), time: time)
        flushFullScreen()
        if let open {
            found.append(ShownLine(time: open.time, text: Self.trimmed(open.text), origin: .log))
            self.open = nil
        }
        flush(log, .log)
        log = [:]
    }

    // MARK: Lines that left the top

    private mutating func takeScrolled(_ terminal: Terminal, _ time: Int64) {
        let (first, end) = terminal.scrollback
        // A resize may take lines back, and a reset all of them.
        if nextLine > end { nextLine = end }
        nextLine = max(nextLine, first)
        while nextLine < end {
            let waiting = log.removeValue(forKey: nextLine)
            if let cells = terminal.scrollbackLine(nextLine) {
                var line = open ?? ([], waiting?.time ?? time)
                cells.withUnsafeBufferPointer { Self.append($0, to: &line.text, terminal) }
                if terminal.scrollbackLineWraps(nextLine) {
                    open = line
                } else {
                    open = nil
                    let text = Self.trimmed(line.text)
                    recent.insert(text)
                    found.append(ShownLine(time: line.time, text: text, origin: .log))
                }
            }
            nextLine += 1
        }
    }

    // MARK: Lines on the screen

    private mutating func lookAtLines(_ terminal: Terminal, _ rows: RowSet, _ time: Int64) {
        let wraps = terminal.wraps
        let top = isFullScreen ? 0 : terminal.topLine
        var changes: [(place: Int, text: [UInt8])] = []
        var end = 0
        while end < size.rows {
            let start = end
            while end + 1 < size.rows, wraps[end] { end += 1 }
            end += 1
            guard (start..<end).contains(where: { rows.contains($0) }) else { continue }
            var text: [UInt8] = []
            for row in start..<end { terminal.withRow(row) { Self.append($0, to: &text, terminal) } }
            changes.append((top + start, Self.trimmed(text)))
            // The rest of a line that grew over the edge waits no more.
            for row in start + 1..<max(start + 1, end) { changes.append((top + row, [])) }
        }
        // Much at once is a screen that scrolled or was drawn anew: there a changed number is another line.
        let isRedraw = changes.count > size.rows / 2
        for change in changes { put(change.text, at: change.place, isRedraw, time) }
    }

    private mutating func put(_ text: [UInt8], at place: Int, _ isRedraw: Bool, _ time: Int64) {
        let old = isFullScreen ? fullScreen[place] : log[place]
        guard old?.text != text else { return }
        if let old, !old.text.isEmpty, !text.starts(with: old.text), isRedraw || !Self.isSame(old.text, text) {
            note(old, isFullScreen ? .fullScreen : .replaced)
        }
        let waiting = text.isEmpty ? nil : Waiting(text: text, time: time)
        if isFullScreen { fullScreen[place] = waiting } else { log[place] = waiting }
    }

    /// Text moves about on a screen; it is told once.
    private mutating func note(_ line: Waiting, _ origin: ShownLine.Origin) {
        guard recent.insert(line.text) else { return }
        found.append(ShownLine(time: line.time, text: line.text, origin: origin))
    }

    private mutating func flushFullScreen() {
        flush(fullScreen, .fullScreen)
        fullScreen = [:]
    }

    private mutating func flush(_ lines: [Int: Waiting], _ origin: ShownLine.Origin) {
        for (place, line) in lines.sorted(by: { $0.key < $1.key }) {
            if origin == .log, place < firstLine { continue }
            if origin == .log {
                found.append(ShownLine(time: line.time, text: line.text, origin: .log))
            } else {
                note(line, origin)
            }
        }
    }

    // MARK: Text

    static func append(_ cells: UnsafeBufferPointer<Cell>, to text: inout [UInt8], _ terminal: Terminal) {
        for cell in cells where !cell.attributes.contains(.wideTrail) {
            let content = cell.content
            if content == 0 {
                text.append(0x20)
            } else if content < 0x80 {
                text.append(UInt8(content))
            } else {
                text.append(contentsOf: terminal.symbols.text(of: cell).utf8)
            }
        }
    }

    static func trimmed(_ text: [UInt8]) -> [UInt8] {
        var end = text.count
        while end > 0, text[end - 1] == 0x20 { end -= 1 }
        return end == text.count ? text : Array(text[..<end])
    }

    /// Whether two lines differ in numbers and signs only.
    static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        var (i, j) = (0, 0)
        var letters = 0
        while true {
            while i < a.count, !isLetter(a[i]) { i += 1 }
            while j < b.count, !isLetter(b[j]) { j += 1 }
            guard i < a.count, j < b.count else { return letters > 0 && i >= a.count && j >= b.count }
            guard a[i] == b[j] else { return false }
            (i, j, letters) = (i + 1, j + 1, letters + 1)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
}

/// Remembers the last few thousand lines by their hashes.
private struct RecentLines {
    private var order: [Int] = []
    private var next = 0
    private var known: Set<Int> = []
    private static let limit = 4096

    /// - Returns: whether it is new.
    @discardableResult
    mutating func insert(_ line: [UInt8]) -> Bool {
        let hash = line.hashValue
        guard known.insert(hash).inserted else { return false }
        if order.count < Self.limit {
            order.append(hash)
        } else {
            known.remove(order[next])
            order[next] = hash
            next = (next + 1) % Self.limit
        }
        return true
    }
}
