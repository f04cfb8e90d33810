import ScreenModel
import TestSupport
import Testing
import Themes
import WorkbenchModel

@testable import Rendering

@Suite struct LiveViewTests {
    private func rows(_ model: LiveModel, frame: Frame) -> [String] {
        var surface = Surface(size: model.window)
        LiveView(theme: Theme(name: "plain")).draw(model, frame: frame, on: &surface)
        let shown = Frame(size: surface.size, cells: surface.cells, symbols: surface.symbols)
        return (0..<shown.size.rows).map { shown.text(row: $0) }
    }

    private func frame(_ text: String, for model: LiveModel) -> Frame {
        var frame = Frame(size: model.content.size)
        for (column, scalar) in text.unicodeScalars.enumerated() { frame.cells[column].content = scalar.value }
        return frame
    }

    @Test func `screen, signs and facts have their places`() {
        var model = LiveModel(title: "bash", gutter: .right, window: Size(columns: 50, rows: 4))
        model.elapsed = 65_000
        model.rawBytes = 12_300
        model.fileBytes = 950
        model.momentCount = 1
        model.topLine = 100
        model.place(.init(id: 1, line: 101, isSnapshot: false))
        model.place(.init(id: 2, line: 99, isSnapshot: false))
        #expect(
            rows(model, frame: frame("hello", for: model)) == [
                "hello",
                String(repeating: " ", count: 49) + "◆",
                "",
                "● 01:05  bash  12 kB → 950 B  1 moment  C-b ? help",
            ])
    }

    @Test func `a narrow window shows the time and drops the rest`() {
        let model = LiveModel(title: "a long command line", gutter: .none, window: Size(columns: 20, rows: 3))
        #expect(rows(model, frame: frame("x", for: model))[2] == "● 00:00   C-b ? help")
    }

    @Test func `the label prompt is where the cursor is`() {
        var model = LiveModel(title: "bash", gutter: .right, window: Size(columns: 50, rows: 4))
        model.mode = .label("né")
        var surface = Surface(size: model.window)
        LiveView(theme: Theme(name: "plain")).draw(model, frame: frame("", for: model), on: &surface)
        #expect(surface.cursor?.position == Position(row: 3, column: 23))
    }

    @Test func `of a screen larger than the window the part with the cursor is shown`() {
        let model = LiveModel(title: "bash", gutter: .right, window: Size(columns: 21, rows: 4))
        var large = Frame(size: Size(columns: 40, rows: 10))
        for row in 0..<10 { large.cells[row * 40 + 30].content = UInt32(48 + row) }
        large.cursor.position = Position(row: 8, column: 31)
        #expect(
            Array(rows(model, frame: large).prefix(3)) == [6, 7, 8].map { String(repeating: " ", count: 18) + "\($0)" })
        var surface = Surface(size: model.window)
        LiveView(theme: Theme(name: "plain")).draw(model, frame: large, on: &surface)
        #expect(surface.cursor?.position == Position(row: 2, column: 19))
    }

    @Test func `sizes are short`() {
        #expect(ByteText.text(999) == "999 B")
        #expect(ByteText.text(1_000) == "1.0 kB")
        #expect(ByteText.text(9_960) == "10 kB")
        #expect(ByteText.text(999_499) == "999 kB")
        #expect(ByteText.text(999_600) == "1.0 MB")
        #expect(ByteText.text(3_400_000_000) == "3.4 GB")
    }

    @Test func `rows drawn again are what drawing all shows`() throws {
        var random = SeededRandom(seed: 7)
        for window in [Size(columns: 20, rows: 6), Size(columns: 9, rows: 3)] {
            var model = LiveModel(title: "bash", gutter: .right, window: window)
            model.place(.init(id: 1, line: 1, isSnapshot: true))
            let view = LiveView(theme: Theme(name: "plain"))
            var frame = Frame(size: model.content.size)
            var (partly, wholly) = (Surface(size: window), Surface(size: window))
            view.draw(model, frame: frame, on: &partly)
            for _ in 0..<100 {
                let row = Int.random(in: 0..<frame.size.rows, using: &random)
                let column = Int.random(in: 0..<frame.size.columns, using: &random)
                frame.cells[row * frame.size.columns + column].content = UInt32.random(in: 33..<127, using: &random)
                frame.cursor.position = Position(row: row, column: column)
                let rows = try #require(view.redraw(row...row, model, frame: frame, on: &partly))
                view.draw(model, frame: frame, on: &wholly)
                #expect(partly == wholly)
                #expect(rows.contains(model.content.row + row))
            }
        }
    }

    @Test func `where something lies over the screen, all is drawn`() {
        var model = LiveModel(title: "bash", gutter: .none, window: Size(columns: 20, rows: 6))
        var surface = Surface(size: model.window)
        model.mode = .help
        let frame = Frame(size: model.content.size)
        #expect(LiveView(theme: Theme(name: "plain")).redraw(0...0, model, frame: frame, on: &surface) == nil)
    }
}
