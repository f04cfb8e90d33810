/// The snapshots of a session among which the first bad one is looked for.
public struct BisectionRow: Hashable, Sendable {
    public let snapshots: [Snapshot]

    /// Leaves out what isn't a state of the session's own workspace, and ones in which nothing had changed.
    /// - Parameter all: a session's snapshots by number.
    public init(_ all: [Snapshot]) {
        let own = all.filter { ![.adopt, .beforeApply, .branch].contains($0.reason) }
        let folder = own.first?.workspace
        var row: [Snapshot] = []
        for snapshot in own where snapshot.workspace == folder {
            guard snapshot.sameAs == nil, snapshot.reference != row.last?.reference else { continue }
            row.append(snapshot)
        }
        snapshots = row
    }

    /// From the good one to the bad one.
    /// - Parameters: numbers within the session; nil for the first and the last one.
    /// - Throws: `noSuchSnapshot`, and `bisection` where there is nothing between which to look.
    public func between(good: UInt32?, bad: UInt32?) throws(SnapshotError) -> [Snapshot] {
        guard let first = snapshots.first else {
            throw .bisection("there are no snapshots of the session's workspace")
        }
        let low = try position(good) ?? 0
        let high = try position(bad) ?? snapshots.count - 1
        guard low < high else {
            let same = low == high ? "are one and the same, \(snapshots[low].name)" : "come in the wrong order"
            throw .bisection("the good and the bad snapshot \(same): the good one must come before the bad one")
        }
        precondition(first.session == snapshots[high].session, "one session")
        return Array(snapshots[low...high])
    }

    /// The place of a number; of one that was left out as unchanged, that of the one before it.
    private func position(_ number: UInt32?) throws(SnapshotError) -> Int? {
        guard let number else { return nil }
        guard let index = snapshots.lastIndex(where: { $0.number <= number }) else {
            throw .noSuchSnapshot("@\(number)", store: "the session's snapshots")
        }
        return index
    }
}
