import FoundationEssentials
import Glibc
import Processes
import TestSupport

/// How long a program takes to write bulk output, from its first byte to its last, depending on who reads it.
///
/// The program takes the time itself, so starting and finishing (compaction) of the recorder don't count.
struct DrainBenchmark {
    let rounds: Int
    let megabytes: Int

    func run() throws {
        let bench = try Bench()
        var table = Table(
            "Bulk output, \(megabytes) MB through a PTY of 80×24, median of \(rounds) interleaved runs",
            columns: ["text", "reader", "MB/s", "of raw", "of tmux", "recorder's end"])
        for text in BulkText.allCases {
            let file = bench.folder("\(text.rawValue).txt")
            try Data(text.bytes(count: megabytes << 20)).write(to: URL(filePath: file))
            var seconds: [Bench.Way: Samples] = [:]
            var ending: [Bench.Way: Samples] = [:]
            for _ in 0..<rounds {
                for way in Bench.Way.allCases {
                    guard let (bulk, after) = try measure(way, file: file, in: bench) else { continue }
                    seconds[way, default: Samples()].add(bulk)
                    ending[way, default: Samples()].add(after)
                }
            }
            unlink(file)
            add(text, seconds, ending, to: &table)
        }
        table.show()
    }

    /// Seconds that the output took, and those from its end to the recorder's end. Nil if the run failed.
    private func measure(_ way: Bench.Way, file: String, in bench: Bench) throws -> (Double, Double)? {
        let times = bench.folder("times")
        unlink(times)
        let session = try bench.start(way, "\(Bench.own) --as-child write \(file) \(times)")
        session.drain()
        let end = MonotonicClock.now()
        bench.endLeftovers()
        let text = String(decoding: FileManager.default.contents(atPath: times) ?? Data(), as: UTF8.self)
        let numbers = text.split(separator: " ").compactMap { UInt64($0) }
        guard numbers.count == 2 else { return nil }
        return (Double(numbers[1] - numbers[0]) / 1e9, Double(end - min(end, numbers[1])) / 1e9)
    }

    private func add(
        _ text: BulkText, _ seconds: [Bench.Way: Samples], _ ending: [Bench.Way: Samples], to table: inout Table
    ) {
        func median(_ way: Bench.Way) -> Double { seconds[way]?.median ?? .nan }
        for way in Bench.Way.allCases {
            table.add([
                text.rawValue, way.rawValue, (Double(megabytes) * 1.048576 / median(way)).shown(0),
                (median(.raw) / median(way)).percent, (median(.tmux) / median(way)).shown(1) + "×",
                (ending[way]?.median ?? .nan).shown(2) + " s",
            ])
        }
    }
}

/// Three kinds of bulk output, the same in every run.
enum BulkText: String, CaseIterable {
    case plain, coloured, unicode

    func bytes(count: Int) -> [UInt8] {
        var random = SeededRandom(seed: 7)
        // A megabyte, repeated: what repeats lies beyond the reach of the compressor's window.
        var piece: [UInt8] = []
        var line = 0
        while piece.count < min(count, 4 << 20) {
            line += 1
            piece += Array(text(line: line, &random).utf8)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + piece.count)
        while bytes.count < count { bytes += piece }
        return bytes
    }

    private func text(line: Int, _ random: inout SeededRandom) -> String {
        let words = (0..<Int.random(in: 3...12, using: &random)).map { _ in
            Self.words[Int.random(in: 0..<Self.words.count, using: &random)]
        }
        switch self {
        case .plain: return "\(line): \(words.joined(separator: " ")) \(UInt32.random(in: 0...9999, using: &random))\n"
        case .coloured:
            let coloured = words.map { "\u{1B}[\(31 + $0.count % 7)m\($0)\u{1B}[0m" }
            return "\u{1B}[1m\(line)\u{1B}[0m: \(coloured.joined(separator: " "))\n"
        case .unicode:
            let wide = words.map { "\($0) \(Self.wideWords[$0.count % Self.wideWords.count])" }
            return "\(line): \(wide.joined(separator: " "))\n"
        }
    }

    private static let words = [
        "error", "warning", "compiling", "module", "linking", "tests", "passed", "in", "seconds", "file", "not",
        "found",
        "the", "of", "cache", "directory", "request", "response", "timeout", "connection", "build", "target", "agent",
    ]
    private static let wideWords = ["漢字", "日本語", "été", "naïve", "─┼─", "🎉", "한국어", "Ωμέγα"]
}
