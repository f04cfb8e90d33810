import Playback
import Recording
import ScreenModel
import TestSupport
import Testing

struct SeekTests {
    /// Few bytes between checkpoints, so that a short session has many.
    private func player(_ path: String, interval: UInt64 = 700, memory: Int = 64 << 20) throws -> Player {
        var options = Player.Options()
        options.checkpointInterval = interval
        options.checkpointMemory = memory
        return Player(try RecordingReader.open(path: path), options: options)
    }

    @Test(arguments: 1...8)
    func `any jump shows what an unbroken replay shows`(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let session = SampleSession(seed: seed, reads: 300)
        try session.write(to: folder("a.ahr"))
        let player = try player(folder("a.ahr"))
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: player.index(work: Int.random(in: 100...3000, using: &random))
            case 1:
                var work = Int.random(in: 1...2000, using: &random)
                let time = SessionTime(
                    milliseconds: Int64.random(in: 0...session.duration.milliseconds, using: &random))
                _ = player.seek(to: time, work: &work)
                continue
            case 2: player.step([.nextRead, .previousRead, .nextFrame, .previousFrame].randomElement(using: &random)!)
            default: break
            }
            let time = SessionTime(milliseconds: Int64.random(in: 0...session.duration.milliseconds, using: &random))
            player.seek(to: time)
            expectSame(player, session, at: time)
        }
    }

    private func expectSame(_ player: Player, _ session: SampleSession, at time: SessionTime) {
        let terminal = session.terminal(at: time)
        let (frame, expected) = (player.frame(), terminal.frame())
        #expect(frame.size == expected.size)
        #expect(frame.text == expected.text, "at \(time.milliseconds) ms")
        #expect(frame.cells.map(\.style) == expected.cells.map(\.style))
        #expect(frame.cursor == expected.cursor)
        #expect(frame.modes == expected.modes)
        #expect(player.topLine == terminal.topLine)
        #expect(player.time == time)
    }

    @Test func `playing on in small pieces shows the same as jumping`() throws {
        let folder = try TemporaryFolder()
        let session = SampleSession(seed: 99, reads: 400)
        try session.write(to: folder("a.ahr"))
        let player = try player(folder("a.ahr"))
        for milliseconds in stride(from: Int64(0), through: session.duration.milliseconds, by: 777) {
            let time = SessionTime(milliseconds: milliseconds)
            var outcome = Player.Outcome.unfinished
            while outcome == .unfinished {
                var work = 200
                outcome = player.advance(to: time, work: &work)
            }
            if milliseconds % 5 == 0 { player.index(work: 500) }
            expectSame(player, session, at: time)
        }
    }

    @Test func `memory for checkpoints stays within its limit and jumps stay exact`() throws {
        let folder = try TemporaryFolder()
        let session = SampleSession(seed: 5, reads: 1200, resizes: false)
        try session.write(to: folder("a.ahr"))
        let player = try player(folder("a.ahr"), interval: 64, memory: 200_000)
        player.indexAll()
        #expect(player.checkpointByteCount <= 200_000)
        for part in 0..<20 {
            let time = SessionTime(milliseconds: session.duration.milliseconds * Int64(part) / 20)
            player.seek(to: time)
            expectSame(player, session, at: time)
        }
    }

    @Test func `steps go read by read, forth and back`() throws {
        let folder = try TemporaryFolder()
        var session = SampleSession(seed: 1, reads: 0)
        for (index, text) in ["a", "b", "c", "d"].enumerated() {
            session.events.append((SessionTime(milliseconds: 10 + Int64(index) * 10), .output(Array(text.utf8))))
        }
        try session.write(to: folder("a.ahr"))
        let player = try player(folder("a.ahr"))
        #expect(player.frame().text.first == "\n")
        for expected in ["a", "ab", "abc", "abcd"] {
            #expect(player.step(.nextRead))
            #expect(player.frame().text(row: 0) == expected)
        }
        #expect(!player.step(.nextRead))
        for expected in ["abc", "ab", "a", ""] {
            #expect(player.step(.previousRead))
            #expect(player.frame().text(row: 0) == expected)
        }
        #expect(!player.step(.previousRead))
    }

    @Test func `a frame step passes over half drawn updates`() throws {
        let folder = try TemporaryFolder()
        var session = SampleSession(seed: 1, reads: 0)
        let reads = ["x", "\u{1B}[?2026h\rhalf", " done\u{1B}[?2026l", "\u{1B}[0m", "!"]
        for (index, text) in reads.enumerated() {
            session.events.append((SessionTime(milliseconds: 10 + Int64(index) * 10), .output(Array(text.utf8))))
        }
        try session.write(to: folder("a.ahr"))
        let player = try player(folder("a.ahr"))
        for expected in ["x", "half done", "half done!"] {
            #expect(player.step(.nextFrame))
            #expect(player.frame().text(row: 0) == expected)
        }
        for expected in ["half done", "x", ""] {
            #expect(player.step(.previousFrame))
            #expect(player.frame().text(row: 0) == expected)
        }
    }

    @Test func `moments know their line while indexing`() throws {
        let folder = try TemporaryFolder()
        var session = SampleSession(seed: 1, reads: 0)
        for index in 0..<30 {
            let time = SessionTime(milliseconds: Int64(index) * 10)
            session.events.append((time, .output(Array("line \(index)\r\n> ".utf8))))
            if index % 10 == 5 {
                let moment = Moment(id: UInt64(index), label: "at \(index)", type: "manual", isAutomatic: true)
                session.events.append((time, .moment(moment)))
            }
        }
        try session.write(to: folder("a.ahr"))
        let player = try player(folder("a.ahr"))
        player.indexAll()
        #expect(player.timeline.momentLines.map(\.line) == [6, 16, 26])
        #expect(player.timeline.momentLines.map(\.column) == [2, 2, 2])
        #expect(player.timeline.progress == 1)
    }

    @Test func `a file that grows is played on`() throws {
        let folder = try TemporaryFolder()
        let metadata = SessionMetadata(sessionID: "live", command: ["sh"], startedAt: 0)
        let writer = try RecordingWriter.create(
            at: folder("live.ahr"), metadata: metadata, size: Size(columns: 20, rows: 4))
        func say(_ text: String, at milliseconds: Int64) throws {
            Array(text.utf8).withUnsafeBytes { writer.output($0, at: SessionTime(milliseconds: milliseconds)) }
            try writer.flush(durable: false)
        }
        try say("one", at: 10)
        let player = try player(folder("live.ahr"))
        player.seek(to: player.timeline.duration)
        player.indexAll()
        #expect(player.frame().text(row: 0) == "one")
        try say(" two", at: 500)
        #expect(try player.refresh())
        #expect(player.timeline.duration == SessionTime(milliseconds: 500))
        player.seek(to: player.timeline.duration)
        #expect(player.frame().text(row: 0) == "one two")
        writer.append(.moment(Moment(id: 1, label: "x", type: "manual", isAutomatic: false)), at: player.time)
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: 600))
        #expect(try player.refresh())
        player.indexAll()
        #expect(player.timeline.isFinished)
        #expect(player.timeline.moments.count == 1)
        #expect(try !player.refresh())
    }

    @Test(arguments: [0.2, 0.5, 0.83, 0.97])
    func `a torn file is exact up to the tear`(part: Double) throws {
        let folder = try TemporaryFolder()
        let session = SampleSession(seed: 31, reads: 300)
        try session.write(to: folder("a.ahr"))
        let reader = try RecordingReader.open(path: folder("a.ahr"))
        let bytes = try TestBytes.read(folder("a.ahr"))
        _ = reader
        let cut = Array(bytes[..<Int(Double(bytes.count) * part)])
        let player = Player(try RecordingReader(bytes: cut))
        let end = player.timeline.duration
        for quarter in [4, 1, 3, 2, 0] as [Int64] {
            // Within the last millisecond reads may be missing.
            let time = SessionTime(milliseconds: max(0, end.milliseconds - 1) * quarter / 4)
            player.seek(to: time)
            expectSame(player, session, at: time)
        }
    }

    @Test(arguments: 1...10)
    func `a damaged file plays to its end`(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        try SampleSession(seed: 41, reads: 200).write(to: folder("a.ahr"), finished: seed % 2 == 0)
        var bytes = try TestBytes.read(folder("a.ahr"))
        var random = SeededRandom(seed: seed)
        for _ in 0..<seed {
            bytes[Int.random(in: 44..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        }
        let player = Player(try RecordingReader(bytes: bytes))
        player.indexAll()
        for part in [3, 1, 4, 2, 0] as [Int64] {
            player.seek(to: SessionTime(milliseconds: player.timeline.duration.milliseconds / 4 * part))
            player.step(.nextRead)
            player.step(.previousFrame)
        }
        #expect(player.timeline.progress == 1)
    }
}
