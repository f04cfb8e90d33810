import FoundationEssentials
import Glibc
import Processes
import TestSupport

/// The workbench's files pane on snapshots of many files, by keys and what comes back through a terminal: opening,
/// comparing, moving, finding.
struct FilesBenchmark {
    let files: Int
    let rounds: Int

    func run() throws {
        try run("in 18 folders for 100 files", folders: max(1, files * 18 / 100), isFlat: false)
        try run("in one folder", folders: 1, isFlat: true)
    }

    private func run(_ name: String, folders: Int, isFlat: Bool) throws {
        let bench = try Bench()
        defer { bench.endLeftovers() }
        let tree = try BenchmarkTree(at: bench.folder("ws"), files: files, folders: folders, bytes: 300)
        try record(bench, tree)
        let session = try Session([BuiltProduct.ah], environment: bench.environment)
        guard session.wait(for: "ENDED") else { throw DriverError.timeout("the workbench", screen: "") }
        try press("\r", session, until: "replay")
        try press("\u{1B}[F", session, until: "at-the-end")
        quiet(session)
        var table = Table("files pane, \(files) files \(name), 1000 changed (ms)", columns: ["", "median", "worst"])
        var opened = Samples()
        var compared = Samples()
        for _ in 0..<rounds {
            let start = MonotonicClock.now()
            try press("s", session, until: "p0")
            opened.add(Self.since(start))
            guard session.wait(for: "M1000") else { throw DriverError.timeout("the comparison", screen: "") }
            compared.add(Self.since(start))
            quiet(session)
            try press("q", session, until: "")
            quiet(session)
        }
        add("opened, first list drawn", opened, to: &table)
        add("opened and compared", compared, to: &table)
        try press("s", session, until: "M1000")
        quiet(session)
        if isFlat {
            // Down to the folder that holds all. Of a name only the cells that change come, so no text is waited for.
            for step in 1...3 {
                let time = timeOpened(by: "\r", session)
                guard step == 3 else { continue }
                var samples = Samples()
                samples.add(time)
                add("the folder of all opened", samples, to: &table)
            }
        }
        add("one entry down, drawn", try moves(session), to: &table)
        add("to the end and back, drawn", try jumps(session), to: &table)
        add("the list of changes, drawn", try changes(session), to: &table)
        try find(session, &table)
        table.show()
        session.child.signal(SIGTERM)
        session.drain(seconds: 5)
    }

    private func record(_ bench: Bench, _ tree: BenchmarkTree) throws {
        let script = """
            find . -name 'file*' | head -n 1000 | xargs sed -i '1s/^/changed /'
            "$AH" agent fs snapshot second >/dev/null; echo at-the-end
            """
        var environment = bench.environment
        environment["AH"] = BuiltProduct.ah
        let run = try CommandRun(
            [
                BuiltProduct.ah, "agent", "record", "--headless", "--name", "files", "--cwd", tree.path, "--snapshots",
                "git", "--snapshot-on", "neither", "--snapshot-wait", "600000", "--", "sh", "-c", script,
            ], environment: environment, workingDirectory: tree.path, timeout: .seconds(600))
        guard run.status == 0 else {
            throw DriverError.failed("recording", status: run.status, output: run.errorText)
        }
    }

    private func moves(_ session: Session) throws -> Samples {
        var samples = Samples()
        for index in 0..<(rounds * 20) {
            let start = MonotonicClock.now()
            send(index % 20 < 10 ? "\u{1B}[B" : "\u{1B}[A", session)
            while session.read(milliseconds: 1000).isEmpty, Self.since(start) < 5000 {}
            samples.add(Self.since(start))
            quiet(session)
        }
        return samples
    }

    private func jumps(_ session: Session) throws -> Samples {
        var samples = Samples()
        for index in 0..<(rounds * 2) {
            let start = MonotonicClock.now()
            send(index % 2 == 0 ? "\u{1B}[F" : "\u{1B}[H", session)
            while session.read(milliseconds: 1000).isEmpty, Self.since(start) < 5000 {}
            samples.add(Self.since(start))
            quiet(session)
        }
        return samples
    }

    private func changes(_ session: Session) throws -> Samples {
        var samples = Samples()
        for _ in 0..<(rounds * 2) {
            let start = MonotonicClock.now()
            send("c", session)
            while session.read(milliseconds: 1000).isEmpty, Self.since(start) < 5000 {}
            samples.add(Self.since(start))
            quiet(session)
        }
        return samples
    }

    /// The first letter lists all paths; the next ones narrow them.
    private func find(_ session: Session, _ table: inout Table) throws {
        var all = Samples()
        // The count of those found goes up in cells that change.
        all.add(timeOpened(by: "/", session))
        add("all paths listed", all, to: &table)
        var samples = Samples()
        for letter in "file99" {
            let start = MonotonicClock.now()
            send(String(letter), session)
            while session.read(milliseconds: 1000).isEmpty, Self.since(start) < 5000 {}
            samples.add(Self.since(start))
            quiet(session)
        }
        add("a letter typed, drawn", samples, to: &table)
    }

    /// Milliseconds until nothing more came.
    private func timeOpened(by keys: String, _ session: Session) -> Double {
        let start = MonotonicClock.now()
        send(keys, session)
        var last = 0.0
        while !session.read(milliseconds: last > 0 ? 400 : 5000).isEmpty { last = Self.since(start) }
        return last
    }

    private func send(_ text: String, _ session: Session) { for byte in text.utf8 { session.send(byte) } }

    private func press(_ keys: String, _ session: Session, until text: String) throws {
        send(keys, session)
        guard text.isEmpty || session.wait(for: text) else { throw DriverError.timeout(text, screen: "") }
    }

    /// Until nothing comes any more.
    private func quiet(_ session: Session) {
        while !session.read(milliseconds: 60).isEmpty {}
    }

    private func add(_ name: String, _ samples: Samples, to table: inout Table) {
        table.add([name, samples.median.shown(1), samples.percentile(100).shown(1)])
    }

    private static func since(_ start: UInt64) -> Double { Double(MonotonicClock.now() - start) / 1e6 }
}
