import Glibc
import Processes

/// Carries out a bisection: each test runs in a fresh branch of its snapshot, at the workspace's path where that can be
/// done, and the branch is deleted after it.
public final class BisectionRun {
    public struct Options: Sendable {
        public var command: [String]
        public var environment: [String: String]
        /// The caller's folder: a test begins at the same place in the workspace.
        public var workingDirectory: String
        /// Tests that run at a time.
        public var jobs = 1
        /// How often each test must agree with itself.
        public var repeats = 1
        /// Keep the branches, under names that begin with `kept-`.
        public var keepsBranches = false

        public init(command: [String], environment: [String: String], workingDirectory: String) {
            self.command = command
            self.environment = environment
            self.workingDirectory = workingDirectory
        }
    }

    /// What is told while it goes on.
    public enum Event {
        case started(index: Int, bisection: Bisection)
        case ended(BisectionTest, output: [UInt8])
        /// It would tell nothing any more.
        case stopped(index: Int)
    }

    public enum Ending: Hashable, Sendable {
        case decided(Bisection.State)
        /// A test ended with 128 or above: the whole search does.
        case aborted(status: Int32)
        case interrupted
    }

    public let snapshots: [Snapshot]
    private let branches: BranchList
    private let provider: any SnapshotProvider
    private let options: Options
    private let cancellation = Deadline.Cancellation()
    private let wake: WakeEvent
    private var bisection: Bisection
    private var running: [BisectionJob] = []
    private var outcomes: [Int: [BisectionOutcome]] = [:]
    private var tests: [BisectionTest] = []

    /// - Parameters:
    ///   - snapshots: 2 at least, from the good one to the bad one, of one store.
    ///   - provider: the one that took them.
    public init(
        _ snapshots: [Snapshot], branches: BranchList, provider: any SnapshotProvider, options: Options
    ) throws(SnapshotError) {
        self.snapshots = snapshots
        self.branches = branches
        self.provider = provider
        self.options = options
        bisection = Bisection(count: snapshots.count)
        do throws(ProcessError) { wake = try WakeEvent() } catch {
            throw .system(operation: "start", path: "bisecting", code: EMFILE)
        }
    }

    /// Ends it from another thread: tests are killed, their branches deleted.
    public var stop: @Sendable () -> Void {
        let (cancellation, wake) = (cancellation, wake)
        return {
            cancellation.cancel()
            wake.signal()
        }
    }

    /// Tests until the first bad one is known. Whatever happens, nothing runs and no branch is left when it returns.
    public func run(
        _ tell: (Event) -> Void = { _ in }
    ) throws(SnapshotError) -> (ending: Ending, bisection: Bisection, tests: [BisectionTest]) {
        do throws(SnapshotError) {
            try deleteLeftovers()
            let ending = try search(tell)
            try stopAll()
            return (ending, bisection, tests)
        } catch {
            try stopAll()
            if case .outOfTime = error, cancellation.isCancelled { return (.interrupted, bisection, tests) }
            throw error
        }
    }

    private func search(_ tell: (Event) -> Void) throws(SnapshotError) -> Ending {
        while bisection.state == .running {
            if cancellation.isCancelled { return .interrupted }
            try startTests(tell)
            waitForAny()
            if cancellation.isCancelled { return .interrupted }
            for job in running {
                guard let status = job.end() else { continue }
                running.removeAll { $0 === job }
                if let abort = try take(job, status, tell) { return abort }
            }
            for job in running where !bisection.isUseful(job.index) {
                running.removeAll { $0 === job }
                try finish(job)
                tell(.stopped(index: job.index))
            }
        }
        return .decided(bisection.state)
    }

    /// Starts what is worth being tested, and what has to be repeated.
    private func startTests(_ tell: (Event) -> Void) throws(SnapshotError) {
        let repeated = outcomes.keys.filter { index in
            bisection.isUseful(index) && !running.contains { $0.index == index }
        }
        let busy = Set(running.map(\.index)).union(repeated)
        for index in repeated.sorted() + bisection.next(limit: options.jobs, running: busy) {
            guard running.count < options.jobs else { return }
            tell(.started(index: index, bisection: bisection))
            running.append(
                try BisectionJob(
                    index: index, snapshot: snapshots[index], branches: branches, provider: provider,
                    options: options, deadline: Deadline(milliseconds: nil, cancellation: cancellation)))
        }
    }

    private func waitForAny() {
        var poller = Poller()
        poller.add(wake.descriptor, .read)
        for job in running { poller.add(job.descriptor, .read) }
        while !poller.wait(milliseconds: nil) {}
        if poller.isReadable(0) { wake.clear() }
    }

    private func take(
        _ job: BisectionJob, _ status: Int32, _ tell: (Event) -> Void
    ) throws(SnapshotError) -> Ending? {
        let output = job.output()
        try finish(job)
        outcomes[job.index, default: []].append(BisectionOutcome(status: status))
        guard
            let (outcome, isFlaky) = BisectionOutcome.joined(outcomes[job.index] ?? [], wanted: options.repeats)
        else { return nil }
        let runs = outcomes.removeValue(forKey: job.index)?.count ?? 1
        var test = BisectionTest(
            index: job.index, snapshot: snapshots[job.index].name, verdict: .skip, status: status, runs: runs,
            isFlaky: isFlaky, branch: options.keepsBranches ? job.branch.name : nil)
        guard case .verdict(let verdict) = outcome else {
            tests.append(test)
            tell(.ended(test, output: output))
            return .aborted(status: status)
        }
        test.verdict = verdict
        tests.append(test)
        bisection.note(verdict, of: job.index)
        tell(.ended(test, output: output))
        return nil
    }

    // MARK: Cleaning up

    private func finish(_ job: BisectionJob) throws(SnapshotError) {
        job.kill()
        guard !options.keepsBranches else { return }
        try branches.delete(job.branch, with: provider, isForced: true)
    }

    private func stopAll() throws(SnapshotError) {
        // All processes first: deleting may fail.
        for job in running { job.kill() }
        while let job = running.popLast() { try finish(job) }
    }

    /// Branches that a killed search left: nobody holds their locks any more.
    private func deleteLeftovers() throws(SnapshotError) {
        for branch in try branches.all()
        where branch.name.hasPrefix(BisectionJob.prefix) && !branches.isInUse(branch) {
            try branches.delete(branch, with: provider)
        }
    }
}

/// A test that has ended.
public struct BisectionTest: Hashable, Codable, Sendable {
    public var index: Int
    public var snapshot: String
    public var verdict: Bisection.Verdict
    /// Of its last run.
    public var status: Int32
    public var runs: Int
    /// Its runs didn't agree, which counts as a skip.
    public var isFlaky: Bool
    /// The branch it ran in, where that was kept.
    public var branch: String?
}
