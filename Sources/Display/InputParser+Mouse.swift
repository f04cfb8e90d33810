import ScreenModel

extension InputParser {
    /// Mode 1006: `CSI < button ; column ; row M` or `m`.
    func sgrMouse(_ sequence: ControlSequence) -> InputEvent.Kind? {
        guard sequence.parameters.count == 3 else { return nil }
        return mouse(
            code: sequence.value(0), column: sequence.value(1), row: sequence.value(2),
            isRelease: sequence.final == 0x6D)
    }

    /// Mode 1015: as the legacy report, in decimal.
    func urxvtMouse(_ sequence: ControlSequence) -> InputEvent.Kind? {
        let code = sequence.value(0) - 32
        return code < 0 ? nil : legacy(code: code, column: sequence.value(1), row: sequence.value(2))
    }

    func legacyMouse(_ code: UInt8, _ column: UInt8, _ row: UInt8) -> InputEvent.Kind {
        guard code >= 32, column > 32, row > 32 else { return .unknown }
        return legacy(code: Int(code) - 32, column: Int(column) - 32, row: Int(row) - 32)
    }

    /// Button 3 is a release of whichever button there.
    private func legacy(code: Int, column: Int, row: Int) -> InputEvent.Kind {
        mouse(code: code, column: column, row: row, isRelease: code & 0x63 == 3)
    }

    private func mouse(code: Int, column: Int, row: Int, isRelease: Bool) -> InputEvent.Kind {
        var modifiers: Modifiers = []
        if code & 4 != 0 { modifiers.insert(.shift) }
        if code & 8 != 0 { modifiers.insert(.alt) }
        if code & 16 != 0 { modifiers.insert(.control) }
        let button = Self.button(code)
        let action: MouseEvent.Action =
            code & 0xC0 == 64
            ? .wheel : code & 32 != 0 ? (button == .none ? .move : .drag) : isRelease ? .release : .press
        let position = Position(row: max(0, row - 1), column: max(0, column - 1))
        return .mouse(MouseEvent(button: button, action: action, position: position, modifiers: modifiers))
    }

    private static func button(_ code: Int) -> MouseEvent.Button {
        switch (code & 0xC0, code & 3) {
        case (0, 0): .left
        case (0, 1): .middle
        case (0, 2): .right
        case (64, 0): .wheelUp
        case (64, 1): .wheelDown
        case (64, 2): .wheelLeft
        case (64, 3): .wheelRight
        case (128, let low): .other(UInt8(8 + low))
        default: .none
        }
    }
}

extension MouseEvent {
    /// The report a program expects that set these modes; nil when it wants none of this event, or has no way to be told.
    ///
    /// For a pane that isn't at the terminal's top left: give `position` relative to it first.
    public func bytes(for modes: Modes) -> [UInt8]? {
        guard isWanted(by: modes.mouseTracking), position.row >= 0, position.column >= 0 else { return nil }
        let column = position.column + 1
        let row = position.row + 1
        switch modes.mouseEncoding {
        case .sgr, .sgrPixels:
            return Array("\u{1B}[<\(code);\(column);\(row)\(action == .release ? "m" : "M")".utf8)
        case .urxvt: return Array("\u{1B}[\(legacyCode + 32);\(column);\(row)M".utf8)
        case .legacy:
            guard column <= 223, row <= 223 else { return nil }
            return [0x1B, 0x5B, 0x4D, UInt8(legacyCode + 32), UInt8(column + 32), UInt8(row + 32)]
        case .utf8:
            let scalars = [legacyCode, column, row].compactMap { Unicode.Scalar(UInt32($0 + 32)) }
            return Array("\u{1B}[M".utf8) + scalars.flatMap { Array(String(Character($0)).utf8) }
        }
    }

    private func isWanted(by tracking: Modes.MouseTracking) -> Bool {
        switch tracking {
        case .none: false
        case .press: action == .press || action == .wheel
        case .click: action == .press || action == .release || action == .wheel
        case .drag: action != .move
        case .motion: true
        }
    }

    private var code: Int {
        let base =
            switch button {
            case .left: 0
            case .middle: 1
            case .right: 2
            case .none: 3
            case .wheelUp: 64
            case .wheelDown: 65
            case .wheelLeft: 66
            case .wheelRight: 67
            case .other(let number): 128 + Int(number & 3)
            }
        let motion = action == .drag || action == .move ? 32 : 0
        return base + motion + modifierBits
    }

    private var legacyCode: Int { action == .release ? 3 + modifierBits : code }

    private var modifierBits: Int {
        (modifiers.contains(.shift) ? 4 : 0) + (modifiers.contains(.alt) ? 8 : 0)
            + (modifiers.contains(.control) ? 16 : 0)
    }
}
