/// “Did you mean …”: finds the right name for one that is nearly right.
public enum NearestName {
    /// The name in `names` that differs least from `name`, if it is near enough to be what was meant.
    public static func to(_ name: String, in names: [String]) -> String? {
        let wanted = Array(name.utf8)
        let ranked = names.map { (distance: distance(wanted, Array($0.utf8)), name: $0) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, wanted.count / 3) ? best.name : nil
    }

    /// The name that differs in so many letters at most, if it isn't one of them itself.
    public static func mistyped(_ name: String, in names: [String], within limit: Int) -> String? {
        guard !names.contains(name) else { return nil }
        let ranked = names.map { (distance: distance(Array(name.utf8), Array($0.utf8)), name: $0) }
        return ranked.min { $0.distance < $1.distance }.flatMap { $0.distance <= limit ? $0.name : nil }
    }

    /// Levenshtein's, one row at a time.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let change = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
