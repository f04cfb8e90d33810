import ScreenModel
import Testing

@testable import Emulation

struct ControlTests {
    @Test func `the cursor stays on the screen and within margins`() {
        let terminal = terminal(10, 10, "\u{1B}[3;6r\u{1B}[4H\u{1B}[99A")
        #expect(terminal.cursor.place == [3, 1])
        terminal.feed("\u{1B}[99B")
        #expect(terminal.cursor.place == [6, 1])
        terminal.feed("\u{1B}[9H\u{1B}[99B\u{1B}[99C")
        #expect(terminal.cursor.place == [10, 10])
        terminal.feed("\u{1B}[H\u{1B}[A\u{1B}[D")
        #expect(terminal.cursor.place == [1, 1])
        terminal.feed("\u{1B}[65535;65535H")
        #expect(terminal.cursor.place == [10, 10])
    }

    @Test func `origin mode counts from the top margin`() {
        let terminal = terminal(10, 10, "\u{1B}[3;6r\u{1B}[?6h\u{1B}[2;2H")
        #expect(terminal.cursor.place == [4, 2])
        #expect(terminal.answer("\u{1B}[6n") == "\u{1B}[2;2R")
        terminal.feed("\u{1B}[9H")
        #expect(terminal.cursor.place == [6, 1])
    }

    @Test func `lines and characters are inserted and deleted`() {
        #expect(terminal(4, 3, "a\r\nb\r\nc\u{1B}[2H\u{1B}[L").text == ["a", "", "b"])
        #expect(terminal(4, 3, "a\r\nb\r\nc\u{1B}[1H\u{1B}[M").text == ["b", "c", ""])
        #expect(terminal(4, 1, "abcd\u{1B}[2G\u{1B}[2@").text == ["a  b"])
        #expect(terminal(4, 1, "abcd\u{1B}[2G\u{1B}[2P").text == ["ad"])
        #expect(terminal(4, 1, "abcd\u{1B}[2G\u{1B}[2X").text == ["a  d"])
    }

    @Test func `the scroll region scrolls alone`() {
        let lines = "1\r\n2\r\n3\r\n4"
        #expect(terminal(4, 4, lines + "\u{1B}[2;3r\u{1B}[3H\n").text == ["1", "3", "", "4"])
        #expect(terminal(4, 4, lines + "\u{1B}[2;3r\u{1B}[2H\u{1B}M").text == ["1", "", "2", "4"])
        #expect(terminal(4, 4, lines + "\u{1B}[S").text == ["2", "3", "4", ""])
        #expect(terminal(4, 4, lines + "\u{1B}[2T").text == ["", "", "1", "2"])
    }

    @Test func `tabs stop where they were set`() {
        #expect(terminal(20, 1, "\tx").cursor.place == [1, 10])
        #expect(terminal(20, 1, "\u{1B}[3g\u{1B}[5G\u{1B}H\r\tx").cursor.place == [1, 6])
        #expect(terminal(20, 1, "\u{1B}[20G\u{1B}[Z").cursor.place == [1, 17])
        #expect(terminal(20, 1, "\t\t\t\t").cursor.place == [1, 20])
    }

    @Test func `erased cells take the background`() {
        let terminal = terminal(4, 2, "\u{1B}[44m\u{1B}[2J")
        #expect(terminal.cell(1, 3).background == .indexed(4))
    }

    @Test func `protected cells survive a selective erase only`() {
        let terminal = terminal(6, 1, "ab\u{1B}[1\"qcd\u{1B}[0\"qef\u{1B}[?2K")
        #expect(terminal.text == ["  cd"])
        terminal.feed("\u{1B}[2K")
        #expect(terminal.text == [""])
    }

    @Test func `the cursor is saved with pen, charset and origin`() {
        let terminal = terminal(10, 4, "\u{1B}[2;3H\u{1B}[1;31m\u{1B}(0\u{1B}7\u{1B}[H\u{1B}[m\u{1B}(B\u{1B}8q")
        #expect(terminal.text[1] == "  ─")
        #expect(terminal.cell(1, 2).foreground == .indexed(1))
        #expect(terminal.cell(1, 2).attributes.contains(.bold))
    }

    @Test func `CSI s and u save the cursor, too`() {
        #expect(terminal(10, 4, "ab\u{1B}[s\u{1B}[3H\u{1B}[uc").text[0] == "abc")
    }

    @Test func `DECSTR resets softly, RIS all`() {
        let terminal = terminal(10, 4, "text\u{1B}[2;3r\u{1B}[4h\u{1B}[?25l\u{1B}[31m\u{1B}[!p")
        #expect(terminal.text[0] == "text")
        #expect(terminal.cursor.isVisible)
        terminal.feed("\u{1B}]2;t\u{7}\u{1B}c")
        #expect(terminal.text[0] == "")
        #expect(terminal.title == "")
    }

    @Test func `DECALN fills the screen`() {
        #expect(terminal(3, 2, "\u{1B}#8").text == ["EEE", "EEE"])
    }

    @Test func `lines that leave the top are kept, also from a region at the top`() {
        let terminal = terminal(10, 2, "1\r\n2\r\n3\r\n4")
        #expect(terminal.topLine == 2)
        #expect(terminal.scrollback == (0, 2))
        #expect(terminal.scrollbackLine(1) == [Cell(content: 0x32)])
        terminal.feed("\u{1B}[3J")
        #expect(terminal.scrollback == (2, 2))
        #expect(terminal.scrollbackLine(1) == nil)
    }

    @Test func `the scrollback is bounded`() {
        let terminal = Terminal(size: Size(columns: 80, rows: 24), scrollbackLimit: 100)
        for line in 0..<1000 { terminal.feed("line \(line)\r\n") }
        #expect(terminal.scrollback.end - terminal.scrollback.first == 100)
        #expect(terminal.scrollback.end == terminal.topLine)
        let last = terminal.scrollbackLine(terminal.topLine - 1) ?? []
        #expect(last.map { terminal.symbols.text(of: $0) }.joined() == "line \(terminal.topLine - 1)")
    }

    @Test func `changes name the rows that changed and how far the screen scrolled`() {
        let terminal = terminal(10, 3, "a\r\nb\r\nc")
        let changes = terminal.feed("\u{1B}[2Hx")
        #expect((0..<3).filter(changes.rows.contains) == [1])
        #expect(terminal.feed("\u{1B}[3H\n\n").scrolled == 2)
    }
}
