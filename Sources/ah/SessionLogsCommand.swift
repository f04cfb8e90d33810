import ArgumentParser
import Catalog
import Glibc
import Playback
import Recording
import SessionHost

struct SessionLogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a session showed, as plain text.",
        discussion: """
            Lines come as they left the screen, those of programs that draw the whole screen as they were replaced there. \
            With -f it goes on while the session runs; then full-screen programs are left out until they end: \
            `ah attach` shows them.
            """)

    @OptionGroup var target: NamedSession

    @Flag(name: [.customShort("f"), .long], help: "Go on until the session ends.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Only the last lines.", valueName: "lines"))
    var tail: Int?

    @Flag(help: "With the time before each line.")
    var timestamps = false

    func validate() throws {
        if let tail, tail < 0 { throw ValidationError("--tail takes a number of lines.") }
    }

    func run() throws {
        let path = try CatalogueDesk.recording(target.session)
        let reader = try RecordingReader.open(path: path)
        let player = Player(reader, options: Player.readingOptions)
        for warning in reader.warnings where warning.reason != .unfinished { Program.complain("\(warning)") }
        if follow, !reader.isFinished {
            try followSession(player)
        } else {
            printAll(player)
        }
    }

    private func printAll(_ player: Player) {
        var history = TextHistory()
        var output = LineOutput(tail: tail)
        let take = { (line: ShownLine) in
            line.origin == .replaced || output.write(text(line.text, line.time))
        }
        player.showText(&history, take)
        player.showRest(&history, take)
        output.finish()
    }

    private func text(_ line: [UInt8], _ time: Int64) -> [UInt8] {
        timestamps ? Array("\(TimeFormat.text(time))  ".utf8) + line : line
    }

    private func followSession(_ player: Player) throws {
        var printed = 0
        var output = LineOutput(tail: tail)
        var isFullScreen = false
        while true {
            // Asked before the file is read, so that what was written last is not missed.
            let isRunning = isHostThere(player.reader)
            let hasMore = try player.refresh()
            player.playThrough()
            if let lines = player.completedLines(after: &printed) {
                isFullScreen = false
                for line in lines {
                    guard output.write(text(line, player.lastStepTime.milliseconds)) else { return }
                }
            } else if !isFullScreen {
                isFullScreen = true
                Program.complain("a program draws the whole screen now; `ah attach \(target.session)` shows it")
            }
            output.finish()
            if player.timeline.isFinished || (!isRunning && !hasMore) { break }
            usleep(Self.pause)
        }
        var rest = TextHistory()
        rest.skip(linesBefore: printed)
        player.showRest(&rest) { line in
            line.origin == .replaced || output.write(text(line.text, line.time))
        }
        output.finish()
    }

    /// A killed host leaves a file without an end.
    private func isHostThere(_ reader: RecordingReader) -> Bool {
        SessionDirectory(folders: SessionFolders(environment: Program.environment)).running()
            .contains { CatalogueDesk.isSame($0.recordingPath, reader.path) }
    }

    /// Microseconds between two looks at the file, which grows four times a second.
    private static let pause: UInt32 = 100_000
}

/// Lines to standard output, many at a time, or only the last of them.
private struct LineOutput {
    /// nil once the last lines of what there was are out.
    private var tail: Int?
    private var buffer: [UInt8] = []
    private var last: [[UInt8]] = []
    private var isOpen = true

    init(tail: Int?) { self.tail = tail }

    /// - Returns: false when nobody reads any more.
    mutating func write(_ line: [UInt8]) -> Bool {
        if let tail {
            last.append(line)
            if last.count > 2 * tail + 100 { last.removeFirst(last.count - tail) }
            return true
        }
        put(line)
        if buffer.count > 1 << 16 { flush() }
        return isOpen
    }

    private mutating func put(_ line: [UInt8]) {
        buffer += HarmlessText.forTerminal(line)
        buffer.append(0x0A)
    }

    private mutating func flush() {
        isOpen = isOpen && Program.write(buffer, to: 1)
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() {
        for line in last.suffix(tail ?? 0) { put(line) }
        last = []
        tail = nil
        flush()
    }
}
