import FoundationEssentials
import Glibc
import Processes

/// What this program does as the child of a session that is measured.
enum ChildPart {
    /// - Returns: the exit status.
    static func run(_ arguments: [String]) -> Int32 {
        switch arguments.first {
        case "write" where arguments.count == 3: write(file: arguments[1], times: arguments[2])
        case "echo": echo(besideBulk: false)
        case "echo-beside-bulk": echo(besideBulk: true)
        case "paced" where arguments.count == 2: paced(kilobytes: Int(arguments[1]) ?? 1)
        case "bulk-then-sleep" where arguments.count == 2: bulkThenSleep(megabytes: Int(arguments[1]) ?? 1)
        case "steady" where arguments.count == 3:
            steady(kilobytes: Int(arguments[1]) ?? 100, seconds: Int(arguments[2]) ?? 10)
        default: return 2
        }
        return 0
    }

    /// Writes the file to standard output, and start and end in nanoseconds to the file of times.
    private static func write(file: String, times: String) {
        guard let bytes = try? Data(contentsOf: URL(filePath: file)) else { return }
        let start = MonotonicClock.now()
        bytes.withUnsafeBytes { writeAll($0) }
        let end = MonotonicClock.now()
        try? Data("\(start) \(end)".utf8).write(to: URL(filePath: times))
    }

    /// So many kilobytes a second, in steps of 20 ms, as a busy agent writes.
    private static func steady(kilobytes: Int, seconds: Int) {
        let bytes = BulkText.coloured.bytes(count: kilobytes << 10)
        let step = bytes.count / 50
        for _ in 0..<seconds {
            for index in 0..<50 {
                writeAll(Array(bytes[(index * step)..<((index + 1) * step)]))
                usleep(20_000)
            }
        }
        writeAll(Array("READY".utf8))
    }

    private static func bulkThenSleep(megabytes: Int) {
        let bytes = BulkText.coloured.bytes(count: megabytes << 20)
        bytes.withUnsafeBytes { writeAll($0) }
        writeAll(Array("READY".utf8))
        sleep(600)
    }

    /// Lines at so many kilobytes a second, in a hundred pieces.
    private static func paced(kilobytes: Int) {
        let bytes = BulkText.plain.bytes(count: 1 << 20)
        let piece = max(1, kilobytes * 1000 / 100)
        var start = 0
        while true {
            writeAll(Array(bytes[start..<min(bytes.count, start + piece)]))
            start += piece
            if start >= bytes.count { start = 0 }
            usleep(10_000)
        }
    }

    /// Echoes each key at the lower left; bulk output scrolls in the rows above.
    private static func echo(besideBulk: Bool) {
        makeRaw()
        writeAll(Array("\u{1B}[2J\u{1B}[1;20r\u{1B}[23;1HREADY\u{1B}[1;1H".utf8))
        if besideBulk { try? WorkerThread.start { scroll() } }
        var key: UInt8 = 0
        while read(0, &key, 1) == 1 {
            // One write: the kernel doesn't put other output within so short a one.
            writeAll(Array("\u{1B}7\u{1B}[23;10H".utf8) + [key] + Array("\u{1B}8".utf8))
        }
    }

    private static func scroll() {
        let bytes = BulkText.plain.bytes(count: 1 << 20).split(separator: 0x0A)
        while true {
            for start in stride(from: 0, to: bytes.count, by: 20) {
                let lines = bytes[start..<min(start + 20, bytes.count)]
                writeAll(lines.flatMap { $0 + [0x0D, 0x0A] })
            }
        }
    }

    private static func makeRaw() {
        var settings = termios()
        tcgetattr(0, &settings)
        cfmakeraw(&settings)
        tcsetattr(0, TCSANOW, &settings)
    }

    private static func writeAll(_ bytes: [UInt8]) { bytes.withUnsafeBytes { writeAll($0) } }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(1, rest.baseAddress, rest.count)
            if count < 0, errno != EINTR { exit(1) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, count)))
        }
    }
}
