import ScreenModel
import Testing

@testable import Emulation

struct ModeTests {
    @Test func `several modes in one sequence are all set`() {
        let modes = terminal(4, 1, "\u{1B}[?1006;1002;2004;1004;1h").modes
        #expect(modes.mouseEncoding == .sgr)
        #expect(modes.mouseTracking == .drag)
        #expect(modes.bracketedPaste && modes.reportsFocus && modes.applicationCursorKeys)
        #expect(terminal(4, 1, "\u{1B}[?1003h\u{1B}[?1003l").modes.mouseTracking == .none)
    }

    @Test(arguments: [47, 1047, 1049])
    func `the alternate screen comes and goes`(mode: Int) {
        let terminal = terminal(10, 2, "shell\u{1B}[?\(mode)h")
        #expect(terminal.modes.alternateScreen)
        #expect(terminal.text == ["", ""])
        terminal.feed("\u{1B}[Halt\n\n\n\n")
        #expect(terminal.topLine == 0)
        terminal.feed("\u{1B}[?\(mode)l")
        #expect(terminal.text == ["shell", ""])
        if mode == 1049 { #expect(terminal.cursor.place == [1, 6]) }
    }

    @Test func `synchronized updates nest and end with an event`() {
        let terminal = terminal(4, 1, "\u{1B}[?2026h\u{1B}[?2026h\u{1B}[?2026l")
        #expect(terminal.modes.synchronizedUpdate)
        #expect(terminal.answer("\u{1B}[?2026$p") == "\u{1B}[?2026;1$y")
        #expect(terminal.feed("\u{1B}[?2026l").events == [.updateCompleted])
        #expect(!terminal.modes.synchronizedUpdate)
    }

    @Test func `the kitty keyboard has a stack for each screen`() {
        let terminal = terminal(4, 1, "\u{1B}[>1u\u{1B}[>5u")
        #expect(terminal.answer("\u{1B}[?u") == "\u{1B}[?5u")
        terminal.feed("\u{1B}[?1049h")
        #expect(terminal.modes.kittyKeyboard == 0)
        terminal.feed("\u{1B}[=3u\u{1B}[=4;2u\u{1B}[=1;3u")
        #expect(terminal.modes.kittyKeyboard == 6)
        terminal.feed("\u{1B}[?1049l\u{1B}[<u")
        #expect(terminal.modes.kittyKeyboard == 1)
        terminal.feed("\u{1B}[<99u")
        #expect(terminal.modes.kittyKeyboard == 0)
    }

    @Test func `a terminal that doesn't offer the kitty keyboard is silent about it`() {
        let identity = TerminalIdentity(offersKittyKeyboard: false)
        let terminal = Terminal(size: Size(columns: 4, rows: 1), identity: identity)
        #expect(terminal.answer("\u{1B}[>1u\u{1B}[?u") == "")
        #expect(terminal.modes.kittyKeyboard == 0)
    }

    @Test func `modifyOtherKeys and the cursor's shape are tracked`() {
        let terminal = terminal(4, 1, "\u{1B}[>4;2m\u{1B}[5 q")
        #expect(terminal.modes.modifyOtherKeys == 2)
        #expect(terminal.cursor.shape == .bar && terminal.cursor.blinks)
        terminal.feed("\u{1B}[>4m\u{1B}[2 q\u{1B}[?25l")
        #expect(terminal.modes.modifyOtherKeys == 0)
        #expect(terminal.cursor.shape == .block && !terminal.cursor.blinks && !terminal.cursor.isVisible)
    }
}

struct QueryTests {
    @Test(arguments: [
        ("\u{1B}[c", "\u{1B}[?62;22c"), ("\u{1B}[0c", "\u{1B}[?62;22c"), ("\u{1B}Z", "\u{1B}[?62;22c"),
        ("\u{1B}[>c", "\u{1B}[>0;277;0c"), ("\u{1B}[=c", "\u{1B}P!|00000000\u{1B}\\"),
        ("\u{1B}[>q", "\u{1B}P>|ah 1.0\u{1B}\\"), ("\u{1B}[5n", "\u{1B}[0n"),
        ("\u{1B}[2;3H\u{1B}[6n", "\u{1B}[2;3R"), ("\u{1B}[2;3H\u{1B}[?6n", "\u{1B}[?2;3R"),
        ("\u{1B}[?25$p", "\u{1B}[?25;1$y"), ("\u{1B}[?2004$p", "\u{1B}[?2004;2$y"),
        ("\u{1B}[?9999$p", "\u{1B}[?9999;0$y"),
        ("\u{1B}[4$p", "\u{1B}[4;2$y"), ("\u{1B}[18t", "\u{1B}[8;24;80t"), ("\u{1B}[14t", "\u{1B}[4;384;640t"),
        ("\u{1B}[16t", "\u{1B}[6;16;8t"), ("\u{1B}[?u", "\u{1B}[?0u"),
        ("\u{1B}]10;?\u{7}", "\u{1B}]10;rgb:d0d0/d0d0/d0d0\u{1B}\\"),
        ("\u{1B}]4;1;?\u{7}", "\u{1B}]4;1;rgb:cdcd/0000/0000\u{1B}\\"),
        ("\u{1B}]11;#102030\u{7}\u{1B}]11;?\u{1B}\\", "\u{1B}]11;rgb:1010/2020/3030\u{1B}\\"),
        ("\u{1B}]10;?;?\u{7}", "\u{1B}]10;rgb:d0d0/d0d0/d0d0\u{1B}\\\u{1B}]11;rgb:1010/1010/1414\u{1B}\\"),
        ("\u{1B}[1;4:3;31;48;2;1;2;3m\u{1B}P$qm\u{1B}\\", "\u{1B}P1$r0;1;4:3;31;48:2::1:2:3m\u{1B}\\"),
        ("\u{1B}[2;9r\u{1B}P$qr\u{1B}\\", "\u{1B}P1$r2;9r\u{1B}\\"), ("\u{1B}P$qz\u{1B}\\", "\u{1B}P0$r\u{1B}\\"),
        ("\u{1B}P$q q\u{1B}\\", "\u{1B}P1$r1 q\u{1B}\\"), ("\u{1B}P+q544e\u{1B}\\", ""),
    ])
    func `queries are answered`(query: String, answer: String) {
        #expect(terminal(80, 24).answer(query) == answer)
    }
}
