import Emulation
import Interchange
import Playback
import Recording
import ScreenModel
import TestSupport
import Testing

struct CorpusSeekTests {
    private static let casts = Corpus.streams.filter { $0.hasSuffix(".cast") }

    @Test(.enabled(if: Corpus.isPresent, "\(Corpus.skipped)"), arguments: Self.casts)
    func `any jump in a real stream shows what an unbroken replay shows`(path: String) throws {
        let imported = try Asciicast.read(path: path)
        let folder = try TemporaryFolder()
        var session = SampleSession(seed: 0, reads: 0)
        session.initial = imported.size
        session.events = imported.events.map { ($0.time, $0.kind) }
        try session.write(to: folder("a.ahr"), blockSize: 32 << 10)
        var options = Player.Options()
        options.checkpointInterval = 3000
        let player = Player(try RecordingReader.open(path: folder("a.ahr")), options: options)
        let milliseconds = player.timeline.duration.milliseconds
        var random = SeededRandom(seed: 3)
        let times = (0..<6).map { _ in Int64.random(in: 0...milliseconds, using: &random) }
        var expected: [Int64: Frame] = [:]
        for time in times { expected[time] = session.terminal(at: SessionTime(milliseconds: time)).frame() }
        for time in times + times.reversed() {
            player.index(work: 5000)
            player.seek(to: SessionTime(milliseconds: time))
            #expect(player.frame().text == expected[time]?.text, "at \(time) ms")
            #expect(player.cursor == expected[time]?.cursor, "at \(time) ms")
        }
    }

    @Test(.enabled(if: Corpus.isPresent, "\(Corpus.skipped)"), arguments: Corpus.recordings)
    func `another program's recording plays`(path: String) throws {
        let player = Player(try RecordingReader.open(path: path))
        player.indexAll()
        #expect(player.frame().text.contains { !$0.isWhitespace })
        player.seek(to: player.timeline.duration)
        #expect(player.isAtEnd)
        let last = player.frame()
        player.seek(to: .zero)
        player.seek(to: player.timeline.duration)
        #expect(player.frame() == last)
    }
}
