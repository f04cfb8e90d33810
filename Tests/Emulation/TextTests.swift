import ScreenModel
import Testing

@testable import Emulation

struct TextTests {
    @Test func `text wraps at the last column, and only when more comes`() {
        let terminal = terminal(5, 3, "12345")
        #expect(terminal.text == ["12345", "", ""])
        #expect(terminal.cursor.place == [1, 5])
        terminal.feed("6")
        #expect(terminal.text == ["12345", "6", ""])
        #expect(terminal.wraps == [true, false, false])
    }

    @Test func `erasing in a pending wrap leaves the last column alone`() {
        #expect(terminal(5, 2, "12345\u{1B}[K").text == ["12345", ""])
        #expect(terminal(5, 2, "12345\r\nabc\u{1B}[1;5Hx\u{1B}[J").text == ["1234x", ""])
        #expect(terminal(5, 2, "12345\u{1B}[X").text == ["12345", ""])
    }

    @Test func `without autowrap the last column is overwritten`() {
        #expect(terminal(5, 2, "\u{1B}[?7l1234567").text == ["12347", ""])
    }

    @Test func `insert mode moves the rest of the line right`() {
        #expect(terminal(6, 1, "abcdef\r\u{1B}[4hXY").text == ["XYabcd"])
        #expect(terminal(6, 1, "日本b\r\u{1B}[4hX").text == ["X日本b"])
    }

    @Test func `REP repeats, also across lines, and is bounded`() {
        #expect(terminal(5, 2, "a\u{1B}[6b").text == ["aaaaa", "aa"])
        #expect(terminal(5, 2, "\u{1B}[5b").text == ["", ""])
        #expect(terminal(5, 2, "日\u{1B}[99999999b").text == ["日日", "日"])
    }

    @Test func `marks combine with the character on the left`() {
        let terminal = terminal(10, 1, "e\u{301}x")
        #expect(terminal.text == ["e\u{301}x"])
        #expect(terminal.cursor.place == [1, 3])
    }

    @Test func `a cluster is bounded`() {
        let terminal = terminal(10, 1, "e" + String(repeating: "\u{301}", count: 10_000) + "x")
        #expect(terminal.text[0].utf8.count < 80)
        #expect(terminal.cell(0, 1).content == 0x78)
    }

    @Test func `pictographs joined by a ZWJ are one wide character`() {
        let terminal = terminal(10, 1, "👩\u{200D}💻x")
        #expect(terminal.cursor.place == [1, 4])
        #expect(terminal.cell(0, 0).attributes.contains(.wide))
        #expect(terminal.frame().text == "👩\u{200D}💻x")
    }

    @Test func `a ZWJ between letters joins nothing`() {
        #expect(terminal(10, 1, "a\u{200D}b").cursor.place == [1, 3])
    }

    @Test func `two regional indicators are one flag, wherever the input is split`() {
        let terminal = terminal(10, 1)
        for byte in Array("🇩🇪🇫🇷".utf8) { terminal.feed([byte]) }
        #expect(terminal.cursor.place == [1, 5])
        #expect(terminal.cell(0, 0).attributes.contains(.wide))
        #expect(terminal.cell(0, 2).attributes.contains(.wide))
    }

    @Test func `a wide character that doesn't fit wraps`() {
        let terminal = terminal(5, 2, "1234日")
        #expect(terminal.text == ["1234", "日"])
    }

    @Test func `overwriting half of a wide character blanks the other half`() {
        #expect(terminal(6, 1, "日本\u{1B}[2Gx").text == [" x本"])
        #expect(terminal(6, 1, "日本\u{1B}[1Gx").text == ["x 本"])
        #expect(terminal(6, 1, "日本\u{1B}[2G\u{1B}[X").text == ["  本"])
        #expect(terminal(6, 1, "日本\u{1B}[2G\u{1B}[P").text == [" 本"])
        #expect(terminal(6, 1, "日本\u{1B}[2G語").text == [" 語"])
    }

    @Test func `broken UTF-8 is one replacement for each maximal part`() {
        let terminal = terminal(10, 1)
        terminal.feed([0x61, 0xE2, 0x82, 0x62, 0xFF, 0xC0, 0xAF, 0xED, 0xA0, 0x80])
        #expect(terminal.text == ["a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"])
    }

    @Test func `DEC graphics draw lines, by G0 and G1 and for one character`() {
        #expect(terminal(10, 1, "\u{1B}(0lqk\u{1B}(Bq").text == ["┌─┐q"])
        #expect(terminal(10, 1, "\u{1B})0a\u{E}x\u{F}x").text == ["a│x"])
        #expect(terminal(10, 1, "\u{1B}*0\u{1B}Nxx").text == ["│x"])
    }

    @Test func `C1 controls in UTF-8 print nothing`() {
        #expect(terminal(10, 1, "a\u{9B}b\u{7F}").text == ["ab"])
    }
}
