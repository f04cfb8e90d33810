/// A set of screen rows, kept as bits: cheap to make, join and ask.
public struct RowSet: Hashable, Sendable {
    private var low: UInt64 = 0
    private var high: [UInt64] = []

    public init() {}

    /// Rows `0..<count`.
    public static func all(_ count: Int) -> RowSet {
        var set = RowSet()
        set.insert(0..<max(0, count))
        return set
    }

    public var isEmpty: Bool { low == 0 && high.allSatisfy { $0 == 0 } }

    public func contains(_ row: Int) -> Bool {
        guard row >= 64 else { return row >= 0 && low & (1 << UInt64(row)) != 0 }
        let word = row / 64 - 1
        return word < high.count && high[word] & (1 << UInt64(row % 64)) != 0
    }

    public mutating func insert(_ row: Int) {
        guard row >= 64 else {
            if row >= 0 { low |= 1 << UInt64(row) }
            return
        }
        let word = row / 64 - 1
        while high.count <= word { high.append(0) }
        high[word] |= 1 << UInt64(row % 64)
    }

    public mutating func insert(_ rows: Range<Int>) {
        let start = max(0, rows.lowerBound)
        guard start < rows.upperBound else { return }
        if start < 64 {
            let below = rows.upperBound >= 64 ? UInt64.max : (1 << UInt64(rows.upperBound)) - 1
            low |= below & ~((1 << UInt64(start)) - 1)
        }
        for row in max(64, start)..<max(64, rows.upperBound) { insert(row) }
    }

    public mutating func formUnion(_ other: RowSet) {
        low |= other.low
        for (word, bits) in other.high.enumerated() where bits != 0 {
            while high.count <= word { high.append(0) }
            high[word] |= bits
        }
    }
}
