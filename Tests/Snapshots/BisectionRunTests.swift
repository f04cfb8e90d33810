import Glibc
import Processes
import TestSupport
import Testing

@testable import Snapshots

struct BisectionRunTests {
    /// A workspace with a file whose number grows from snapshot to snapshot.
    private final class Case {
        let place: BranchPlace
        let snapshots: [Snapshot]

        init(count: Int) throws {
            place = try BranchPlace(["number": "1"])
            let provider = try place.provider()
            var all: [Snapshot] = []
            for number in 1...count {
                try place.write("\(number)", to: "number")
                all.append(
                    try provider.take(SnapshotRequest(session: "s", reason: .moment, looksAtEverything: true)))
            }
            snapshots = all
        }

        func run(
            _ script: String, jobs: Int = 1, repeats: Int = 1, keeps: Bool = false,
            tell: (BisectionRun.Event) -> Void = { _ in }
        ) throws -> (ending: BisectionRun.Ending, bisection: Bisection, tests: [BisectionTest]) {
            try make(script, jobs: jobs, repeats: repeats, keeps: keeps).run(tell)
        }

        func make(_ script: String, jobs: Int = 1, repeats: Int = 1, keeps: Bool = false) throws -> BisectionRun {
            var options = BisectionRun.Options(
                command: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "LOG": place.folder("log")],
                workingDirectory: place.workspace)
            options.jobs = jobs
            options.repeats = repeats
            options.keepsBranches = keeps
            return try BisectionRun(
                snapshots, branches: place.branches, provider: place.provider(), options: options)
        }

        var log: [String] {
            ((try? place.read("log", in: place.folder.path)) ?? "").split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: [1, 3])
    func `the first bad snapshot is found in few tests, and no branch is left`(jobs: Int) throws {
        let bisect = try Case(count: 12)
        let before = try BranchPlace.fingerprint(of: bisect.place.workspace)
        var outputs: [String] = []
        let (ending, bisection, tests) = try bisect.run(
            "echo saw $(cat number) in $AH_BISECT_SNAPSHOT; echo 99 > number; test ${AH_BISECT_SNAPSHOT#s@} -lt 8",
            jobs: jobs
        ) { if case .ended(_, let output) = $0 { outputs.append(String(decoding: output, as: UTF8.self)) } }
        #expect(ending == .decided(.found(first: 7)))
        #expect(tests.count <= bisection.stepLimit + (jobs > 1 ? 4 : 0))
        #expect(outputs.contains("saw 8 in s@8\n") && outputs.count == tests.count)
        #expect(try bisect.place.branches.all().isEmpty)
        #expect(try BranchPlace.fingerprint(of: bisect.place.workspace) == before)
        #expect(try WholeFile.names(in: bisect.place.store.scratch).isEmpty)
    }

    @Test func `skips, aborts and ends that don't differ are told apart`() throws {
        let bisect = try Case(count: 6)
        let skipping = try bisect.run(
            "n=$(cat number); test $n = 3 && exit 125; test $n = 4 && exit 125; test $n -lt 5")
        #expect(skipping.ending == .decided(.undecided(candidates: 2...4)))
        let aborted = try bisect.run("n=$(cat number); test $n = 3 && exit 200; test $n -lt 5")
        #expect(aborted.ending == .aborted(status: 200))
        #expect(try bisect.run("kill -9 $$").ending == .aborted(status: 137))
        #expect(try bisect.run("true").ending == .decided(.invalid(.bad, .good)))
        #expect(try bisect.run("false").ending == .decided(.invalid(.good, .bad)))
        #expect(try bisect.run("false", jobs: 2).tests.count <= 2)
        #expect(try bisect.place.branches.all().isEmpty)
    }

    @Test func `a test that doesn't agree with itself is flaky and counts as a skip`() throws {
        let bisect = try Case(count: 5)
        let script = """
            n=$(cat number); echo $n >> $LOG
            if test $n = 3; then test $(grep -c 3 $LOG) -lt 2; else test $n -lt 4; fi
            """
        let (ending, _, tests) = try bisect.run(script, repeats: 3)
        #expect(tests.filter(\.isFlaky).map(\.snapshot) == ["s@3"])
        #expect(ending == .decided(.undecided(candidates: 2...3)))
        #expect(bisect.log.filter { $0 == "1" }.count == 3 && bisect.log.filter { $0 == "3" }.count == 2)
    }

    @Test func `branches are kept when that is asked for`() throws {
        let bisect = try Case(count: 3)
        let (_, _, tests) = try bisect.run("echo $(cat number) > was; test $(cat number) -lt 3", keeps: true)
        #expect(tests.count == 3)
        for test in tests {
            let branch = try bisect.place.branches.branch(try #require(test.branch))
            #expect(try bisect.place.read("was", in: branch.folder) == "\(test.index + 1)\n")
        }
    }

    @Test func `stopped in the middle it kills its tests and deletes their branches`() throws {
        let bisect = try Case(count: 4)
        let run = try bisect.make("echo $$ >> $LOG; exec sleep 1000", jobs: 2)
        let stop = run.stop
        let log = bisect.place.folder("log")
        try WorkerThread.start {
            // Both tests have said who they are.
            while ((try? WholeFile.read(log)) ?? []).count(where: { $0 == 10 }) < 2 { usleep(1000) }
            stop()
        }
        #expect(try run.run().ending == .interrupted)
        #expect(bisect.log.count == 2)
        for pid in bisect.log.compactMap({ Int32($0) }) { #expect(kill(pid, 0) == -1 && errno == ESRCH) }
        #expect(try bisect.place.branches.all().isEmpty)
    }

    @Test func `what a killed search left is deleted by the next one, and what is in use or kept is not`() throws {
        let bisect = try Case(count: 2)
        let left = try bisect.place.branch("bisect-1-left", of: bisect.snapshots[0])
        let used = try bisect.place.branch("bisect-1-used", of: bisect.snapshots[0])
        let kept = try bisect.place.branch("kept-1-x", of: bisect.snapshots[0])
        let use = try bisect.place.branches.use(used)
        #expect(try bisect.run("test $(cat number) -lt 2").ending == .decided(.found(first: 1)))
        #expect(try bisect.place.branches.all().map(\.name) == [used.name, kept.name])
        #expect(use.branch != left)
    }

    @Test func `a command that can't be started ends it with the reason`() throws {
        let bisect = try Case(count: 2)
        let options = BisectionRun.Options(
            command: ["no-such-command"], environment: ["PATH": "/usr/bin"], workingDirectory: "/")
        let run = try BisectionRun(
            bisect.snapshots, branches: bisect.place.branches, provider: bisect.place.provider(), options: options)
        let error = #expect(throws: SnapshotError.self) { try run.run() }
        #expect(error?.description.contains("command not found") == true)
        #expect(try bisect.place.branches.all().isEmpty)
    }
}

struct BisectionRowTests {
    private func snapshot(
        _ number: UInt32, _ reference: String, _ reason: SnapshotReason = .moment, sameAs: UInt32? = nil
    ) -> Snapshot {
        Snapshot(
            session: "s", number: number, label: "", reason: reason, provider: .git, workspace: "/w",
            reference: reference,
            takenAt: Int64(number), sameAs: sameAs)
    }

    @Test func `unchanged ones and those of other folders count once or not at all`() throws {
        var other = snapshot(5, "e")
        other.workspace = "/branch"
        let row = BisectionRow([
            snapshot(1, "a", .start), snapshot(2, "b"), snapshot(3, "b", sameAs: 2), snapshot(4, "x", .beforeApply),
            other,
            snapshot(6, "c"), snapshot(7, "d", .exit), snapshot(8, "y", .adopt),
        ])
        #expect(row.snapshots.map(\.number) == [1, 2, 6, 7])
        #expect(try row.between(good: nil, bad: nil).map(\.number) == [1, 2, 6, 7])
        #expect(try row.between(good: 3, bad: 6).map(\.number) == [2, 6])
        #expect(throws: SnapshotError.self) { try row.between(good: 7, bad: 1) }
        #expect(throws: SnapshotError.self) { try row.between(good: 2, bad: 3) }
        #expect(throws: SnapshotError.self) { try row.between(good: 0, bad: nil) }
        #expect(throws: SnapshotError.self) { try BisectionRow([]).between(good: nil, bad: nil) }
    }
}
