import Rendering
import ScreenModel
import Testing
import Themes
import WorkbenchModel

struct ReplayRendererTests {
    private let screen = Size(columns: 30, rows: 6)

    private func model(_ window: Size) -> ReplayModel {
        var model = ReplayModel()
        model.name = "fix-auth"
        model.command = "claude --dangerously-skip-permissions"
        model.timeline = ReplayTimeline(
            duration: 760_000,
            moments: [
                .init(id: 1, label: "tests green", milliseconds: 100_000),
                .init(id: 2, label: "refactor", milliseconds: 600_000),
            ],
            snapshots: [.init(id: 1, label: "start", milliseconds: 300_000)], resizes: [450_000], gaps: [700_000],
            density: [255, 255, 0, 255])
        model.legend = KeyLegend(lines: [
            .init(group: "playing", keys: ["Space"], command: .togglePlay, help: "pause, resume"),
            .init(group: "general", keys: ["?", "F1"], command: .help, help: "the keys that hold here"),
            .init(group: "general", keys: ["q"], command: .quit, help: "quit the replay"),
        ])
        model.isPlaying = false
        model.resize(to: window)
        model.update(playhead: 192_000, screen: screen, cursor: Position(row: 2, column: 5))
        return model
    }

    private func frame() -> Frame {
        var surface = Surface(size: screen)
        for row in 0..<screen.rows { surface.text("row \(row) of the recorded screen", row: row, column: 0) }
        surface.text("漢字", row: 3, column: 27)
        return Frame(
            size: screen, cells: surface.cells, cursor: Cursor(position: Position(row: 2, column: 5)),
            symbols: surface.symbols)
    }

    private func draw(_ model: ReplayModel, glyphs: Glyphs = .unicode) -> Surface {
        var surface = Surface(size: model.window)
        let theme = Theme.standard("dark") ?? Theme(name: "none")
        ReplayRenderer(theme: theme, glyphs: glyphs).draw(model, frame: frame(), on: &surface)
        return surface
    }

    @Test func `a roomy window frames the recorded screen in its middle`() {
        var model = model(Size(columns: 90, rows: 16))
        model.signs = [.init(row: 1, isSnapshot: true), .init(row: 4, isSnapshot: false)]
        Golden.expect(draw(model), is: "replay-roomy")
    }

    @Test func `a window of the recorded size and one row shows all of the screen`() {
        var model = model(Size(columns: 30, rows: 7))
        model.signs = [.init(row: 1, isSnapshot: true), .init(row: 5, isSnapshot: false)]
        Golden.expect(draw(model), is: "replay-exact")
    }

    @Test func `a smaller window shows the part around the cursor`() {
        var model = model(Size(columns: 20, rows: 5))
        model.update(playhead: 192_000, screen: screen, cursor: Position(row: 5, column: 29))
        Golden.expect(draw(model), is: "replay-small")
    }

    @Test func `forty columns and ten rows are enough`() {
        Golden.expect(draw(model(Size(columns: 40, rows: 10))), is: "replay-40x10")
    }

    @Test func `help lies over it`() {
        var model = model(Size(columns: 60, rows: 14))
        _ = model.apply(.help)
        Golden.expect(draw(model), is: "replay-help")
    }

    @Test func `a prompt has the cursor`() {
        var model = model(Size(columns: 70, rows: 12))
        _ = model.apply(.search(nil))
        _ = model.apply(.prompt(.insert("error: 漢")))
        Golden.expect(draw(model), is: "replay-prompt")
    }

    @Test func `work shows its progress, indexing too`() {
        var model = model(Size(columns: 90, rows: 12))
        model.work = .seeking(0.42)
        model.timeline.indexed = 0.3
        Golden.expect(draw(model), is: "replay-work")
    }

    @Test func `without UTF-8 the signs keep their meaning`() {
        var model = model(Size(columns: 90, rows: 12))
        model.signs = [.init(row: 1, isSnapshot: true)]
        let surface = draw(model, glyphs: .ascii)
        let drawn = surface.cells.map(\.content).filter { $0 > 0x7F && $0 & Cell.clusterFlag == 0 }
        #expect(Set(drawn).isSubset(of: [0x6F22, 0x5B57]), "only the recorded screen has others")
        Golden.expect(surface, is: "replay-ascii")
    }

    @Test func `what was searched for is turned over while paused`() {
        var model = model(Size(columns: 30, rows: 7))
        _ = model.apply(.search(SearchQuery(text: "recorded")))
        model.arrived()
        let surface = draw(model)
        let turned = (0..<30).filter { surface[2, $0].attributes.contains(.inverse) }
        #expect(turned == Array(13..<21))
        model.isPlaying = true
        #expect(!draw(model)[2, 13].attributes.contains(.inverse))
    }

    @Test func `any window size is drawn without trapping`() {
        for columns in [1, 2, 3, 7, 12, 20, 33, 57, 81, 200] {
            for rows in [1, 2, 3, 5, 9, 24, 60] {
                var model = model(Size(columns: columns, rows: rows))
                model.signs = [.init(row: 0, isSnapshot: true)]
                for gutter in ReplayModel.Gutter.allCases {
                    model.gutter = gutter
                    #expect(draw(model).size == Size(columns: columns, rows: rows))
                }
                _ = model.apply(.help)
                _ = draw(model)
                _ = model.apply(.goTo(nil))
                _ = draw(model)
            }
        }
    }

    @Test func `the column that was clicked and the column that is drawn are the same`() {
        let model = model(Size(columns: 90, rows: 12))
        let bar = model.layout.bar(in: model.window, duration: 760_000)
        for column in [bar.column, bar.column + 7, bar.endColumn - 1] {
            var moved = model
            let time = model.layout.time(atColumn: column, in: model.window, duration: 760_000)
            moved.update(playhead: time, screen: screen, cursor: Position(row: 0, column: 0))
            #expect(draw(moved)[model.layout.timeline, column].content == Glyphs.unicode.playhead.value)
        }
    }
}
