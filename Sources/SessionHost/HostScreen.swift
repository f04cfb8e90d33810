import Emulation
import Processes
import ScreenModel

/// The terminal of a session with what its viewers need: which rows changed since which version.
struct HostScreen {
    private let terminal: Terminal
    /// Counts changes; a viewer that has version `v` needs the rows whose own version is higher.
    private(set) var version: UInt64 = 1
    private var rowVersions: [UInt64]
    private var outcome = ScreenLane.Outcome()
    /// When the update that is under way began (DEC 2026), monotonic nanoseconds.
    private var updateSince: UInt64?

    init(size: Size, identity: TerminalIdentity) {
        terminal = Terminal(size: size, identity: identity)
        rowVersions = Array(repeating: 1, count: terminal.size.rows)
    }

    var size: Size { terminal.size }
    /// Output bytes that it has seen.
    var offset: UInt64 { terminal.offset }
    var modes: Modes { terminal.modes }
    var hasReplies: Bool { !outcome.replies.isEmpty }

    /// The absolute line the cursor is on: lines that left the top and rows above it.
    var cursorLine: Int { terminal.topLine + terminal.cursor.position.row }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        note(terminal.feed(bytes))
    }

    /// Takes the first bytes of what waits: much of it where lines only scroll by, else a piece of some 100 µs.
    ///
    /// - Returns: how many were taken.
    mutating func feedSome(_ bytes: UnsafeRawBufferPointer) -> Int {
        if bytes.count >= Self.worthSkimming {
            let skimmed = terminal.skim(UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.skimmedBytes)))
            if skimmed.count > 0 {
                note(skimmed.changes)
                return skimmed.count
            }
        }
        let piece = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.pieceBytes))
        feed(piece)
        return piece.count
    }

    private static let pieceBytes = 32 << 10
    private static let worthSkimming = 64 << 10
    private static let skimmedBytes = 256 << 10

    mutating func resize(to size: Size) {
        let changes = terminal.resize(to: size)
        rowVersions = Array(repeating: version, count: terminal.size.rows)
        note(changes)
        touchAll()
    }

    mutating func anchor(_ token: UInt64) {
        outcome.anchors.append((token, cursorLine))
    }

    mutating func fail(_ problem: String) { outcome.problem = problem }

    mutating func takeOutcome() -> ScreenLane.Outcome {
        defer { outcome = ScreenLane.Outcome() }
        return outcome
    }

    /// Whether a program asked that what it is drawing now isn't shown yet. Believed for 150 ms.
    mutating func holdsFrames() -> Bool {
        guard terminal.modes.synchronizedUpdate else {
            updateSince = nil
            return false
        }
        let now = MonotonicClock.now()
        let since = updateSince ?? now
        updateSince = since
        return now - since < 150_000_000
    }

    private mutating func note(_ changes: Changes) {
        version += 1
        for row in rowVersions.indices where changes.rows.contains(row) { rowVersions[row] = version }
        outcome.replies += changes.replies
        // A flood of bells or titles must not eat memory while no loop collects them.
        outcome.events += changes.events.prefix(max(0, Self.eventLimit - outcome.events.count))
    }

    private mutating func touchAll() {
        version += 1
        for row in rowVersions.indices { rowVersions[row] = version }
    }

    private static let eventLimit = 1024

    /// What stands on it now.
    func glimpse() -> AgentWatch.Glimpse {
        let symbols = terminal.symbols
        let cursor = terminal.cursor.position
        var promptLine = ""
        let lines = (0..<terminal.size.rows).map { row in
            terminal.withRow(row) { cells in
                var end = cells.count
                while end > 0, cells[end - 1].isBlank { end -= 1 }
                var text = ""
                for cell in cells[..<end] { text += symbols.text(of: cell) }
                if row == cursor.row, !terminal.modes.alternateScreen {
                    promptLine = cells.prefix(cursor.column).map { symbols.text(of: $0) }.joined()
                }
                return text
            }
        }
        return AgentWatch.Glimpse(lines: lines, promptLine: promptLine)
    }

    /// What a viewer that has `known` lacks.
    func update(since known: FrameUpdate.Known) -> FrameUpdate {
        let symbols = terminal.symbols
        var update = FrameUpdate(
            size: terminal.size, cursor: terminal.cursor, modes: terminal.modes, title: terminal.title,
            topLine: terminal.topLine)
        let whole = known.size != terminal.size
        update.firstCluster = whole ? 0 : min(known.clusters, symbols.clusters.count)
        update.firstExtra = whole ? 0 : min(known.extras, symbols.extras.count)
        update.clusters = Array(symbols.clusters[update.firstCluster...])
        update.extras = Array(symbols.extras[update.firstExtra...])
        let wraps = terminal.wraps
        for row in rowVersions.indices where whole || rowVersions[row] > known.version {
            let cells = terminal.withRow(row) { cells in
                var end = cells.count
                while end > 0, cells[end - 1] == .blank { end -= 1 }
                return Array(cells[..<end])
            }
            update.rows.append(FrameUpdate.Row(index: row, wraps: wraps[row], cells: cells))
        }
        return update
    }
}
