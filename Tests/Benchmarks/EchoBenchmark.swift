import Glibc
import Processes
import TestSupport

/// From the write of a keystroke to the read of its echo, at the terminal in front of the user.
///
/// The program echoes each key at a fixed place; beside bulk output, the output scrolls in a region above it.
struct EchoBenchmark {
    let rounds: Int
    let keys: Int

    private static let ways: [Bench.Way] = [.raw, .viewer, .tmux]
    /// They occur in no escape sequence that a screen is drawn with, and in no bulk text.
    private static let marks = Array("#%&~".utf8)

    func run() throws {
        let bench = try Bench()
        for isBusy in [false, true] {
            var samples: [Bench.Way: Samples] = [:]
            var lost: [Bench.Way: Int] = [:]
            for _ in 0..<rounds {
                for way in Self.ways {
                    try measure(
                        way, isBusy: isBusy, in: bench, &samples[way, default: Samples()], &lost[way, default: 0])
                    bench.endLeftovers()
                }
            }
            show(isBusy: isBusy, samples, lost)
        }
    }

    private func measure(
        _ way: Bench.Way, isBusy: Bool, in bench: Bench, _ samples: inout Samples, _ lost: inout Int
    ) throws {
        let session = try bench.start(way, "\(Bench.own) --as-child \(isBusy ? "echo-beside-bulk" : "echo")")
        guard session.wait(for: "READY") else {
            lost += keys
            return
        }
        for index in 0..<keys {
            settle(session, milliseconds: 3)
            let mark = Self.marks[index % Self.marks.count]
            let start = MonotonicClock.now()
            session.send(mark)
            if let end = echo(of: mark, in: session, before: start + 1_000_000_000) {
                samples.add(Double(end - start) / 1e6)
            } else {
                lost += 1
            }
        }
    }

    /// Reads what comes for so long.
    private func settle(_ session: Session, milliseconds: UInt64) {
        let end = MonotonicClock.now() + milliseconds * 1_000_000
        while MonotonicClock.now() < end { _ = session.read(milliseconds: 1) }
    }

    private func echo(of mark: UInt8, in session: Session, before deadline: UInt64) -> UInt64? {
        while MonotonicClock.now() < deadline {
            let bytes = session.read(milliseconds: 100)
            let now = MonotonicClock.now()
            if let base = bytes.baseAddress, memchr(base, Int32(mark), bytes.count) != nil { return now }
        }
        return nil
    }

    private func show(isBusy: Bool, _ samples: [Bench.Way: Samples], _ lost: [Bench.Way: Int]) {
        var table = Table(
            "Echo of a keystroke, \(isBusy ? "beside bulk output" : "idle"), ms, \(rounds)×\(keys) keys, interleaved",
            columns: ["through", "median", "p99", "worst", "adds (median)", "adds (p99)", "lost"])
        let raw = samples[.raw] ?? Samples()
        for way in Self.ways {
            let own = samples[way] ?? Samples()
            table.add([
                way.rawValue, own.median.shown(3), own.percentile(99).shown(3), own.percentile(100).shown(3),
                (own.median - raw.median).shown(3), (own.percentile(99) - raw.percentile(99)).shown(3),
                "\(lost[way] ?? 0)",
            ])
        }
        table.show()
    }
}
