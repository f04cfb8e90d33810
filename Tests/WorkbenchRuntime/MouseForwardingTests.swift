import Display
import ScreenModel
import Testing

@testable import WorkbenchRuntime

@Suite struct MouseForwardingTests {
    private func forward(
        _ raw: String, at position: Position, content: Rect, origin: Position = Position(row: 0, column: 0),
        tracking: Modes.MouseTracking = .click
    ) -> String? {
        var modes = Modes()
        modes.mouseTracking = tracking
        let event = MouseEvent(button: .left, action: .press, position: position)
        return MouseForwarding.bytes(for: event, raw: Array(raw.utf8), in: content, origin: origin, modes: modes).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test func `a report inside the child's screen goes on byte for byte`() {
        let content = Rect(row: 0, column: 0, columns: 79, rows: 23)
        #expect(forward("\u{1B}[<0;5;7M", at: Position(row: 6, column: 4), content: content) == "\u{1B}[<0;5;7M")
    }

    @Test func `a report on the status line or for a child without a mouse stays here`() {
        let content = Rect(row: 0, column: 0, columns: 79, rows: 23)
        #expect(forward("\u{1B}[<0;5;24M", at: Position(row: 23, column: 4), content: content) == nil)
        let quiet = forward("\u{1B}[<0;5;7M", at: Position(row: 6, column: 4), content: content, tracking: .none)
        #expect(quiet == nil)
    }

    @Test func `of a screen that is larger than the window the cells are the child's`() {
        let content = Rect(row: 0, column: 1, columns: 79, rows: 23)
        let origin = Position(row: 40, column: 100)
        func at(_ raw: String) -> String? {
            forward(raw, at: Position(row: 6, column: 4), content: content, origin: origin)
        }
        #expect(at("\u{1B}[<0;5;7M") == "\u{1B}[<0;104;47M")
        var modes = Modes()
        modes.mouseTracking = .click
        modes.mouseEncoding = .sgr
        let event = MouseEvent(button: .left, action: .press, position: Position(row: 6, column: 4))
        let report = MouseReport.bytes(for: event, in: content, origin: origin, modes: modes)
        #expect(report == Array("\u{1B}[<0;104;47M".utf8))
    }

    @Test func `beside a left gutter the columns are the child's`() {
        let content = Rect(row: 0, column: 1, columns: 79, rows: 23)
        #expect(forward("\u{1B}[<64;5;7M", at: Position(row: 6, column: 4), content: content) == "\u{1B}[<64;4;7M")
        #expect(forward("\u{1B}[<0;5;7m", at: Position(row: 6, column: 4), content: content) == "\u{1B}[<0;4;7m")
        #expect(forward("\u{1B}[M %'", at: Position(row: 6, column: 4), content: content) == "\u{1B}[M $'")
    }
}

@Suite struct OuterTerminalTests {
    @Test func `variables of the outer terminal are known, others are left`() {
        for name in ["TMUX", "TERM_PROGRAM_VERSION", "KITTY_WINDOW_ID", "COLUMNS"] {
            #expect(OuterTerminal.describes(name))
        }
        for name in ["TERM", "HOME", "LC_ALL", "TMPDIR"] { #expect(!OuterTerminal.describes(name)) }
    }
}
