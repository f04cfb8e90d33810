import ArgumentParser
import Glibc
import Processes
import Snapshots
import Synchronization

struct BisectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bisect", abstract: "Find the snapshot of a session at which a test first fails.",
        discussion: """
            The test runs in branches of the snapshots, which are deleted after it. As with `git bisect run`: status 0 is \
            good, 1 to 127 bad, 125 can't be tested, 128 and above ends the search. The snapshot is in AH_BISECT_SNAPSHOT.

            Exit status: 0 found; 1 the ends don't differ or the search ended early; 2 only skipped ones are left.
            """)

    @Argument(help: "The session's id, the beginning of one, or its recording.") var session: String

    @Option(help: ArgumentHelp("A snapshot at which it still works; the first one without it.", valueName: "snap"))
    var good: String?

    @Option(help: ArgumentHelp("A snapshot at which it fails; the last one without it.", valueName: "snap"))
    var bad: String?

    @Option(name: [.customShort("j"), .customLong("jobs")], help: "Tests that run at a time.") var jobs = 1

    @Option(help: "Run each test so often; when it disagrees with itself, that counts as a skip.") var `repeat` = 1

    @Flag(help: "Keep the branches in which the tests ran.") var keep = false

    @Flag(name: .shortAndLong, help: "Don't print what the tests print.") var quiet = false

    @Flag(help: "Print the result as JSON.") var json = false

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The test, after --.", valueName: "test"))
    var test: [String] = []

    func validate() throws {
        if test.isEmpty {
            throw ValidationError("Which test? Write it after --, as in: ah agent bisect SESSION -- make test")
        }
        if !(1...64).contains(jobs) { throw ValidationError("-j takes 1 to 64.") }
        if !(1...100).contains(`repeat`) { throw ValidationError("--repeat takes 1 to 100.") }
    }

    func run() throws {
        let signals = [SIGINT, SIGTERM, SIGHUP]
        // Blocks them, before any other thread is started: threads inherit that.
        let queue = try SignalQueue(signals)
        defer { withExtendedLifetime(queue) {} }
        let subject = try BisectSubject(SnapshotDesk(), session: session)
        let row = try subject.row.between(good: subject.number(good), bad: subject.number(bad))
        var options = BisectionRun.Options(
            command: test, environment: Program.environment, workingDirectory: Program.workingDirectory)
        options.jobs = jobs
        options.repeats = `repeat`
        options.keepsBranches = keep
        let run = try BisectionRun(
            row, branches: BranchList(subject.store), provider: subject.provider(), options: options)
        let interruption = try BisectInterruption(signals, stop: run.stop)
        if let problem = BranchUse.pathStabilityProblem(workspace: subject.store.workspace) {
            Program.complain("not path-stable: \(problem); tests run in the branches' own folders")
        }
        let progress = BisectProgress(row, isQuiet: quiet)
        let (ending, bisection, tests) = try run.run { progress.tell($0) }
        let report = try BisectReport(ending, bisection, tests, row, subject)
        Program.say(json ? try JSONText.text(report) : report.text)
        Glibc.exit(interruption.signal.map { 128 + $0 } ?? report.status)
    }
}

/// Ends a search when a signal comes, from a thread of its own: a branch in the making isn't interrupted otherwise.
final class BisectInterruption: Sendable {
    private let caught = Mutex<Int32?>(nil)

    /// - Parameter stop: what ends the search. The signals must be blocked already.
    init(_ signals: [Int32], stop: @escaping @Sendable () -> Void) throws(ProcessError) {
        try WorkerThread.start { [self] in
            guard let queue = try? SignalQueue(signals) else { return }
            var poller = Poller()
            poller.add(queue.descriptor, .read)
            while true {
                _ = poller.wait(milliseconds: nil)
                guard let signal = queue.next() else { continue }
                caught.withLock { $0 = signal }
                stop()
            }
        }
    }

    var signal: Int32? { caught.withLock { $0 } }
}
