import ScreenModel
import Testing

@testable import Emulation

struct ResizeTests {
    @Test func `text flows anew with the width and comes back`() {
        let terminal = terminal(10, 3, "abcdefghijklm")
        terminal.resize(to: Size(columns: 5, rows: 3))
        // The blank row below counts, too, as in tmux.
        #expect(terminal.text == ["fghij", "klm", ""])
        #expect(terminal.cursor.place == [2, 4])
        #expect(terminal.scrollbackLine(0)?.count == 5 && terminal.scrollbackLineWraps(0))
        terminal.resize(to: Size(columns: 20, rows: 3))
        #expect(terminal.text == ["abcdefghijklm", "", ""])
        #expect(terminal.cursor.place == [1, 14])
    }

    @Test func `rows go to the scrollback and come back`() {
        let terminal = terminal(10, 4, "1\r\n2\r\n3\r\n4")
        terminal.resize(to: Size(columns: 10, rows: 2))
        #expect(terminal.text == ["3", "4"])
        #expect(terminal.topLine == 2)
        terminal.resize(to: Size(columns: 10, rows: 4))
        #expect(terminal.text == ["1", "2", "3", "4"])
        #expect(terminal.topLine == 0)
    }

    @Test func `a resize in the alternate screen reaches the primary one when it shows again`() {
        let terminal = terminal(10, 3, "abcdefgh\u{1B}[?1049h\u{1B}[Halt")
        terminal.resize(to: Size(columns: 4, rows: 3))
        #expect(terminal.text[0] == "alt")
        terminal.feed("\u{1B}[?1049l")
        #expect(terminal.text == ["efgh", "", ""])
    }

    @Test func `sizes are clamped`() {
        #expect(Terminal(size: Size(columns: 0, rows: -5)).size == Size(columns: 2, rows: 1))
        let terminal = terminal(10, 3, "日本語\u{1B}[3;3r")
        terminal.resize(to: Size(columns: 1, rows: 0))
        #expect(terminal.size == Size(columns: 2, rows: 1))
        terminal.feed("日本\u{1B}[2J")
        #expect(terminal.brokenInvariant == nil)
    }

    @Test func `the library's version is the one that was compiled against`() throws {
        try Terminal.checkLibrary()
    }
}
