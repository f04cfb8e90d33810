import Glibc
import Playback
import Processes
import Recording
import ScreenModel
import TestSupport

/// Playing a large recording: first picture, indexing, jumps, memory. The recording is made on the spot.
struct PlaybackBenchmark {
    let megabytes: Int

    func run() throws {
        let bench = try Bench()
        let path = bench.folder("large.ahr")
        try LargeRecording(megabytes: megabytes).write(to: path)
        var table = Table("Playback of \(megabytes) MB of output, 80×24", columns: ["what", "value", "unit"])
        try timeFirstFrame(bench, path, &table)
        let start = MonotonicClock.now()
        let player = Player(try RecordingReader.open(path: path))
        _ = player.frame()
        table.add(["open, first frame (library)", Self.milliseconds(since: start).shown(2), "ms"])
        let indexing = MonotonicClock.now()
        let busy = Self.processorMilliseconds
        while !player.timeline.isIndexed { player.index(work: 1 << 20) }
        let seconds = Self.milliseconds(since: indexing) / 1000
        table.add(["index", (Double(megabytes) / seconds).shown(1), "MB/s"])
        let processor = (Self.processorMilliseconds - busy) / 1000
        table.add(["index, of processor time", (Double(megabytes) / processor).shown(1), "MB/s"])
        table.add(["checkpoints", (Double(player.checkpointByteCount) / 1e6).shown(1), "MB"])
        jump(player, &table)
        table.add(["resident after indexing and jumps", Self.status("VmRSS").shown(1), "MB"])
        table.add(["resident at most", Self.status("VmHWM").shown(1), "MB"])
        try search(player, &table)
        table.show()
    }

    /// From the start of the program to the first bytes on the terminal that hold the timeline.
    private func timeFirstFrame(_ bench: Bench, _ path: String, _ table: inout Table) throws {
        var times: [Double] = []
        for _ in 0..<5 {
            let start = MonotonicClock.now()
            let session = try Session([BuiltProduct.ah, "agent", "replay", path], environment: bench.environment)
            if session.wait(for: "replay") { times.append(Self.milliseconds(since: start)) }
            kill(session.child.pid, SIGTERM)
            session.drain(seconds: 10)
        }
        table.add(["program start to first frame, median of 5", Self.quantile(times, 0.5).shown(1), "ms"])
    }

    private func jump(_ player: Player, _ table: inout Table) {
        var random = SeededRandom(seed: 7)
        var times: [Double] = []
        var work: [Double] = []
        let end = player.timeline.duration.milliseconds
        for _ in 0..<500 {
            let target = SessionTime(milliseconds: Int64.random(in: 0...end, using: &random))
            let start = MonotonicClock.now()
            let busy = Self.processorMilliseconds
            player.seek(to: target)
            _ = player.frame()
            times.append(Self.milliseconds(since: start))
            work.append(Self.processorMilliseconds - busy)
        }
        table.add(["jump, median of 500", Self.quantile(times, 0.5).shown(2), "ms"])
        table.add(["jump, p99", Self.quantile(times, 0.99).shown(2), "ms"])
        table.add(["jump, p99 of processor time", Self.quantile(work, 0.99).shown(2), "ms"])
        table.add(["jump, slowest", (times.max() ?? .nan).shown(2), "ms"])
    }

    /// Text that is not there: all of it must be looked at.
    private func search(_ player: Player, _ table: inout Table) throws {
        player.seek(to: .zero)
        let start = MonotonicClock.now()
        player.beginSearch(try TextPattern("never shown"), forward: true)
        var isSearching = true
        while isSearching {
            if case .searching = player.continueSearch(work: 1 << 20) { continue }
            isSearching = false
        }
        table.add(["search", (Double(megabytes) * 1000 / Self.milliseconds(since: start)).shown(1), "MB/s"])
    }

    private static func milliseconds(since start: UInt64) -> Double {
        Double(MonotonicClock.now() - start) / 1e6
    }

    /// Of this thread: what a busy machine doesn't change.
    private static var processorMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
    }

    private static func quantile(_ values: [Double], _ part: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    /// A line of this process's status, in MB.
    private static func status(_ field: String) -> Double { MemoryBenchmark.status(getpid(), field) }
}

/// A session of shell output with colours, and now and then a full-screen program that redraws.
private struct LargeRecording {
    let megabytes: Int

    func write(to path: String) throws {
        let metadata = SessionMetadata(sessionID: "large", command: ["make", "world"], startedAt: 0)
        let writer = try RecordingWriter.create(at: path, metadata: metadata, size: Size(columns: 80, rows: 24))
        var random = SeededRandom(seed: 1)
        let pieces = (0..<64).map { $0 % 4 == 3 ? Self.redraw(&random) : Self.lines(&random) }
        var time: Int64 = 0
        var moment: UInt64 = 0
        while writer.offset.value < UInt64(megabytes) << 20 {
            time += 4
            let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
            piece.withUnsafeBytes { writer.output($0, at: SessionTime(milliseconds: time)) }
            if time % 100_000 == 0 {
                moment += 1
                let mark = Moment(id: moment, label: "step \(moment)", type: "manual", isAutomatic: true)
                writer.append(.moment(mark), at: SessionTime(milliseconds: time))
            }
            try writer.flushIfDue()
        }
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: time))
    }

    private static func lines(_ random: inout SeededRandom) -> [UInt8] {
        var text = ""
        while text.utf8.count < 4000 {
            let number = random.next() % 100_000
            let color = random.next() % 8
            text +=
                "\u{1B}[3\(color)m[\(number)]\u{1B}[0m compiling module number \(number * 7) with options -O2 -g\r\n"
        }
        return Array(text.utf8)
    }

    private static func redraw(_ random: inout SeededRandom) -> [UInt8] {
        var text = ""
        for row in 1...24 {
            text += "\u{1B}[\(row);1H\u{1B}[48;5;\(random.next() % 256)m row \(row): \(random.next())\u{1B}[K\u{1B}[0m"
        }
        return Array(text.utf8)
    }
}

extension RecordingWriter {
    /// As a session host does.
    fileprivate func flushIfDue() throws {
        if statistics.reads % 64 == 0 { try flush(durable: false) }
    }
}
