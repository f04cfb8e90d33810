import Display
import ScreenModel

/// Mouse events as a program in a pane expects them: in its own coordinates and the encoding it asked for.
enum MouseReport {
    /// The bytes to send; nil where the program doesn't want this event, or it lies outside its screen.
    ///
    /// - Parameter origin: the cell of the program's screen at the top left of `content`.
    static func bytes(for event: MouseEvent, in content: Rect, origin: Position, modes: Modes) -> [UInt8]? {
        guard wants(event, modes.mouseTracking) else { return nil }
        var position = event.position
        // What is dragged out of the pane stays at its edge: the program must see the release.
        if event.action == .drag || event.action == .release {
            position.row = min(max(position.row, content.row), content.endRow - 1)
            position.column = min(max(position.column, content.column), content.endColumn - 1)
        }
        guard content.contains(position) else { return nil }
        let column = position.column - content.column + origin.column + 1
        let row = position.row - content.row + origin.row + 1
        let code = code(of: event)
        let isRelease = event.action == .release
        switch modes.mouseEncoding {
        case .sgr, .sgrPixels:
            return Array("\u{1B}[<\(code);\(column);\(row)\(isRelease ? "m" : "M")".utf8)
        case .urxvt:
            return Array("\u{1B}[\((isRelease ? 3 : code) + 32);\(column);\(row)M".utf8)
        case .utf8:
            let scalars = [(isRelease ? 3 : code) + 32, column + 32, row + 32].compactMap { Unicode.Scalar(UInt32($0)) }
            var text = "\u{1B}[M"
            text.unicodeScalars.append(contentsOf: scalars)
            return Array(text.utf8)
        case .legacy:
            guard column <= 223, row <= 223 else { return nil }
            return [0x1B, 0x5B, 0x4D] + [(isRelease ? 3 : code) + 32, column + 32, row + 32].map { UInt8($0) }
        }
    }

    private static func wants(_ event: MouseEvent, _ tracking: Modes.MouseTracking) -> Bool {
        switch tracking {
        case .none: false
        case .press: event.action == .press
        case .click: event.action == .press || event.action == .release || event.action == .wheel
        case .drag: event.action != .move
        case .motion: true
        }
    }

    /// xterm's button code with its modifiers.
    private static func code(of event: MouseEvent) -> Int {
        var code: Int
        switch event.button {
        case .left: code = 0
        case .middle: code = 1
        case .right: code = 2
        case .none: code = 3
        case .wheelUp: code = 64
        case .wheelDown: code = 65
        case .wheelLeft: code = 66
        case .wheelRight: code = 67
        case .other(let number): code = 128 + Int(number) - 8
        }
        if event.action == .drag || event.action == .move { code += 32 }
        if event.modifiers.contains(.shift) { code += 4 }
        if event.modifiers.contains(.alt) { code += 8 }
        if event.modifiers.contains(.control) { code += 16 }
        return code
    }
}
