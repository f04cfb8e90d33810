import Emulation
import Recording

extension Player {
    /// For reading a recording once through: no jumps, so no checkpoints.
    public static var readingOptions: Options {
        var options = Options()
        options.checkpointInterval = 1 << 40
        options.scrollbackLimit = 1_000_000
        return options
    }

    /// Plays on from where it is and hands over every line of text that was shown, also by programs that draw the whole screen.
    ///
    /// The screen is looked at a few times a second, so that what flashed by for less is not among them.
    ///
    /// - Parameters:
    ///   - history: what is known so far; keep it to go on when there is more.
    ///   - take: gets the lines in the order in which they left the screen; returns false to stop.
    public func showText(_ history: inout TextHistory, _ take: (ShownLine) -> Bool) {
        var rows = history.rows
        var isOpen = true
        // What it shows already at time zero was played when the player was made.
        history.text.look(at: terminal, rows: rows, time: stepTime.milliseconds)
        while isOpen, let next = nextStepTime {
            let until = SessionTime(milliseconds: next.milliseconds + TextHistory.interval)
            var outcome = Outcome.unfinished
            while isOpen, outcome == .unfinished {
                var work = 1 << 16
                outcome = run(to: Bound(time: until), work: &work, singly: false) { changes in
                    rows.formUnion(changes.rows)
                    return true
                }
                history.text.look(at: terminal, rows: rows, time: stepTime.milliseconds)
                rows = RowSet()
                for line in history.text.take() where isOpen { isOpen = take(line) }
            }
        }
        history.rows = rows
    }

    /// The lines that are still on the screen. To be called once, after the last ``showText(_:_:)``.
    public func showRest(_ history: inout TextHistory, _ take: (ShownLine) -> Bool) {
        history.text.end(terminal, time: stepTime.milliseconds)
        for line in history.text.take() where !take(line) { return }
    }

    /// The lines above the cursor that were not handed over yet, for following a log: a line is done when the cursor is past it.
    ///
    /// - Returns: nil while a program draws the whole screen.
    public func completedLines(after line: inout Int) -> [[UInt8]]? {
        guard !terminal.modes.alternateScreen else { return nil }
        let end = terminal.topLine + terminal.cursor.position.row
        line = max(line, terminal.scrollback.first)
        var result: [[UInt8]] = []
        var open: [UInt8] = []
        let wraps = terminal.wraps
        while line < end {
            let row = line - terminal.topLine
            let continues: Bool
            if row < 0 {
                let cells = terminal.scrollbackLine(line) ?? []
                cells.withUnsafeBufferPointer { ShownText.append($0, to: &open, terminal) }
                continues = terminal.scrollbackLineWraps(line)
            } else {
                terminal.withRow(row) { ShownText.append($0, to: &open, terminal) }
                continues = wraps[row]
            }
            line += 1
            if !continues {
                result.append(ShownText.trimmed(open))
                open = []
            }
        }
        return result
    }

    /// Plays on through what there is.
    public func playThrough() {
        var work = Int.max
        run(to: Bound(), work: &work)
    }
}

/// What ``Player/showText(_:_:)`` remembers between two calls.
public struct TextHistory {
    var text = ShownText()
    var rows = RowSet()
    /// Milliseconds between two looks at the screen.
    static let interval: Int64 = 200

    public init() {}

    /// Lines before this absolute one are known already.
    public mutating func skip(linesBefore line: Int) { text.skip(linesBefore: line) }
}
