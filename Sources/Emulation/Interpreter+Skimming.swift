import Glibc
import ScreenModel

/// Skimming over plain lines that will have scrolled away: what a flood of them leaves is its last lines, how many there
/// were, and the style that is set. So the screen of a flood costs little more than counting.
extension Interpreter {
    /// Takes the first bytes of a run of output as ``feed(_:count:)`` would, without showing the lines that leave no trace.
    ///
    /// Then screen, cursor, style, line numbers and the lines that a resize may take back are those of a terminal that was
    /// fed everything; the scrollback before them is gone.
    ///
    /// - Returns: the number of bytes taken; 0 where the run isn't plain, or too short to be worth it.
    mutating func skim(_ bytes: UnsafePointer<UInt8>, count: Int) -> Int {
        guard isPlain else { return 0 }
        var whole = counter(column: registers.pendingWrap ? columns : registers.column)
        let end = whole.count(bytes, from: 0, to: count)
        let height = registers.bottom + 1
        guard let cut = cut(bytes, to: end, lines: height + scrollback.reach + Self.spareLines), cut > end - cut,
            whole.printedEnd > cut
        else { return 0 }
        var rest = counter(column: 0)
        _ = rest.count(bytes, from: cut, to: end)
        // The cursor must be in the region's last row by then, so that from there on each line scrolls.
        let passed = whole.lines - rest.lines - (registers.bottom - registers.row)
        guard passed >= 0 else { return 0 }
        if whole.hasStyles { setStyle(bytes, to: cut) }
        pass(lines: passed)
        offset += UInt64(cut)
        feed(bytes + cut, count: end - cut)
        return end
    }

    /// Whether what is printed now goes straight to the grid, and a line feed scrolls from the top.
    private var isPlain: Bool {
        registers.state == .ground && registers.scalarRest == 0 && registers.charsets.isPlain && registers.autowrap
            && !registers.insertMode && !registers.newLineMode && registers.top == 0
            && registers.row <= registers.bottom
    }

    private func counter(column: Int) -> LineCounter {
        LineCounter(columns: columns, column: column, hasOwnTabs: registers.hasOwnTabs)
    }

    /// Where the last so many lines begin, behind a CR LF.
    private func cut(_ bytes: UnsafePointer<UInt8>, to end: Int, lines: Int) -> Int? {
        var rest = lines
        var index = end
        while let found = Self.last(0x0A, in: bytes, before: index) {
            index = found
            if rest <= 0, index > 0, bytes[index - 1] == 0x0D { return index + 1 }
            rest -= 1
        }
        return nil
    }

    private static func last(_ byte: UInt8, in bytes: UnsafePointer<UInt8>, before end: Int) -> Int? {
        var index = end - 1
        while index >= 0, bytes[index] != byte { index -= 1 }
        return index >= 0 ? index : nil
    }

    /// Sets the style that the bytes end with; they are plain lines.
    private mutating func setStyle(_ bytes: UnsafePointer<UInt8>, to end: Int) {
        var index = end
        var first = 0
        while let found = Self.last(0x1B, in: bytes, before: index) {
            index = found
            guard Self.isReset(bytes, at: index) else { continue }
            first = index
            break
        }
        index = first
        let before = offset
        while let found = memchr(bytes + index, 0x1B, end - index) {
            index = UnsafeRawPointer(found) - UnsafeRawPointer(bytes)
            guard let next = LineCounter.styleEnd(bytes, from: index, to: end) else { break }
            if bytes[next - 1] == 0x6D { feed(bytes + index, count: next - index) }
            index = next
        }
        offset = before
    }

    private static func isReset(_ bytes: UnsafePointer<UInt8>, at index: Int) -> Bool {
        bytes[index + 2] == 0x6D || bytes[index + 2] == 0x30 && bytes[index + 3] == 0x6D
    }

    /// Lets so many lines scroll by. The rows that are left are blank: they scroll away next.
    private mutating func pass(lines: Int) {
        for row in 0...registers.bottom { grid.fill(row, with: .blank) }
        dirty.insert(0..<registers.bottom + 1)
        move(row: registers.bottom, column: 0)
        registers.joinNext = false
        registers.flagHalf = false
        if registers.bottom == rows - 1 { scrolled += lines }
        guard hidden == nil else { return }
        noteScrolledLines(lines)
        scrollback.clear(at: registers.topLine)
    }

    /// Lines that are fed beyond those needed.
    private static let spareLines = 8
}
