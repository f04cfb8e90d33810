import Emulation
import ScreenModel

/// Knows whether a text is on a terminal's screen, looking only at rows that changed.
///
/// A line that wraps at the right edge is looked at as a whole, however many rows it takes.
struct ScreenMatcher {
    let pattern: TextPattern
    /// For each row at which a line starts, whether the text is in that line.
    private var matches: [Bool] = []
    private var wraps: [Bool] = []
    private var size = Size(columns: 0, rows: 0)
    private var line: [UInt32] = []
    /// A line scrolls through the screen row by row; the regular expression need see it but once.
    private var known: [[UInt32]: Bool] = [:]

    init(_ pattern: TextPattern) {
        self.pattern = pattern
    }

    /// Looks at the whole screen.
    mutating func reset(_ terminal: Terminal) -> Bool {
        size = Size(columns: 0, rows: 0)
        return update(terminal, rows: RowSet())
    }

    /// Looks at rows that may have changed since the last call.
    mutating func update(_ terminal: Terminal, rows: RowSet) -> Bool {
        let isNew = terminal.size != size
        if isNew {
            size = terminal.size
            matches = Array(repeating: false, count: size.rows)
        }
        if isNew || !rows.isEmpty { lookAtLines(of: terminal, rows, all: isNew) }
        return matches.contains(true)
    }

    private mutating func lookAtLines(of terminal: Terminal, _ rows: RowSet, all: Bool) {
        let before = wraps
        wraps = terminal.wraps
        var end = 0
        while end < size.rows {
            let start = end
            while end + 1 < size.rows, wraps[end] { end += 1 }
            end += 1
            // A line also begins or ends anew when a row stops or starts wrapping, which changes none of its cells.
            let isDirty =
                all || (max(0, start - 1)..<end).contains { rows.contains($0) || before[$0] != wraps[$0] }
            if isDirty { look(at: start..<end, of: terminal) }
        }
    }

    private mutating func look(at rows: Range<Int>, of terminal: Terminal) {
        line.removeAll(keepingCapacity: true)
        for row in rows {
            matches[row] = false
            terminal.withRow(row) { append($0, symbols: terminal.symbols) }
        }
        switch pattern.kind {
        case .text(let text): matches[rows.lowerBound] = Self.contains(line, text)
        case .regex(let regex): matches[rows.lowerBound] = matchesRegex(regex)
        }
    }

    private mutating func append(_ cells: UnsafeBufferPointer<Cell>, symbols: @autoclosure () -> Symbols) {
        let folds = pattern.ignoresCase && pattern.isText
        for cell in cells where !cell.attributes.contains(.wideTrail) {
            if cell.content & Cell.clusterFlag != 0 {
                for scalar in symbols().text(of: cell).unicodeScalars {
                    line.append(folds ? TextPattern.lowercase(scalar.value) : scalar.value)
                }
            } else {
                let scalar = cell.content == 0 ? 0x20 : cell.content
                line.append(folds ? TextPattern.lowercase(scalar) : scalar)
            }
        }
    }

    private mutating func matchesRegex(_ regex: Regex<AnyRegexOutput>) -> Bool {
        while line.last == 0x20 { line.removeLast() }
        if let answer = known[line] { return answer }
        var text = String.UnicodeScalarView()
        for value in line { text.append(Unicode.Scalar(value) ?? "\u{FFFD}") }
        let answer = (try? regex.firstMatch(in: String(text))) != nil
        if known.count >= 4096 { known.removeAll(keepingCapacity: true) }
        known[line] = answer
        return answer
    }

    static func contains(_ line: [UInt32], _ text: [UInt32]) -> Bool {
        line.withUnsafeBufferPointer { line in
            text.withUnsafeBufferPointer { text in
                guard !text.isEmpty, line.count >= text.count else { return false }
                let first = text[0]
                for start in 0...line.count - text.count where line[start] == first {
                    var index = 1
                    while index < text.count, line[start + index] == text[index] { index += 1 }
                    if index == text.count { return true }
                }
                return false
            }
        }
    }
}

extension TextPattern {
    var isText: Bool {
        if case .text = kind { return true }
        return false
    }
}
