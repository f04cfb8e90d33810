import ScreenModel
import Testing

@testable import Display

@Suite struct TerminalCapabilitiesTests {
    private func capabilities(_ term: String, _ environment: [String: String] = [:]) throws -> TerminalCapabilities {
        try TerminalCapabilities(terminfoFor: term, environment: environment)
    }

    @Test func `colours are as many as terminal and environment say`() throws {
        #expect(try capabilities("xterm-256color").colors == .indexed256)
        #expect(try capabilities("xterm-256color", ["COLORTERM": "truecolor"]).colors == .truecolor)
        #expect(try capabilities("xterm-kitty").colors == .truecolor)
        #expect(try capabilities("screen", ["COLORTERM": "truecolor"]).colors == .ansi8)
        #expect(try capabilities("linux").colors == .ansi8)
        #expect(try capabilities("vt100").colors == .mono)
        #expect(try capabilities("xterm-256color", ["NO_COLOR": "1", "COLORTERM": "truecolor"]).colors == .mono)
        #expect(try capabilities("xterm-256color", ["NO_COLOR": ""]).colors == .indexed256)
    }

    @Test func `UTF-8 is what the first locale variable says`() throws {
        #expect(try capabilities("xterm", ["LANG": "de_DE.UTF-8"]).utf8)
        #expect(try capabilities("xterm", ["LANG": "C.utf8"]).utf8)
        #expect(try !capabilities("xterm", ["LANG": "C"]).utf8)
        #expect(try !capabilities("xterm", ["LC_ALL": "C", "LANG": "C.UTF-8"]).utf8)
        #expect(try capabilities("xterm", ["LC_ALL": "", "LANG": "C.UTF-8"]).utf8)
        #expect(try !capabilities("xterm").utf8)
    }

    @Test func `old terminals are asked nothing and told little`() throws {
        let console = try capabilities("linux")
        #expect(console.queries.isEmpty)
        #expect(!console.title && !console.hyperlinks)
        let dumb = try capabilities("dumb")
        #expect(!dumb.addressableCursor)
        #expect(!(try capabilities("vt100").singleResets))
        #expect(try capabilities("screen").queries.isEmpty == false)
    }

    @Test func `a modern terminal without an entry here is still one`() throws {
        let ghostty = try capabilities("xterm-ghostty")
        #expect(ghostty.addressableCursor && ghostty.underlineStyles && ghostty.synchronizedUpdates)
    }

    @Test func `a program's name is not taken for the multiplexer in it`() throws {
        #expect(try capabilities("xterm-256color", ["TERM_PROGRAM": "iTerm.app"]).hyperlinks)
        #expect(try !capabilities("screen-256color", ["TERM_PROGRAM": "iTerm.app"]).hyperlinks)
    }

    @Test func `answers refine what is known`() throws {
        var known = try capabilities("xterm-256color")
        #expect(!known.synchronizedUpdates)
        let isNew = known.apply(.privateMode(2026, value: 2))
        let isOld = known.apply(.privateMode(2026, value: 2))
        #expect(isNew && !isOld && known.synchronizedUpdates)
        known.apply(.privateMode(2026, value: 0))
        #expect(!known.synchronizedUpdates)
        known.apply(.color(of: .background, .rgb(250, 250, 240)))
        #expect(known.darkBackground == false)
        known.apply(.kittyKeyboard(0))
        #expect(known.kittyKeyboard)
    }

    @Test func `padding is no part of a string`() {
        #expect(Terminfo.withoutPadding(Array("\u{1B}[H$<5>x$".utf8)) == Array("\u{1B}[Hx$".utf8))
    }

    @Test func `the nearest colour of fewer is near`() {
        var few = ColorMapper(depth: .indexed256)
        #expect(few.map(.rgb(255, 0, 0)).color == .indexed(196))
        #expect(few.map(.rgb(128, 128, 128)).color == .indexed(244))
        #expect(few.map(.indexed(3)).color == .indexed(3))
        var ansi = ColorMapper(depth: .ansi8)
        #expect(ansi.map(.rgb(255, 10, 10)) == (.indexed(1), true))
        #expect(ansi.map(.rgb(200, 0, 0)) == (.indexed(1), false))
        #expect(ansi.map(.indexed(196)) == (.indexed(1), true))
    }
}
