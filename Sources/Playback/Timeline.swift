import Recording
import ScreenModel

/// What there is in a session and where: from its summary, or as far as it was read.
public struct Timeline: Hashable, Sendable {
    /// A place on the screen and in the scrollback: where the cursor was at a byte of the output.
    public struct Line: Hashable, Sendable {
        /// Counted from the first line the session ever had, 0; what scrolls off keeps its number.
        public var line: Int
        /// From 0.
        public var column: Int
        public var isAlternateScreen: Bool
    }

    public var metadata: SessionMetadata?
    public var branch: BranchMetadata?
    public var initialSize = Size(columns: 80, rows: 24)
    public var duration = SessionTime.zero
    public var exit: ExitStatus?
    public var moments: [Anchored<Moment>] = []
    public var snapshots: [Anchored<SnapshotReference>] = []
    /// What the program was doing since when.
    public var states: [Anchored<StateChange>] = []
    public var resizes: [Anchored<Size>] = []
    public var gaps: [Anchored<Gap>] = []
    /// For each moment and snapshot, in the same order, as far as is indexed.
    public internal(set) var momentLines: [Line] = []
    public internal(set) var snapshotLines: [Line] = []
    /// Output bytes before the place up to which is indexed.
    public internal(set) var indexedBytes: UInt64 = 0
    public internal(set) var indexedTime = SessionTime.zero
    public internal(set) var isIndexed = false
    /// The closing block is there: nothing will follow.
    public internal(set) var isFinished = false
    public internal(set) var density = Density(duration: .zero)

    public init() {}

    init(_ summary: Summary) {
        complete(with: summary)
    }

    /// The session ended: what its summary says replaces what was gathered. Lines and density stay.
    mutating func complete(with summary: Summary) {
        metadata = summary.metadata
        branch = summary.branch
        initialSize = summary.initialSize
        duration = summary.duration
        exit = summary.exit
        moments = summary.moments
        snapshots = summary.snapshots
        states = summary.states
        resizes = summary.resizes
        gaps = summary.gaps
        isFinished = true
    }

    /// How much is indexed, 0 … 1, by time.
    public var progress: Double {
        guard !isIndexed else { return 1 }
        guard duration.milliseconds > 0 else { return 0 }
        return min(1, max(0, Double(indexedTime.milliseconds) / Double(duration.milliseconds)))
    }

    /// A file that is all holes must not take time by the square of them.
    private static let gapLimit = 1000

    /// Takes in what playing came across. With a summary all but gaps is known already.
    mutating func note(_ event: Event, hasSummary: Bool) {
        duration = max(duration, event.time)
        if case .gap(let gap) = event.kind {
            let gap = Anchored(time: event.time, offset: event.offset, value: gap)
            if gaps.count < Self.gapLimit, !gaps.contains(gap) { gaps.append(gap) }
        }
        guard !hasSummary else { return }
        switch event.kind {
        case .moment(let moment): moments.append(anchor(moment, event))
        case .snapshot(let snapshot): snapshots.append(anchor(snapshot, event))
        case .state(let change): states.append(anchor(change, event))
        case .resize(let columns, let rows): resizes.append(anchor(Size(columns: columns, rows: rows), event))
        case .metadata(let facts): metadata = facts
        case .branch(let facts): branch = facts
        case .exit(let status): exit = status
        default: break
        }
    }

    private func anchor<Value>(_ value: Value, _ event: Event) -> Anchored<Value> {
        Anchored(time: event.time, offset: event.offset, value: value)
    }

    /// How many of each are known: what is kept when a block is read anew.
    struct Counts: Hashable, Sendable {
        var moments = 0
        var snapshots = 0
        var states = 0
        var resizes = 0
        var gaps = 0
    }

    var counts: Counts {
        Counts(
            moments: moments.count, snapshots: snapshots.count, states: states.count, resizes: resizes.count,
            gaps: gaps.count)
    }

    /// For recordings without a summary, whose lists grow with the frontier.
    mutating func forget(allBut counts: Counts) {
        moments.removeSubrange(min(counts.moments, moments.count)...)
        snapshots.removeSubrange(min(counts.snapshots, snapshots.count)...)
        states.removeSubrange(min(counts.states, states.count)...)
        resizes.removeSubrange(min(counts.resizes, resizes.count)...)
        gaps.removeSubrange(min(counts.gaps, gaps.count)...)
        momentLines.removeSubrange(min(counts.moments, momentLines.count)...)
        snapshotLines.removeSubrange(min(counts.snapshots, snapshotLines.count)...)
        isIndexed = false
    }
}
