import Recording
import ScreenModel
import TestSupport
import Testing

@testable import Playback

/// What a session showed, as lines.
struct ShownTextTests {
    private func lines(_ steps: [(time: Int64, text: String)], columns: Int = 20, rows: Int = 4) throws -> [ShownLine] {
        let folder = try TemporaryFolder()
        let path = folder("a.ahr")
        let writer = try RecordingWriter.create(
            at: path, metadata: SessionMetadata(sessionID: "a", command: ["sh"], startedAt: 1_793_577_600_000),
            size: Size(columns: columns, rows: rows))
        for step in steps {
            writer.append(.output(Array(step.text.utf8)), at: SessionTime(milliseconds: step.time))
        }
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: (steps.last?.time ?? 0) + 10))
        let player = Player(try RecordingReader.open(path: path), options: Player.readingOptions)
        var history = TextHistory()
        var lines: [ShownLine] = []
        let take = { (line: ShownLine) in
            lines.append(line)
            return true
        }
        player.showText(&history, take)
        player.showRest(&history, take)
        return lines
    }

    private func texts(_ lines: [ShownLine]) -> [String] { lines.map { String(decoding: $0.text, as: UTF8.self) } }

    @Test func `lines come once, in order, whether they scrolled or stayed`() throws {
        let found = try lines([(0, "one\r\ntwo\r\n"), (1000, "three\r\nfour\r\nfive\r\n"), (2000, "six")])
        #expect(texts(found) == ["one", "two", "three", "four", "five", "six"])
        #expect(found.map { $0.time / 1000 } == [0, 0, 1, 1, 1, 2])
    }

    @Test func `a flood loses no line`() throws {
        let flood = (0..<5000).map { "line \($0)\r\n" }.joined()
        #expect(texts(try lines([(0, flood)])) == (0..<5000).map { "line \($0)" })
    }

    @Test func `a line that wrapped is whole`() throws {
        let long = String(repeating: "abcdefghij", count: 7)
        #expect(texts(try lines([(0, long + "\r\nx\r\ny\r\nz\r\n")])) == [long, "x", "y", "z"])
        #expect(texts(try lines([(0, String(long.prefix(30)))])) == [String(long.prefix(30))])
    }

    @Test func `what is typed is told when it is whole, and a progress bar once`() throws {
        let typed = try lines([(0, "l"), (500, "s"), (1000, " -a"), (1500, "\r\n")])
        #expect(texts(typed) == ["ls -a"] && typed[0].time == 1000)
        let progress = try lines((0...9).map { ($0 * 500, "\rat \($0)0 %") } + [(9000, "\rdone   \r\n")])
        #expect(texts(progress) == ["at 90 %", "done"])
        #expect(progress.map(\.origin) == [.replaced, .log])
    }

    @Test func `a program that draws the whole screen is heard too, each line once`() throws {
        let found = try lines([
            (0, "before\r\n\u{1b}[?1049h\u{1b}[Hhello\r\nworld"), (1000, "\u{1b}[2J\u{1b}[Hworld\r\nagain"),
            (2000, "\u{1b}[?1049l"),
        ])
        #expect(texts(found) == ["hello", "world", "again", "before"])
        #expect(found.map(\.origin) == [.fullScreen, .fullScreen, .fullScreen, .log])
        #expect(found.prefix(3).map(\.time) == [0, 0, 1000])
    }

    @Test func `lines of a list that scrolls in a full screen are all told`() throws {
        let pages = (0..<10).map { page -> (time: Int64, text: String) in
            let rows = (0..<4).map { "file\(page + $0)" }.joined(separator: "\r\n")
            return (Int64(page) * 500, "\u{1b}[?1049h\u{1b}[H\(rows)")
        }
        let found = Set(texts(try lines(pages)))
        #expect(found == Set((0..<13).map { "file\($0)" }))
    }

    @Test func `what a screen loses by being cleared is told as replaced`() throws {
        let found = try lines([(0, "secret plan\r\n"), (1000, "\u{1b}[2J\u{1b}[Hnew")])
        #expect(Set(texts(found)) == ["secret plan", "new"])
    }
}
