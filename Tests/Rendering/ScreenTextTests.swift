import Rendering
import ScreenModel
import Testing

struct ScreenTextTests {
    private func frame() -> Frame {
        var surface = Surface(size: Size(columns: 10, rows: 4))
        surface.text("plain", row: 0, column: 0)
        surface.text(
            "red", row: 1, column: 2, style: Style(foreground: .indexed(1), attributes: [.bold]))
        surface.text("rgb", row: 1, column: 5, style: Style(background: .rgb(1, 2, 3)))
        return Frame(size: surface.size, cells: surface.cells, symbols: surface.symbols)
    }

    @Test func `plain text has no blanks at the ends and no escape codes`() {
        #expect(ScreenText(usesColors: false).text(frame()) == "plain\n  redrgb\n")
    }

    @Test func `colours are SGR and nothing else`() {
        #expect(
            ScreenText(usesColors: true).text(frame())
                == "plain\n  \u{1B}[0;1;31mred\u{1B}[0;48;2;1;2;3mrgb\u{1B}[0m\n")
    }

    @Test func `a line that wrapped is whole again`() {
        var frame = frame()
        frame.wraps[0] = true
        #expect(ScreenText(usesColors: false).text(frame, joinsWraps: true) == "plain       redrgb\n")
    }
}
