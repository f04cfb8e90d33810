import Emulation
import Playback
import Recording
import ScreenModel
import TestSupport
import Testing

struct SearchTests {
    /// The times at which the text comes onto the screen, by looking at every screen as a whole.
    private func hits(_ session: SampleSession, _ text: String, ignoringCase: Bool = false) -> [SessionTime] {
        let terminal = Terminal(size: session.initial)
        var was = false
        var times: [SessionTime] = []
        for event in session.events {
            SampleSession.apply(event.kind, to: terminal)
            let lines = Self.lines(terminal.frame()).map { ignoringCase ? $0.lowercased() : $0 }
            let isShown = lines.contains { $0.contains(text) }
            if isShown, !was { times.append(event.time) }
            was = isShown
        }
        return times
    }

    /// Rows that wrap into the next are one line.
    private static func lines(_ frame: Frame) -> [String] {
        var lines: [String] = []
        var line = ""
        for row in 0..<frame.size.rows {
            line += frame.row(row).map { frame.symbols.text(of: $0) }.joined()
            if frame.wraps[row], row + 1 < frame.size.rows { continue }
            lines.append(line)
            line = ""
        }
        return lines
    }

    private func search(_ player: Player, _ pattern: TextPattern, forward: Bool, work: Int) -> SessionTime? {
        player.beginSearch(pattern, forward: forward)
        while true {
            switch player.continueSearch(work: work) {
            case .searching: continue
            case .found(let time): return time
            case .notFound: return nil
            }
        }
    }

    @Test(arguments: 1...6)
    func `hits are those of looking at every screen`(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let session = SampleSession(seed: seed, reads: 250)
        try session.write(to: folder("a.ahr"))
        for text in ["bold", "line 3 of", "漢字", "at", "outputline", "nowhere"] {
            let expected = hits(session, text)
            var options = Player.Options()
            options.checkpointInterval = 800
            let player = Player(try RecordingReader.open(path: folder("a.ahr")), options: options)
            let pattern = try TextPattern(text)
            var found: [SessionTime] = []
            while let time = search(player, pattern, forward: true, work: 777) { found.append(time) }
            // What comes at time zero is on the first screen already.
            #expect(found == expected.filter { $0 > .zero || !player.frame().text.isEmpty }, "\(text)")
            player.seek(to: player.timeline.duration)
            var back: [SessionTime] = []
            while let time = search(player, pattern, forward: false, work: 555) { back.append(time) }
            #expect(back.reversed() == found, "\(text), going back")
        }
    }

    @Test func `a regular expression finds what it says`() throws {
        let folder = try TemporaryFolder()
        var session = SampleSession(seed: 1, reads: 0)
        for (index, text) in ["status 200\r\n", "status 404\r\n", "status 500\r\n"].enumerated() {
            session.events.append((SessionTime(milliseconds: 100 * Int64(index + 1)), .output(Array(text.utf8))))
        }
        try session.write(to: folder("a.ahr"))
        let player = Player(try RecordingReader.open(path: folder("a.ahr")))
        let pattern = try TextPattern(#"STATUS [45]\d\d$"#, isRegex: true, ignoresCase: true)
        #expect(search(player, pattern, forward: true, work: 1000) == SessionTime(milliseconds: 200))
        #expect(search(player, pattern, forward: true, work: 1000) == nil)
        #expect(player.time == SessionTime(milliseconds: 200))
    }

    @Test func `a wrong regular expression is an error that says why`() {
        #expect(throws: PlaybackError.self) { try TextPattern("(", isRegex: true) }
        #expect(throws: PlaybackError.emptyPattern) { try TextPattern("") }
    }

    @Test func `a search that is given up leaves the playhead where it was`() throws {
        let folder = try TemporaryFolder()
        let session = SampleSession(seed: 3, reads: 300)
        try session.write(to: folder("a.ahr"))
        let player = Player(try RecordingReader.open(path: folder("a.ahr")))
        player.seek(to: SessionTime(milliseconds: 1000))
        let before = player.frame()
        player.beginSearch(try TextPattern("never there"), forward: true)
        _ = player.continueSearch(work: 300)
        player.endSearch()
        #expect(player.frame() == before)
        #expect(player.time == SessionTime(milliseconds: 1000))
    }
}
