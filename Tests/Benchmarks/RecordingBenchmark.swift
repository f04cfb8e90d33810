import Glibc
import Interchange
import Recording
import ScreenModel
import TestSupport

/// Throughput of the writer and its parts, opening and reading of a large file, sizes over the corpus.
struct RecordingBenchmark {
    let megabytes: Int

    func run() throws {
        let folder = try TemporaryFolder()
        try showWriting(folder)
        try showReading(folder)
        try showSizes(folder)
    }

    // MARK: Writing

    private func showWriting(_ folder: TemporaryFolder) throws {
        var table = Table(
            "recording: writing \(megabytes) MB in reads of 4 KiB", columns: ["quality", "MB/s", "% of raw"])
        for quality in [Int32(0), 1, 2, 4, 5] {
            let path = folder("write-\(quality).ahr")
            let seconds = try write(to: path, quality: quality)
            table.add([
                "\(quality)", (Double(megabytes) / seconds).shown(0),
                (Double(size(of: path)) / Double(megabytes << 20) * 100).shown(1),
            ])
            unlink(path)
        }
        table.show()
    }

    /// - Returns: seconds of this thread's CPU time.
    private func write(to path: String, quality: Int32) throws -> Double {
        var options = RecordingWriter.Options()
        options.liveQualityBulk = quality
        options.liveQualityQuiet = quality
        let writer = try RecordingWriter.create(at: path, metadata: Self.metadata, size: Self.size, options: options)
        let reads = Self.reads
        let start = cpuSeconds()
        for index in 0..<megabytes << 8 {
            // 25,000 reads a second, as bulk output comes.
            reads[index & 255].withUnsafeBytes { writer.output($0, at: SessionTime(milliseconds: Int64(index / 25))) }
        }
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: Int64(megabytes) * 11))
        return cpuSeconds() - start
    }

    private static let size = Size(columns: 80, rows: 24)
    private static let metadata = SessionMetadata(sessionID: "bench", command: ["bench"], startedAt: 1_795_430_990_000)

    /// 1 MB of coloured text that is not the same all the time.
    private static let reads: [[UInt8]] = {
        var random = SeededRandom(seed: 1)
        let words = ["\u{1b}[32m", "\u{1b}[0m", "the ", "quick ", "brown ", "0x", "ok\r\n", "─", "error: "]
        return (0..<256).map { _ in
            var bytes: [UInt8] = []
            while bytes.count < 4096 {
                bytes += Array((words.randomElement(using: &random) ?? "").utf8)
                bytes += Array(String(UInt32.random(in: 0...99999, using: &random)).utf8)
            }
            return Array(bytes.prefix(4096))
        }
    }()

    // MARK: Reading

    private func showReading(_ folder: TemporaryFolder) throws {
        let path = folder("read.ahr")
        _ = try write(to: path, quality: 1)
        var table = Table(
            "recording: reading \(megabytes) MB", columns: ["file", "blocks", "open ms", "decode MB/s", "size MB"])
        try table.add(reading(path, name: "as recorded"))
        let start = cpuSeconds()
        try Compaction.compact(path: path)
        let seconds = cpuSeconds() - start
        try table.add(reading(path, name: "compacted in \(seconds.shown(1)) s"))
        table.show()
    }

    private func reading(_ path: String, name: String) throws -> [String] {
        var opening = Samples()
        for _ in 0..<9 {
            let start = cpuSeconds()
            _ = try RecordingReader.open(path: path)
            opening.add(cpuSeconds() - start)
        }
        let reader = try RecordingReader.open(path: path)
        let start = cpuSeconds()
        var bytes = 0
        for index in reader.blocks.indices { bytes += try reader.block(index).output.count }
        let seconds = cpuSeconds() - start
        return [
            name, "\(reader.blocks.count)", (opening.median * 1000).shown(), (Double(bytes) / 1e6 / seconds).shown(0),
            (Double(size(of: path)) / 1e6).shown(1),
        ]
    }

    // MARK: Sizes

    private func showSizes(_ folder: TemporaryFolder) throws {
        guard Corpus.isPresent else { return print("\nrecording: sizes over the corpus: \(Corpus.skipped)") }
        var table = Table(
            "recording: sizes over the corpus", columns: ["stream", "raw", "running", "finished", "% of raw"])
        var totals = (raw: 0, live: 0, finished: 0)
        for stream in Corpus.streams {
            let session = try ForeignFormat.read(path: stream)
            let name = String(stream.split(separator: "/").last ?? "")
            let path = folder(name + ".ahr")
            let writer = try RecordingWriter.create(
                at: path, metadata: session.metadata(sessionID: name), size: session.size)
            for event in session.events { writer.append(event.kind, at: event.time) }
            try writer.finish(exit: nil, at: session.duration)
            let result = try Compaction.compact(path: path)
            let raw = session.output.count
            totals = (totals.raw + raw, totals.live + Int(result.before), totals.finished + Int(result.after))
            table.add(Self.row(name, raw, Int(result.before), Int(result.after)))
        }
        table.add(Self.row("all", totals.raw, totals.live, totals.finished))
        table.show()
    }

    private static func row(_ name: String, _ raw: Int, _ live: Int, _ finished: Int) -> [String] {
        [name, "\(raw)", "\(live)", "\(finished)", (Double(finished) / Double(max(raw, 1)) * 100).shown(1)]
    }

    private func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
