import Recording

/// How much output came when: bytes per equal part of a session whose length may still grow.
public struct Density: Hashable, Sendable {
    public static let bucketCount = 512

    private var buckets = [UInt64](repeating: 0, count: bucketCount)
    /// Milliseconds per bucket.
    private var width: Int64

    public init(duration: SessionTime) {
        width = max(1, duration.milliseconds / Int64(Self.bucketCount) + 1)
    }

    public mutating func add(_ bytes: Int, at time: SessionTime) {
        let milliseconds = max(0, time.milliseconds)
        while milliseconds / width >= Int64(Self.bucketCount) { widen() }
        buckets[Int(milliseconds / width)] &+= UInt64(max(0, bytes))
    }

    /// Twice the time per bucket. Ends: the width outgrows any time after 63 turns.
    private mutating func widen() {
        for index in 0..<Self.bucketCount / 2 { buckets[index] = buckets[2 * index] &+ buckets[2 * index + 1] }
        for index in Self.bucketCount / 2..<Self.bucketCount { buckets[index] = 0 }
        width = width > .max / 2 ? .max : width * 2
    }

    /// One value per equal part of `duration`, 255 for the busiest, by square root so that quiet output shows.
    public func levels(_ count: Int, duration: SessionTime) -> [UInt8] {
        guard count > 0, duration.milliseconds > 0 else { return [] }
        var sums = [Double](repeating: 0, count: count)
        for (index, bytes) in buckets.enumerated() where bytes > 0 {
            let part = Double(index) * Double(width) / Double(duration.milliseconds)
            guard part <= 1 else { break }
            sums[min(count - 1, Int(part * Double(count)))] += Double(bytes)
        }
        guard let most = sums.max(), most > 0 else { return [] }
        return sums.map { UInt8(($0 / most).squareRoot() * 255) }
    }
}
