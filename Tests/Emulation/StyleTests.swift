import ScreenModel
import Testing

@testable import Emulation

struct StyleTests {
    private func look(_ parameters: String) -> Cell { terminal(4, 1, "\u{1B}[\(parameters)mx").cell(0, 0) }

    @Test func `colours come in every notation`() {
        #expect(look("31").foreground == .indexed(1))
        #expect(look("97;104").background == .indexed(12))
        #expect(look("38;5;200").foreground == .indexed(200))
        #expect(look("38:5:200").foreground == .indexed(200))
        #expect(look("48;2;1;2;3").background == .rgb(1, 2, 3))
        #expect(look("38:2:1:2:3").foreground == .rgb(1, 2, 3))
        #expect(look("38:2::1:2:3").foreground == .rgb(1, 2, 3))
        #expect(look("38;2;1;2;3;1").attributes.contains(.bold))
        #expect(look("31;38;2;300;2;3").foreground == .indexed(1))
        #expect(look("31;39").foreground == .default)
    }

    @Test func `underlines have styles and a colour`() {
        #expect(look("4").attributes.underline == .single)
        #expect(look("4:3").attributes.underline == .curly)
        #expect(look("4:3;4:0").attributes.underline == .none)
        #expect(look("21").attributes.underline == .double)
        let terminal = terminal(4, 1, "\u{1B}[4;58:2::9:8:7mx\u{1B}[59my")
        #expect(terminal.symbols.extra(terminal.cell(0, 0).extra)?.underlineColor == .rgb(9, 8, 7))
        #expect(terminal.cell(0, 1).extra == 0)
    }

    @Test func `dim, conceal, overline and the others are kept and ended`() {
        let all: Attributes = [.bold, .dim, .italic, .blink, .inverse, .conceal, .strikethrough, .overline]
        #expect(look("1;2;3;5;7;8;9;53").attributes == all)
        #expect(look("1;2;3;5;7;8;9;53;22;23;25;27;28;29;55").attributes == [])
    }

    @Test func `more parameters than libvterm takes do no harm`() {
        let many = (0..<40).map { _ in "1" }.joined(separator: ";")
        #expect(look(many + ";31").foreground == .indexed(1))
        #expect(look((0..<5000).map { _ in "38;2" }.joined(separator: ";")).content == 0x78)
    }

    @Test func `links belong to cells until they end`() {
        let terminal = terminal(9, 1, "\u{1B}]8;id=7;http://a.example/\u{1B}\\a\u{1B}[mb\u{1B}]8;;\u{7}c")
        let extra = terminal.symbols.extra(terminal.cell(0, 1).extra)
        #expect(extra?.link == "http://a.example/")
        #expect(extra?.linkID == "7")
        #expect(terminal.cell(0, 0).extra == terminal.cell(0, 1).extra)
        #expect(terminal.cell(0, 2).extra == 0)
    }
}
