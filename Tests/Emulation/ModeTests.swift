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
