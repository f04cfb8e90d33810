import ScreenModel
import Testing

@testable import WorkbenchModel

@Suite struct LiveModelTests {
    private var model = LiveModel(
        title: "bash", gutter: .right, window: Size(columns: 80, rows: 24), keys: keys)
    private static let keys = LiveKeys(bindings: [
        KeyChord(.character("m")): .mark, KeyChord(.character("x")): .stop, KeyChord(.character("u")): .ownSize,
        KeyChord(.character("b"), .control): .sendPrefix,
    ])

    private func key(_ name: String) -> KeyChord {
        guard let chord = KeyChord(name: name) else { preconditionFailure("no key \(name)") }
        return chord
    }

    /// Presses keys in a row and returns what the last one asks for.
    private mutating func press(_ names: String...) -> LiveModel.Effect {
        var effect = LiveModel.Effect.none
        for name in names { effect = model.press(key(name)) }
        return effect
    }

    @Test mutating func `every key is the program's but the prefix`() {
        #expect(press("a") == .forward)
        #expect(press("C-c") == .forward)
        #expect(press("Escape") == .forward)
        #expect(press("C-b") == .none)
        #expect(model.mode == .prefix)
    }

    @Test mutating func `the prefix twice sends it`() {
        #expect(press("C-b", "C-b") == .sendPrefix)
        #expect(model.mode == .direct)
    }

    @Test mutating func `a moment gets the label that is typed, or a number`() {
        #expect(press("C-b", "m") == .none)
        #expect(press("o", "j", "Backspace", "k") == .none)
        #expect(press("Enter") == .mark(label: "ok"))
        model.momentCount = 4
        #expect(press("C-b", "m", "Enter") == .mark(label: "moment 5"))
    }

    @Test mutating func `escape leaves a label, and no moment is made`() {
        #expect(press("C-b", "m", "a", "Escape") == .none)
        #expect(model.mode == .direct)
        #expect(press("a") == .forward)
    }

    @Test mutating func `pasted text goes into a label without its newlines, else to the program`() {
        #expect(model.paste("x\ny") == .forward)
        _ = press("C-b", "m")
        #expect(model.paste("x\ny") == .none)
        #expect(press("Enter") == .mark(label: "xy"))
    }

    @Test mutating func `a session ends only after a y`() {
        #expect(press("C-b", "x", "n") == .none)
        #expect(press("C-b", "x", "y") == .stop)
    }

    @Test mutating func `a key that does nothing says so`() {
        #expect(press("C-b", "Z") == .none)
        #expect(model.message?.text.contains("C-b Z") == true)
        #expect(press("a") == .forward)
        #expect(model.message == nil)
    }

    @Test func `status line and gutter are taken from the window as far as it is large enough`() {
        #expect(model.content == Rect(row: 0, column: 0, columns: 79, rows: 23))
        var left = model
        left.gutter = .left
        #expect(left.content == Rect(row: 0, column: 1, columns: 79, rows: 23))
        var tiny = model
        tiny.window = Size(columns: 10, rows: 2)
        #expect(tiny.content == Rect(row: 0, column: 0, columns: 10, rows: 2))
        #expect(tiny.statusRow == nil)
    }

    @Test mutating func `a key asks that this window sets the size`() {
        #expect(press("C-b", "u") == .ownSize)
        #expect(model.mode == .direct)
    }
}
