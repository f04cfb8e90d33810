import FoundationEssentials
import Glibc
import Processes
import ScreenModel
import TestSupport

/// What a person waits for: a running session that is shown again, whatever its history, and a branch of one, from the key
/// to the first output of its program.
struct OpeningBenchmark {
    let megabytes: Int
    let files: Int
    let rounds: Int

    private static let size = Size(columns: 120, rows: 40)

    func run() throws {
        try attach()
        var table = Table(
            "From the key I to the first output of the branch's program, workspace of \(files) files, 20 changed each time, ms",
            columns: ["snapshots", "first", "median of the next \(rounds)", "worst"])
        table.add(["git"] + (try branch(provider: "git", in: nil)))
        if LoopVolume.hasBtrfs {
            let volume = try LoopVolume(.btrfs, size: "6G")
            try LoopVolume.run(["btrfs", "-q", "subvolume", "create", volume("project")])
            table.add(["btrfs"] + (try branch(provider: "btrfs", in: volume("project"))))
        }
        table.show()
    }

    // MARK: Shown again

    private func attach() throws {
        let bench = try Bench()
        defer { bench.endLeftovers() }
        let script = """
            yes 'some output that fills a line of the terminal quite well' | head -c \(megabytes)000000
            echo; echo END-OF-HISTORY; touch \(bench.folder("done")); exec sleep 600
            """
        try start(script, "history", "disable", at: bench.folder.path, in: bench)
        try wait(forFile: bench.folder("done"))
        var table = Table(
            "A session with \(megabytes) MB of history shown again: from the start of the process to its screen, ms",
            columns: ["", "median", "worst"])
        for (name, arguments) in [("ah attach", ["attach", "history"]), ("ah (workbench)", ["--show", "history"])] {
            var samples = Samples()
            for _ in 0..<rounds {
                let begin = MonotonicClock.now()
                let session = try Session(
                    [BuiltProduct.ah] + arguments, environment: bench.environment, size: Self.size)
                guard session.wait(for: "END-OF-HISTORY") else { throw BenchmarkProblem(text: "no screen came") }
                samples.add(Double(MonotonicClock.now() - begin) / 1e6)
                detach(session)
            }
            table.add([name, samples.median.shown(1), samples.percentile(100).shown(1)])
        }
        table.show()
    }

    /// The session goes on.
    private func detach(_ session: Session) {
        for byte in Array("\u{2}d".utf8) { session.send(byte) }
        session.drain(seconds: 5)
    }

    // MARK: Branched

    private func branch(provider: String, in folder: String?) throws -> [String] {
        let bench = try Bench()
        defer { bench.endLeftovers() }
        let workspace = folder ?? bench.folder("project")
        try BranchBenchmark.makeTree(workspace, files: files)
        let script = "echo PROGRAM-RUNS-$((20 + 3)); exec sleep 600"
        try start(script, "parent", provider, at: workspace, in: bench)
        try waitForSnapshot(1, in: bench)
        var first: Double?
        var samples = Samples()
        for round in 0...rounds {
            // An agent has worked since the last branch.
            if round > 0 {
                for file in 0..<20 { try write("round \(round)", "\(workspace)/changed-\(file)") }
                // Elsewhere the key asks for one.
                if provider == "git" { try waitForSnapshot(round + 1, in: bench) }
            }
            let session = try Session(
                [BuiltProduct.ah, "--show", "parent"], environment: bench.environment, size: Self.size)
            guard session.wait(for: "PROGRAM-RUNS-23") else { throw BenchmarkProblem(text: "no parent was shown") }
            while !session.read(milliseconds: 300).isEmpty {}
            let begin = MonotonicClock.now()
            for byte in Array("\u{2}I".utf8) { session.send(byte) }
            guard session.wait(for: "PROGRAM-RUNS-23", seconds: 60) else {
                throw BenchmarkProblem(text: "the branch's program said nothing")
            }
            let time = Double(MonotonicClock.now() - begin) / 1e6
            if first == nil { first = time } else { samples.add(time) }
            detach(session)
        }
        return [(first ?? 0).shown(0), samples.median.shown(0), samples.percentile(100).shown(0)]
    }

    private func write(_ text: String, _ path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchmarkProblem(text: "can't write \(path)") }
        fputs(text, file)
        fclose(file)
    }

    private func waitForSnapshot(_ number: Int, in bench: Bench) throws {
        let deadline = MonotonicClock.now() + 60_000_000_000
        while true {
            let run = try CommandRun(
                [BuiltProduct.ah, "agent", "fs", "ls", "parent@\(number)"], environment: bench.environment)
            if run.status == 0 { return }
            guard MonotonicClock.now() < deadline else { throw BenchmarkProblem(text: "no snapshot \(number)") }
        }
    }

    private func start(
        _ script: String, _ name: String, _ provider: String, at folder: String, in bench: Bench
    ) throws {
        let run = try CommandRun(
            [
                BuiltProduct.ah, "agent", "record", "--detach", "--name", name, "--snapshots", provider, "--", "sh",
                "-c", script,
            ], environment: bench.environment, workingDirectory: folder)
        guard run.status == 0 else { throw BenchmarkProblem(text: "no session: \(run.errorText)") }
    }

    private func wait(forFile path: String) throws {
        let deadline = MonotonicClock.now() + 300_000_000_000
        while access(path, F_OK) != 0 {
            guard MonotonicClock.now() < deadline else { throw BenchmarkProblem(text: "the session didn't finish") }
            usleep(50_000)
        }
    }
}
