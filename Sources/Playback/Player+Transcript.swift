import Recording
import ScreenModel

extension Player {
    /// A line that left the top of the screen, as it was then.
    public struct ScrolledLine {
        public let cells: [Cell]
        public let symbols: Symbols
        /// Its text goes on in the next line.
        public let wraps: Bool
    }

    /// Plays from the start to a time and hands over every line that leaves the top of the screen; ``frame()`` is then
    /// what is left. Make the player with a scrollback that holds what one read can push out.
    ///
    /// - Parameter take: returns false to stop.
    public func transcript(through end: SessionTime? = nil, _ take: (ScrolledLine) -> Bool) {
        go(to: .start)
        let end = end ?? timeline.duration
        var next = terminal.scrollback.first
        var outcome = Outcome.unfinished
        while outcome == .unfinished {
            var work = 4096
            outcome = seek(to: end, work: &work)
            next = max(next, terminal.scrollback.first)
            while next < terminal.scrollback.end {
                guard let cells = terminal.scrollbackLine(next) else { break }
                let line = ScrolledLine(
                    cells: cells, symbols: terminal.symbols, wraps: terminal.scrollbackLineWraps(next))
                guard take(line) else { return }
                next += 1
            }
        }
    }
}
