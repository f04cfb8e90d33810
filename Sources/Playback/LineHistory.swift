import Emulation
import Recording
import ScreenModel

/// The lines above a screen, from the last part of a recording's output: found in about the same time however long the
/// recording is.
///
/// A terminal of its own begins some way before the time and plays up to it, from the start where that is near. Begun in
/// the middle, it takes the screen's present size for the one before the first resize that it meets, and colours that were
/// set earlier are missing up to where the program sets them again.
public final class LineHistory {
    public struct Options: Hashable, Sendable {
        public var lineLimit = 10_000
        /// Output bytes to begin with; four times as many are played as long as there are too few lines.
        public var bytes: UInt64 = 2 << 20
        public var byteLimit: UInt64 = 32 << 20

        public init() {}
    }

    private let reader: RecordingReader
    private let size: Size
    private let end: SessionTime
    private let options: Options
    private var bytes: UInt64
    private var terminal: Terminal
    private var place: Place
    private var block: PlaybackBlock?
    /// Output before this one is left out.
    private var start: UInt64 = 0
    /// A line's end was met since, so that no sequence is fed from its middle.
    private var isSynchronized = false

    /// - Parameters:
    ///   - size: of the screen at `end`.
    ///   - end: nothing later is played.
    public init(_ reader: RecordingReader, size: Size, through end: SessionTime, options: Options = Options()) {
        self.reader = reader
        self.size = size
        self.end = end
        self.options = options
        bytes = options.bytes
        terminal = Terminal(size: size, scrollbackLimit: options.lineLimit)
        place = .start
        begin()
    }

    /// Looks for what was written since, and begins anew.
    public func refresh() throws(RecordingError) {
        _ = try reader.refresh()
        begin()
    }

    /// Plays on by about so many bytes of output.
    ///
    /// - Returns: `done` when ``lines`` are there.
    public func read(work: Int) throws(RecordingError) -> Player.Outcome {
        var work = work
        while let step = try nextStep() {
            guard work > 0 else { return .unfinished }
            guard step.time <= end else { break }
            play(step)
            work -= Int(step.count) + 64
            place.step += 1
        }
        guard start > 0, bytes < options.byteLimit, terminal.topLine < options.lineLimit else { return .done }
        bytes = min(bytes * 4, options.byteLimit)
        begin()
        return .unfinished
    }

    /// What left the top of the screen, the oldest first, then the screen's own rows.
    public var lines: (scrolled: [Player.ScrolledLine], screen: Frame) {
        let symbols = terminal.symbols
        let kept = terminal.scrollback
        let scrolled = (kept.first..<kept.end).map { line in
            Player.ScrolledLine(
                cells: terminal.scrollbackLine(line) ?? [], symbols: symbols, wraps: terminal.scrollbackLineWraps(line))
        }
        return (scrolled, terminal.frame())
    }

    /// Takes a terminal to where playing begins.
    private func begin() {
        block = nil
        isSynchronized = false
        let last = reader.blocks.lastIndex { $0.startTime <= end } ?? 0
        guard reader.blocks.indices.contains(last) else {
            (place, start) = (.start, 0)
            return
        }
        let total = (try? reader.block(last))?.endOffset.value ?? reader.blocks[last].startOffset.value
        start = total > bytes ? total - bytes : 0
        let first = reader.blocks[...last].lastIndex { $0.startOffset.value <= start } ?? 0
        place = Place(block: first, step: 0)
        if first == 0, reader.blocks[first].startOffset.value >= start { start = 0 }
        terminal = Terminal(size: size, scrollbackLimit: options.lineLimit)
    }

    private func nextStep() throws(RecordingError) -> Step? {
        while place.block < reader.blocks.count {
            if block == nil { block = PlaybackBlock(try reader.block(place.block)) }
            if let block, place.step < block.steps.count { return block.steps[place.step] }
            place = Place(block: place.block + 1, step: 0)
            block = nil
        }
        return nil
    }

    private func play(_ step: Step) {
        guard let block else { return }
        guard step.isOutput else {
            if case .resize(let columns, let rows) = block.decoded.events[Int(step.event)].kind {
                terminal.resize(to: Size(columns: columns, rows: rows))
            }
            return
        }
        var first = Int(step.start)
        let end = first + Int(step.count)
        let offset = block.decoded.startOffset.value
        if !isSynchronized, start > 0 {
            // Not in the middle of a sequence: after the first line's end.
            first = max(first, Int(clamping: start > offset ? start - offset : 0))
            guard first < end, let lineEnd = block.decoded.output[first..<end].firstIndex(of: 0x0A) else { return }
            first = lineEnd + 1
            isSynchronized = true
        }
        guard first < end else { return }
        block.decoded.output.withUnsafeBytes { bytes in
            _ = terminal.feed(UnsafeRawBufferPointer(rebasing: bytes[first..<end]))
        }
    }
}
