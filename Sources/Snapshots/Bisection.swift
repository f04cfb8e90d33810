/// Finds the first bad one of a row of snapshots by testing few of them. Decides only: what to test next, and what a
/// result means. The first one must prove good and the last one bad before anything between them is tested.
public struct Bisection: Hashable, Sendable {
    public enum Verdict: String, Codable, Sendable {
        case good, bad
        /// It can't be tested (status 125), or the test didn't give the same result twice.
        case skip
    }

    public enum State: Hashable, Sendable {
        case running
        /// `first` is bad and the one before it good.
        case found(first: Int)
        /// Only skipped ones are left between a good and a bad one: any of `candidates` may be the first bad one.
        case undecided(candidates: ClosedRange<Int>)
        /// The search can't begin: this end isn't what it was said to be.
        case invalid(End, Verdict)
    }

    public enum End: String, Codable, Sendable {
        case good, bad
    }

    public let count: Int
    public private(set) var verdicts: [Int: Verdict] = [:]
    public private(set) var state: State

    /// - Parameter count: 2 at least, from the good end to the bad one.
    public init(count: Int) {
        precondition(count >= 2, "one snapshot can't be good and bad")
        self.count = count
        state = .running
    }

    /// Tests at most that are needed one after the other when nothing is skipped, both ends included.
    public var stepLimit: Int {
        var steps = 2
        var between = count - 2
        while between > 0 {
            between /= 2
            steps += 1
        }
        return steps
    }

    /// The last one known to be good below the first known to be bad.
    private var bounds: (good: Int, bad: Int) {
        let bad = verdicts.filter { $0.value == .bad }.keys.min() ?? count - 1
        let good = verdicts.filter { $0.value == .good && $0.key < bad }.keys.max() ?? 0
        return (good, bad)
    }

    /// Whether the result of a test that runs would still tell something.
    public func isUseful(_ index: Int) -> Bool {
        guard state == .running, verdicts[index] == nil else { return false }
        return !endsAreProved ? index == 0 || index == count - 1 : index > bounds.good && index < bounds.bad
    }

    private var endsAreProved: Bool { verdicts[0] == .good && verdicts[count - 1] == .bad }

    /// What to start now so that `limit` tests run at a time: those that part what is left most evenly, beside those
    /// that run already.
    public func next(limit: Int, running: Set<Int> = []) -> [Int] {
        guard state == .running else { return [] }
        var chosen: [Int] = []
        while chosen.count + running.count < limit {
            let taken = running.union(chosen)
            guard let index = endsAreProved ? mostEven(taken) : nextEnd(taken) else { break }
            chosen.append(index)
        }
        return chosen
    }

    private func nextEnd(_ taken: Set<Int>) -> Int? {
        [0, count - 1].first { verdicts[$0] == nil && !taken.contains($0) }
    }

    /// The one nearest to the middle of the widest stretch between those that are known or being tested.
    private func mostEven(_ taken: Set<Int>) -> Int? {
        let (good, bad) = bounds
        let walls = [good] + taken.filter { $0 > good && $0 < bad }.sorted() + [bad]
        let stretches = zip(walls, walls.dropFirst()).sorted { $0.1 - $0.0 > $1.1 - $1.0 }
        for (low, high) in stretches {
            let middle = (low + high) / 2
            let free = (low + 1..<max(low + 1, high)).filter { verdicts[$0] == nil }
            if let nearest = free.min(by: { abs($0 - middle) < abs($1 - middle) }) { return nearest }
        }
        return nil
    }

    /// Takes in a test's result.
    public mutating func note(_ verdict: Verdict, of index: Int) {
        guard state == .running, verdicts[index] == nil, (0..<count).contains(index) else { return }
        verdicts[index] = verdict
        if index == 0, verdict != .good { return state = .invalid(.good, verdict) }
        if index == count - 1, verdict != .bad { return state = .invalid(.bad, verdict) }
        guard endsAreProved else { return }
        let (good, bad) = bounds
        guard (good + 1..<bad).allSatisfy({ verdicts[$0] == .skip }) else { return }
        state = bad == good + 1 ? .found(first: bad) : .undecided(candidates: good + 1...bad)
    }

    /// Ones that proved good although one before them was bad: the change came more than once, and the first is found.
    public var contradictions: [Int] {
        let bad = bounds.bad
        return verdicts.filter { $0.value == .good && $0.key > bad }.keys.sorted()
    }
}
