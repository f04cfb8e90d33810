import Display
import Glibc
import ScreenModel

/// How fast frames of 200×50 become bytes, and how many.
struct DisplayBenchmark {
    private let size = Size(columns: 200, rows: 50)
    private let rounds: Int

    init(rounds: Int = 300) {
        self.rounds = rounds
    }

    func run() {
        var table = Table("Frames to bytes, 200×50", columns: ["frame", "µs median", "µs p99", "bytes"])
        for (name, frames) in cases {
            let result = measure(frames)
            table.add([name, result.micros.median.shown(1), result.micros.percentile(99).shown(1), "\(result.bytes)"])
        }
        table.show()
    }

    private var capabilities: TerminalCapabilities {
        var capabilities = TerminalCapabilities()
        capabilities.colors = .truecolor
        capabilities.repeatCharacter = true
        return capabilities
    }

    /// Frames are shown in turn, over and over.
    private var cases: [(String, [Surface])] {
        [
            ("every cell a new truecolour pair", (0..<4).map(colorful)),
            ("gradient of half blocks", (0..<4).map(gradient)),
            ("16-colour text scrolled by a line", (0..<40).map(scrolled)), ("20 cells changed", (0..<4).map(sprinkled)),
            ("unchanged", [sprinkled(0)]), ("one key typed", (0..<40).map(typed)),
        ]
    }

    private func measure(_ frames: [Surface]) -> (micros: Samples, bytes: Int) {
        var encoder = FrameEncoder(capabilities: capabilities)
        for frame in frames { encoder.withEncoded(frame) { _ in } }
        var micros = Samples()
        var bytes = 0
        for round in 0..<rounds {
            let frame = frames[round % frames.count]
            let start = now()
            let count = encoder.withEncoded(frame) { $0.count }
            micros.add(Double(now() - start) / 1000)
            bytes = frames.count > 1 && round % frames.count == 0 ? bytes : count
        }
        return (micros, bytes)
    }

    /// Nanoseconds.
    private func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private func surface(_ cell: (_ row: Int, _ column: Int) -> Cell) -> Surface {
        var surface = Surface(size: size)
        for row in 0..<size.rows {
            for column in 0..<size.columns { surface[row, column] = cell(row, column) }
        }
        return surface
    }

    private func byte(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: value) }

    private func colorful(_ number: Int) -> Surface {
        surface { row, column in
            let seed = (row * size.columns + column) * 4 + number
            return Cell(
                content: UInt32(0x21 + seed % 94), foreground: .rgb(byte(seed), byte(seed >> 8), 100),
                background: .rgb(50, byte(seed >> 8), byte(seed)))
        }
    }

    private func gradient(_ number: Int) -> Surface {
        surface { row, column in
            Cell(
                content: 0x2580, foreground: .rgb(byte(column), byte(row * 5), byte(number * 50)),
                background: .rgb(byte(column), byte(row * 5 + 2), byte(number * 50)))
        }
    }

    private func scrolled(_ number: Int) -> Surface {
        surface { row, column in
            let line = row + number
            let word = column / 7
            if column > 40 + line * 37 % 120 { return .blank }
            let letter = column % 7 == 6 ? 0x20 : UInt32(0x61 + (line * 31 + column * 17) % 26)
            return Cell(content: letter, foreground: .indexed(byte((line + word) % 16)))
        }
    }

    private func sprinkled(_ number: Int) -> Surface {
        var surface = scrolled(0)
        for index in 0..<20 {
            surface[index * 2, index * 9] = Cell(content: UInt32(0x41 + number), foreground: .indexed(2))
        }
        return surface
    }

    private func typed(_ number: Int) -> Surface {
        var surface = scrolled(0)
        surface.fill(Rect(row: 49, column: 0, columns: 200, rows: 1), style: .plain)
        surface.text(String(repeating: "x", count: number), row: 49, column: 0)
        surface.cursor = Cursor(position: Position(row: 49, column: number))
        return surface
    }
}

/// Prints the display's table.
func displayBenchmark() { DisplayBenchmark().run() }
