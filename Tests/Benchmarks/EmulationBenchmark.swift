import Emulation
import Glibc
import ScreenModel

/// Throughput of the emulator at 80×24: MB of input per second of CPU time, fed in pieces as a PTY gives them.
func emulationBenchmark() {
    print("emulation, 80×24, MB per second of CPU time:")
    for (name, input) in EmulationInput.all {
        print("  \(name.padded(to: 12)) \(EmulationInput.rate(of: input))")
    }
    let (save, restore, bytes) = EmulationInput.checkpointCost()
    print("  checkpoint   \(save) µs to take, \(restore) µs to restore, \(bytes) bytes")
    print("  scrollback   \(EmulationInput.scrollbackSize()) bytes for 10,000 lines of 80 columns")
}

/// Made up streams of a kind each, the same in every run.
private enum EmulationInput {
    static let all: [(String, [UInt8])] = [
        ("plain", plain), ("coloured", coloured), ("unicode", unicode), ("TUI redraw", redraw), ("scroll", scroll),
    ]

    private static let words =
        "the terminal shows what programs write and a recording keeps all of it in order of time "

    private static func lines(_ count: Int, _ line: (Int) -> String) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in 0..<count { bytes += Array(line(number).utf8) }
        return bytes
    }

    private static var plain: [UInt8] {
        lines(20_000) { number in
            let start = number % 40
            return String((words + words).dropFirst(start).prefix(20 + number * 7 % 60)) + "\r\n"
        }
    }

    private static var coloured: [UInt8] {
        lines(12_000) { number in
            (0..<8).map { "\u{1B}[\(31 + (number + $0) % 7);1m\(words.dropFirst(8 * $0).prefix(8))\u{1B}[0m " }.joined()
                + "\u{1B}[38;5;\(number % 256)mend\u{1B}[m\r\n"
        }
    }

    private static var unicode: [UInt8] {
        let parts = [
            "naïve café ", "日本語の文字 ", "Ελληνικά κείμενο ", "👍🏽 👩‍💻 🇩🇪 ", "e\u{301}a\u{308} ", "│├──┤ ", "Русский ",
        ]
        return lines(12_000) { number in (0..<5).map { parts[(number + $0) % parts.count] }.joined() + "\r\n" }
    }

    /// Whole screens of positioned, coloured text with erases, as vim and agents draw them.
    private static var redraw: [UInt8] {
        lines(400) { frame in
            "\u{1B}[?2026h\u{1B}[?25l\u{1B}[H"
                + (1...24).map { row in
                    "\u{1B}[\(row);1H\u{1B}[38;5;\((row + frame) % 256)m\(row) \u{1B}[39m"
                        + words.dropFirst((row * 5 + frame) % 30).prefix(50) + "\u{1B}[K"
                }.joined() + "\u{1B}[24;\(1 + frame % 80)H\u{1B}[?25h\u{1B}[?2026l"
        }
    }

    private static var scroll: [UInt8] {
        Array("\u{1B}[2;20r\u{1B}[20H".utf8) + lines(60_000) { "line \($0)\r\n" }
    }

    static func rate(of input: [UInt8]) -> Int {
        let terminal = Terminal(size: Size(columns: 80, rows: 24))
        var fed = 0
        let start = cpuTime()
        while cpuTime() - start < 0.5 {
            input.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    terminal.feed(UnsafeRawBufferPointer(rebasing: rest.prefix(16_384)))
                    rest = rest.dropFirst(16_384)
                }
            }
            fed += input.count
        }
        return Int(Double(fed) / 1e6 / (cpuTime() - start))
    }

    static func checkpointCost() -> (save: Int, restore: Int, bytes: Int) {
        let terminal = Terminal(size: Size(columns: 80, rows: 24))
        terminal.feed(redraw)
        let count = 2000
        let start = cpuTime()
        for _ in 0..<count { _ = terminal.checkpoint() }
        let middle = cpuTime()
        let checkpoint = terminal.checkpoint()
        for _ in 0..<count { terminal.restore(checkpoint) }
        let end = cpuTime()
        return (
            Int((middle - start) * 1e6) / count, Int((end - middle) * 1e6) / count, checkpoint.byteCount
        )
    }

    static func scrollbackSize() -> Int {
        let terminal = Terminal(size: Size(columns: 80, rows: 24))
        terminal.feed(lines(12_000) { _ in String((words + words).prefix(79)) + "\r\n" })
        return terminal.scrollbackByteCount
    }

    private static func cpuTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension String {
    fileprivate func padded(to length: Int) -> String {
        self + String(repeating: " ", count: max(0, length - count))
    }
}
