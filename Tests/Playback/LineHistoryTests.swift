import Emulation
import Recording
import ScreenModel
import TestSupport
import Testing

@testable import Playback

@Suite struct LineHistoryTests {
    private func text(_ history: LineHistory) -> [String] {
        let (scrolled, screen) = history.lines
        return scrolled.map { trimmed($0.cells, $0.symbols) } + (0..<screen.size.rows).map { screen.text(row: $0) }
    }

    private func trimmed(_ cells: [Cell], _ symbols: Symbols) -> String {
        var text = cells.map { symbols.text(of: $0) }.joined()
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    @Test(arguments: 1...6) func `a short recording is played whole`(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let session = SampleSession(seed: seed, reads: 300)
        try session.write(to: folder("a.ahr"), finished: seed % 2 == 0)
        for percent in [20, 60, 100] as [Int64] {
            let time = SessionTime(milliseconds: session.duration.milliseconds * percent / 100)
            let terminal = session.terminal(at: time)
            let expected =
                (terminal.scrollback.first..<terminal.scrollback.end).map {
                    trimmed(terminal.scrollbackLine($0) ?? [], terminal.symbols)
                } + terminal.frame().text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let history = LineHistory(
                try RecordingReader.open(path: folder("a.ahr")), size: session.initial, through: time)
            while try history.read(work: 700) == .unfinished {}
            #expect(text(history) == expected)
        }
    }

    /// Numbered lines, one for each read.
    private func numbered(_ count: Int, from first: Int = 0) -> SampleSession {
        var session = SampleSession(seed: 0, reads: 0)
        session.events = (first..<first + count).map { number in
            (SessionTime(milliseconds: Int64(number)), .output(Array("line \(number)\r\n".utf8)))
        }
        return session
    }

    @Test func `of a long recording the end is played, as much of it as gives enough lines`() throws {
        let folder = try TemporaryFolder()
        try numbered(5000).write(to: folder("a.ahr"))
        let reader = try RecordingReader.open(path: folder("a.ahr"))
        var options = LineHistory.Options()
        options.bytes = 1000
        for (limit, bytes, expected) in [(50, 8000, 50...120), (5000, 8000, 300...1000), (300, 1 << 20, 300...300)] {
            (options.lineLimit, options.byteLimit) = (limit, UInt64(bytes))
            let history = LineHistory(
                reader, size: Size(columns: 40, rows: 12), through: SessionTime(milliseconds: .max), options: options)
            var slices = 0
            while try history.read(work: 500) == .unfinished { slices += 1 }
            let lines = text(history).dropLast()
            #expect(slices > 0 && expected ~= lines.count - 11)
            #expect(lines.elementsEqual((5000 - lines.count..<5000).map { "line \($0)" }))
        }
    }

    @Test func `nothing after the time is played, and what was written since is found`() throws {
        let folder = try TemporaryFolder()
        try numbered(100).write(to: folder("a.ahr"), finished: false)
        let history = LineHistory(
            try RecordingReader.open(path: folder("a.ahr")), size: Size(columns: 40, rows: 12),
            through: SessionTime(milliseconds: 49))
        while try history.read(work: 1 << 20) == .unfinished {}
        #expect(text(history).dropLast().last == "line 49")
        try history.refresh()
        while try history.read(work: 1 << 20) == .unfinished {}
        #expect(text(history).first == "line 0" && text(history).count == 51)
    }

    @Test func `an empty recording has no lines`() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "a.ahr")
        let history = LineHistory(
            try RecordingReader.open(path: folder("a.ahr")), size: Size(columns: 40, rows: 2),
            through: SessionTime(milliseconds: 49))
        #expect(try history.read(work: 1) == .done)
        #expect(text(history) == ["", ""])
    }
}
