import Emulation
import Recording
import ScreenModel

/// A recording as a screen at any time, exactly as an unbroken replay shows it then.
///
/// It owns the reader and one terminal. How far it ever played is its *frontier*; up to there, checkpoints make every
/// jump short, and anchors say on which lines moments and snapshots are. Beyond it, a jump plays through. All longer
/// work comes in slices of so many bytes of output, so that keys can come between. For one thread at a time.
public final class Player {
    public struct Options: Hashable, Sendable {
        /// Output bytes between checkpoints, to begin with.
        public var checkpointInterval: UInt64 = 128 << 10
        /// Bytes of memory for all checkpoints.
        public var checkpointMemory = 72 << 20
        public var scrollbackLimit = 10_000

        public init() {}
    }

    /// How a slice of work ended.
    public enum Outcome: Hashable, Sendable {
        case done
        /// The slice was used up; call again.
        case unfinished
    }

    public let reader: RecordingReader
    let terminal: Terminal
    public internal(set) var timeline: Timeline
    /// The playhead. The screen is that of the last step at or before it.
    public internal(set) var time = SessionTime.zero
    /// What went wrong while reading; playing goes on without it.
    public internal(set) var warnings: [RecordingWarning] = []

    // Where the terminal is.
    var place = Place.start
    var stepTime = SessionTime.zero

    // How far was ever played. Nothing is set aside while the terminal itself is there.
    var frontier = Place.start
    var frontierTime = SessionTime.zero
    var setAside: SetAsideState?

    var checkpoints: CheckpointStore
    var cache = BlockCache()
    var search: TimeSearch?
    /// The block whose last bytes were still missing when it was read.
    var tornBlock: Int?

    public init(_ reader: RecordingReader, options: Options = Options()) {
        self.reader = reader
        checkpoints = CheckpointStore(interval: options.checkpointInterval, memoryLimit: options.checkpointMemory)
        timeline = reader.summary.map(Timeline.init) ?? Timeline()
        terminal = Terminal(size: Size(columns: 80, rows: 24), scrollbackLimit: options.scrollbackLimit)
        if reader.summary == nil { estimateFacts() }
        terminal.resize(to: timeline.initialSize)
        timeline.density = Density(duration: timeline.duration)
        checkpoints.append(savedPosition())
        // A recording without times may be all at zero: the first picture doesn't wait for that.
        var work = 1 << 20
        run(to: Bound(time: .zero), work: &work)
    }

    /// Without a summary the ends of the file still tell size and duration.
    private func estimateFacts() {
        if let last = reader.blocks.indices.last {
            timeline.duration = block(last).decoded.endTime
        }
        for event in reader.blocks.isEmpty ? [] : block(0).decoded.events {
            guard case .resize(let columns, let rows) = event.kind else { continue }
            timeline.initialSize = Size(columns: columns, rows: rows)
            break
        }
    }

    /// The decoded block; what can't be read is empty, with a warning.
    func block(_ index: Int) -> PlaybackBlock {
        cache.block(index) { index in
            do {
                let block = try reader.block(index)
                for warning in block.warnings where !warnings.contains(warning) { warnings.append(warning) }
                return block
            } catch {
                let info = reader.blocks[index]
                let warning = RecordingWarning(path: reader.path, offset: info.position, reason: .torn)
                if !warnings.contains(warning) { warnings.append(warning) }
                return DecodedBlock(startOffset: info.startOffset, startTime: info.startTime)
            }
        }
    }

    // MARK: What is shown

    /// The screen at the playhead.
    public func frame() -> Frame { terminal.frame() }

    public var size: Size { terminal.size }
    public var cursor: Cursor { terminal.cursor }
    public var modes: Modes { terminal.modes }
    /// Absolute number of the screen's first row.
    public var topLine: Int { terminal.topLine }
    /// Output bytes up to the playhead.
    public var offset: UInt64 { terminal.offset }
    /// When the last output (or event) before the playhead came.
    public var lastStepTime: SessionTime { stepTime }

    /// When the next output or event comes; nil at the recording's end.
    public var nextStepTime: SessionTime? {
        var index = place.block
        var step = place.step
        while index < reader.blocks.count {
            let block = block(index)
            if step < block.steps.count { return block.steps[step].time }
            (index, step) = (index + 1, 0)
        }
        return nil
    }

    /// Whether all of the recording (as far as it is written) is before the playhead.
    public var isAtEnd: Bool { nextStepTime == nil && time >= timeline.duration }
}
