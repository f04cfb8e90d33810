import TestSupport
import Testing

@testable import Snapshots

struct BisectionTests {
    /// Runs a search to its end with tests that finish in a random order.
    private func search(
        count: Int, firstBad: Int, skipped: Set<Int> = [], jobs: Int = 1, random: inout SeededRandom
    ) -> (bisection: Bisection, tested: Int) {
        var bisection = Bisection(count: count)
        var running: Set<Int> = []
        var tested = 0
        while bisection.state == .running {
            for index in bisection.next(limit: jobs, running: running) {
                #expect(bisection.isUseful(index) && !running.contains(index))
                running.insert(index)
            }
            #expect(running.count <= jobs)
            guard let done = running.sorted().randomElement(using: &random) else {
                Issue.record("nothing left to test")
                break
            }
            running.remove(done)
            tested += 1
            bisection.note(skipped.contains(done) ? .skip : done < firstBad ? .good : .bad, of: done)
            running = running.filter { bisection.isUseful($0) }
        }
        return (bisection, tested)
    }

    @Test(arguments: 1...4)
    func `the first bad one is found wherever it is`(jobs: Int) {
        var random = SeededRandom(seed: 7)
        for count in 2...40 {
            for firstBad in 1..<count {
                let (bisection, _) = search(count: count, firstBad: firstBad, jobs: jobs, random: &random)
                #expect(bisection.state == .found(first: firstBad))
                #expect(bisection.contradictions.isEmpty)
            }
        }
    }

    @Test func `the steps are those of halving`() {
        var random = SeededRandom(seed: 8)
        for count in [2, 3, 4, 5, 17, 100, 1000] {
            for firstBad in stride(from: 1, to: count, by: max(1, count / 37)) {
                let (bisection, tested) = search(count: count, firstBad: firstBad, random: &random)
                #expect(tested <= bisection.stepLimit, "\(count), \(firstBad)")
            }
        }
        #expect(Bisection(count: 2).stepLimit == 2)
        #expect(Bisection(count: 1026).stepLimit == 13)
    }

    @Test func `with skips it is found, or every one that it may be is named`() {
        var random = SeededRandom(seed: 9)
        for _ in 0..<2000 {
            let count = Int.random(in: 3...30, using: &random)
            let firstBad = Int.random(in: 1..<count, using: &random)
            let skipped = Set((1..<count - 1).filter { _ in Bool.random(using: &random) })
            let jobs = Int.random(in: 1...3, using: &random)
            let (bisection, _) = search(
                count: count, firstBad: firstBad, skipped: skipped, jobs: jobs, random: &random)
            switch bisection.state {
            case .found(let first): #expect(first == firstBad)
            case .undecided(let candidates):
                #expect(candidates.contains(firstBad) && candidates.count > 1)
                #expect(candidates.dropLast().allSatisfy { bisection.verdicts[$0] == .skip })
                #expect(bisection.verdicts[candidates.lowerBound - 1] == .good)
                #expect(bisection.verdicts[candidates.upperBound] == .bad)
            default: Issue.record("\(bisection.state)")
            }
        }
    }

    @Test func `two at a time take fewer rounds than one at a time`() {
        // Rounds in which all that runs ends together.
        func rounds(jobs: Int, firstBad: Int) -> Int {
            var bisection = Bisection(count: 500)
            var rounds = 0
            while bisection.state == .running {
                rounds += 1
                for index in bisection.next(limit: jobs) { bisection.note(index < firstBad ? .good : .bad, of: index) }
            }
            #expect(bisection.state == .found(first: firstBad))
            return rounds
        }
        for firstBad in [1, 77, 250, 499] {
            #expect(rounds(jobs: 3, firstBad: firstBad) < rounds(jobs: 1, firstBad: firstBad))
        }
    }

    @Test(arguments: [Bisection.Verdict.bad, .skip])
    func `a good end that isn't good ends it`(verdict: Bisection.Verdict) {
        var bisection = Bisection(count: 5)
        #expect(bisection.next(limit: 1) == [0])
        bisection.note(verdict, of: 0)
        #expect(bisection.state == .invalid(.good, verdict))
        #expect(bisection.next(limit: 4).isEmpty)
    }

    @Test func `a bad end that isn't bad ends it`() {
        var bisection = Bisection(count: 5)
        #expect(bisection.next(limit: 4) == [0, 4])
        bisection.note(.good, of: 0)
        bisection.note(.good, of: 4)
        #expect(bisection.state == .invalid(.bad, .good))
    }

    @Test func `a good one behind a bad one is pointed out`() {
        var bisection = Bisection(count: 10)
        for (index, verdict) in [(0, Bisection.Verdict.good), (9, .bad), (7, .good), (3, .bad), (2, .good)] {
            bisection.note(verdict, of: index)
        }
        #expect(bisection.state == .found(first: 3))
        #expect(bisection.contradictions == [7])
    }
}

struct BisectionOutcomeTests {
    @Test func `statuses mean what they mean to git bisect run`() {
        #expect(BisectionOutcome(status: 0) == .verdict(.good))
        #expect(BisectionOutcome(status: 1) == .verdict(.bad))
        #expect(BisectionOutcome(status: 124) == .verdict(.bad))
        #expect(BisectionOutcome(status: 125) == .verdict(.skip))
        #expect(BisectionOutcome(status: 127) == .verdict(.bad))
        #expect(BisectionOutcome(status: 128) == .abort(status: 128))
        #expect(BisectionOutcome(status: 137) == .abort(status: 137))
        #expect(BisectionOutcome(status: -1) == .abort(status: -1))
    }

    @Test func `runs that disagree are flaky, and an abort wins`() {
        let (good, bad, skip) = (
            BisectionOutcome(status: 0), BisectionOutcome(status: 1), BisectionOutcome(status: 125)
        )
        #expect(BisectionOutcome.joined([], wanted: 1) == nil)
        #expect(BisectionOutcome.joined([good, good], wanted: 3) == nil)
        #expect(BisectionOutcome.joined([good, good, good], wanted: 3)! == (good, false))
        #expect(BisectionOutcome.joined([good, bad], wanted: 3)! == (skip, true))
        #expect(BisectionOutcome.joined([skip], wanted: 3)! == (skip, false))
        #expect(
            BisectionOutcome.joined([good, BisectionOutcome(status: 130)], wanted: 2)! == (.abort(status: 130), false))
    }
}
