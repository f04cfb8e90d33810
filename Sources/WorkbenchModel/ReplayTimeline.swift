/// What a replay's timeline shows: a session's length and the points on it. Times are milliseconds from its start.
public struct ReplayTimeline: Hashable, Sendable {
    /// A moment or a snapshot.
    public struct Point: Hashable, Sendable {
        public var id: UInt64
        public var label: String
        public var milliseconds: Int64

        public init(id: UInt64, label: String, milliseconds: Int64) {
            self.id = id
            self.label = label
            self.milliseconds = milliseconds
        }
    }

    /// What the session's program did from a time on, for people to read.
    public struct State: Hashable, Sendable {
        public var text: String
        /// Whether it went on only when a person did something.
        public var waitsForPerson: Bool
        public var milliseconds: Int64

        public init(text: String, waitsForPerson: Bool, milliseconds: Int64) {
            self.text = text
            self.waitsForPerson = waitsForPerson
            self.milliseconds = milliseconds
        }
    }

    public var duration: Int64
    /// In order of time, as all lists here.
    public var moments: [Point]
    public var snapshots: [Point]
    public var states: [State] = []
    /// Moments of sessions whose clocks are tied to this one's, at this one's times.
    public var others: [Int64] = []
    /// Where branches of this session parted from it.
    public var branches: [Int64] = []
    public var resizes: [Int64]
    public var gaps: [Int64]
    /// Output per equal part of the duration, each 0 … 255 of the busiest; empty while unknown.
    public var density: [UInt8]
    /// How much of it is indexed: 0 … 1.
    public var indexed: Double
    /// The session still runs: the end moves.
    public var isLive: Bool

    public init(
        duration: Int64 = 0, moments: [Point] = [], snapshots: [Point] = [], resizes: [Int64] = [], gaps: [Int64] = [],
        density: [UInt8] = [], indexed: Double = 1, isLive: Bool = false
    ) {
        self.duration = duration
        self.moments = moments
        self.snapshots = snapshots
        self.resizes = resizes
        self.gaps = gaps
        self.density = density
        self.indexed = indexed
        self.isLive = isLive
    }

    /// How many moments lie at or before a time.
    public func momentsReached(at milliseconds: Int64) -> Int {
        Self.count(of: moments, through: milliseconds)
    }

    /// The last snapshot at or before a time: what a branch made there starts from.
    public func snapshot(at milliseconds: Int64) -> Point? {
        let count = Self.count(of: snapshots, through: milliseconds)
        return count > 0 ? snapshots[count - 1] : nil
    }

    /// What the program was doing at a time; nil where nothing is known of it.
    public func state(at milliseconds: Int64) -> State? {
        let index = states.partitioningIndex { $0.milliseconds > milliseconds }
        return index > 0 ? states[index - 1] : nil
    }

    static func next(in points: [Point], after milliseconds: Int64) -> Point? {
        let index = count(of: points, through: milliseconds)
        return index < points.count ? points[index] : nil
    }

    static func previous(in points: [Point], before milliseconds: Int64) -> Point? {
        let index = count(of: points, through: milliseconds - 1)
        return index > 0 ? points[index - 1] : nil
    }

    private static func count(of points: [Point], through milliseconds: Int64) -> Int {
        points.partitioningIndex { $0.milliseconds > milliseconds }
    }
}

extension Array {
    /// The index of the first element that belongs to the second part; all of the first come before it.
    fileprivate func partitioningIndex(where isSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
