import Playback
import Processes
import Recording
import ScreenModel
import WorkbenchModel

/// Reads what scrolled off a pane's screen, from its recording, beside everything else the workbench does.
final class CopyCapture {
    private let history: LineHistory
    private var slice = WorkSlice()
    /// Until then the recording may lack what the screen shows: a host writes what its program did within 250 ms.
    private let patience: UInt64
    private(set) var due: UInt64 = 0

    enum Progress {
        case reading
        case lines([CopyModel.Line], symbols: Symbols, screen: Int)
        case failed(String)
    }

    /// - Parameters:
    ///   - frame: the screen that the lines are to be above.
    ///   - end: when that was, in the recording.
    ///   - isLive: what belongs to the screen may not have been written yet.
    init(_ reader: RecordingReader, _ frame: Frame, through end: SessionTime, isLive: Bool) {
        history = LineHistory(reader, size: frame.size, through: end)
        patience = isLive ? MonotonicClock.now() + 600_000_000 : 0
    }

    /// One slice of some milliseconds.
    func advance(_ now: UInt64) -> Progress {
        guard now >= due else { return .reading }
        do {
            let outcome = try history.read(work: slice.bytes)
            slice.took(MonotonicClock.now() - now)
            guard outcome == .done else { return .reading }
            let (scrolled, screen) = history.lines
            let lines =
                scrolled.map { CopyModel.Line(cells: $0.cells, wraps: $0.wraps) }
                + (0..<screen.size.rows).map { CopyModel.Line(cells: Array(screen.row($0)), wraps: screen.wraps[$0]) }
            return .lines(lines, symbols: screen.symbols, screen: screen.size.rows)
        } catch {
            return .failed("\(error)")
        }
    }

    /// What was read doesn't fit the screen yet.
    ///
    /// - Returns: whether it will be read again.
    func retry(_ now: UInt64) -> Bool {
        guard now < patience else { return false }
        do {
            try history.refresh()
        } catch {
            return false
        }
        due = now + 100_000_000
        return true
    }
}
