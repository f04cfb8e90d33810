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

    public var duration: Int64
    /// In order of time, as all lists here.
    public var moments: [Point]
    public var snapshots: [Point]
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

    static func next(in points: [Point], after milliseconds: Int64) -> Point? {
        let index = count(of: points, through: milliseconds)
        return index < points.count ? points[index] : nil
    }

    static func previous(in points: [Point], before milliseconds: Int64) -> Point? {
        let index = count(of: points, through: milliseconds - 1)
        return index > 0 ? points[index - 1] : nil
    }

    /// Binary search: points are in order.
    private static func count(of points: [Point], through milliseconds: Int64) -> Int {
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].milliseconds <= milliseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
