import ScreenModel
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

    @Test func `sizes are short`() {
        #expect(ByteText.text(999) == "999 B")
        #expect(ByteText.text(1_000) == "1.0 kB")
        #expect(ByteText.text(9_960) == "10 kB")
        #expect(ByteText.text(999_499) == "999 kB")
        #expect(ByteText.text(999_600) == "1.0 MB")
        #expect(ByteText.text(3_400_000_000) == "3.4 GB")
    }
}
