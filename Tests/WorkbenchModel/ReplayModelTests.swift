import ScreenModel
import Testing
import WorkbenchModel

struct ReplayModelTests {
    /// Ten minutes, three moments, two snapshots, the playhead at 2:00, paused.
    private func model(at milliseconds: Int64 = 120_000, playing: Bool = false, live: Bool = false) -> ReplayModel {
        var model = ReplayModel()
        model.timeline = ReplayTimeline(
            duration: 600_000,
            moments: [
                .init(id: 1, label: "tests green", milliseconds: 60_000),
                .init(id: 2, label: "refactor", milliseconds: 180_000),
                .init(id: 3, label: "Tests red", milliseconds: 300_000),
            ],
            snapshots: [
                .init(id: 1, label: "start", milliseconds: 0), .init(id: 2, label: "mid", milliseconds: 200_000),
            ], isLive: live)
        model.update(
            playhead: milliseconds, screen: Size(columns: 80, rows: 24), cursor: Position(row: 0, column: 0))
        model.isPlaying = playing
        return model
    }

    @Test(arguments: [
        (Command.scrub(milliseconds: 1000), Int64(121_000)), (.scrub(milliseconds: -10_000), 110_000),
        (.scrub(milliseconds: 3_600_000), 600_000), (.scrub(milliseconds: -3_600_000), 0), (.toStart, 0),
        (.nextMoment, 180_000), (.previousMoment, 60_000), (.nextSnapshot, 200_000), (.previousSnapshot, 0),
        (.goTo(.percent(50)), 300_000), (.goTo(.time(milliseconds: 83_000)), 83_000), (.goTo(.moment(3)), 300_000),
        (.goTo(.name("tests r")), 300_000), (.goTo(.name("factor")), 180_000), (.goTo(.snapshot(2)), 200_000),
        (.goTo(.relative(milliseconds: -60_000)), 60_000),
    ])
    func `a movement seeks to where it says`(command: Command, expected: Int64) {
        var model = model()
        #expect(model.apply(command) == [.seek(milliseconds: expected)])
    }

    @Test func `movements add up while a seek is under way`() {
        var model = model()
        _ = model.apply(.scrub(milliseconds: 10_000))
        #expect(model.apply(.scrub(milliseconds: 10_000)) == [.seek(milliseconds: 140_000)])
        _ = model.apply(.nextMoment)
        #expect(model.apply(.nextMoment) == [.seek(milliseconds: 300_000)])
    }

    @Test func `while playing, previous means the moment before the one just passed`() {
        var model = model(at: 180_400, playing: true)
        #expect(model.apply(.previousMoment) == [.seek(milliseconds: 60_000)])
    }

    @Test func `what is not there is said and nothing moves`() {
        var model = model(at: 400_000)
        #expect(model.apply(.nextMoment) == [])
        #expect(model.message?.text == "no later moment")
        #expect(model.apply(.goTo(.moment(9))) == [])
        #expect(model.message?.text == "there is no moment 9; a time needs a unit: 9s, 9m, 0:9")
        #expect(model.apply(.goTo(.name("nowhere"))) == [])
        #expect(model.message?.isError == true)
    }

    @Test func `space pauses and resumes, and at the end starts again`() {
        var model = model(playing: true)
        #expect(model.apply(.togglePlay) == [.clockChanged])
        #expect(!model.isPlaying)
        model.update(playhead: 600_000, screen: model.screen, cursor: model.cursor)
        #expect(model.apply(.togglePlay) == [.clockChanged, .seek(milliseconds: 0)])
        #expect(model.isPlaying)
    }

    @Test func `speed goes step by step and stops at its ends`() {
        var model = model()
        var speeds: [Double] = []
        while !model.apply(.faster).isEmpty { speeds.append(model.speed) }
        #expect(speeds == [2, 4, 8, 16, 32, 64])
        for _ in 0..<20 { _ = model.apply(.slower) }
        #expect(model.speed == 0.25)
        model.start(speed: 3, skipsIdle: false)
        _ = model.apply(.faster)
        #expect(model.speed == 4)
    }

    @Test func `a step pauses`() {
        var model = model(playing: true)
        #expect(model.apply(.step) == [.clockChanged, .stepRead])
        #expect(!model.isPlaying)
        #expect(model.apply(.frame(forward: false)) == [.stepFrame(forward: false)])
    }

    @Test func `the end of a live session is followed until another movement`() {
        var model = model(live: true)
        #expect(model.apply(.toEnd) == [.seekToEnd])
        #expect(model.followsEnd)
        _ = model.apply(.scrub(milliseconds: -1000))
        #expect(!model.followsEnd)
        _ = model.apply(.scrub(milliseconds: 900_000))
        #expect(model.followsEnd)
    }

    @Test func `keys for snapshots say what is missing`() {
        var model = model()
        model.timeline.snapshots = []
        #expect(model.apply(.intervene) == [])
        #expect(model.message?.text == "there are no snapshots in this recording")
    }

    @Test func `a search is typed, repeated, and turned around`() {
        var model = model()
        _ = model.apply(.search(nil))
        for character in "fatal" { _ = model.apply(.prompt(.insert(String(character)))) }
        #expect(model.apply(.prompt(.accept)) == [.search(forward: true)])
        #expect(model.query == SearchQuery(text: "fatal"))
        #expect(model.apply(.previousHit) == [.search(forward: false)])
        _ = model.apply(.search(nil))
        #expect(model.apply(.prompt(.accept)) == [.search(forward: true)])
        _ = model.apply(.search(nil))
        _ = model.apply(.prompt(.older))
        _ = model.apply(.prompt(.toggleRegex))
        _ = model.apply(.prompt(.accept))
        #expect(model.query == SearchQuery(text: "fatal", isRegex: true))
    }

    @Test func `a search without anything to search for says which key asks`() {
        var model = model()
        #expect(model.apply(.nextHit) == [])
        #expect(model.message?.isError == true)
    }

    @Test func `cancel leaves help, then a prompt, then work`() {
        var model = model()
        _ = model.apply(.help)
        #expect(model.mode == .help(scroll: 0))
        #expect(model.apply(.cancel) == [])
        #expect(model.mode == .normal)
        model.work = .searching(0.5)
        #expect(model.apply(.cancel) == [.stopWork])
        model.arrived()
        #expect(model.apply(.cancel) == [])
    }

    @Test func `a large screen follows the cursor until it is panned`() {
        var model = model()
        model.resize(to: Size(columns: 40, rows: 10))
        model.update(
            playhead: 0, screen: Size(columns: 80, rows: 24), cursor: Position(row: 23, column: 70))
        let pane = model.layout.screen.size
        #expect(model.viewport.origin == Position(row: 24 - pane.rows, column: 71 - pane.columns))
        _ = model.apply(.pan(rows: -5, columns: 0))
        model.update(playhead: 1, screen: Size(columns: 80, rows: 24), cursor: Position(row: 23, column: 79))
        #expect(model.viewport.origin.row == 24 - pane.rows - 5)
        _ = model.apply(.followCursor)
        #expect(model.viewport.origin.row == 24 - pane.rows)
    }
}
