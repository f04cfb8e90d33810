import ScreenModel

extension InputParser {
    /// The key of a CSI sequence, nil when it is none.
    func key(of sequence: ControlSequence) -> InputEvent.Kind? {
        guard sequence.prefix == 0, sequence.intermediate == 0 else { return nil }
        switch sequence.final {
        case 0x75: return sequence.parameters.isEmpty ? nil : kittyKey(sequence)
        case 0x7E: return tildeKey(sequence)
        case 0x5E, 0x40:  // rxvt's Control and Control+Shift
            guard sequence.parameters.count == 1, let key = Self.tildeKeys[sequence.value(0)] else { return nil }
            return .key(KeyChord(key, sequence.final == 0x5E ? .control : [.control, .shift]))
        case 0x5A: return event(.tab, sequence, adding: .shift)
        case 0x49, 0x4F: return nil
        case 0x52 where sequence.parameters.count == 2 && !(sequence.value(0) == 1 && 2...16 ~= sequence.value(1)):
            return nil  // CPR and not F3
        default:
            if let arrow = Self.rxvtArrows[sequence.final], sequence.parameters.isEmpty {
                return .key(KeyChord(arrow, .shift))
            }
            guard let key = Self.letterKeys[sequence.final], sequence.parameters.count <= 2 else { return nil }
            return event(key, sequence)
        }
    }

    private func tildeKey(_ sequence: ControlSequence) -> InputEvent.Kind? {
        if sequence.value(0) == 27, sequence.parameters.count == 3 {  // modifyOtherKeys
            guard let key = Self.unicodeKey(sequence.value(2)) else { return nil }
            return .key(Self.chord(key, Self.modifiers(sequence.value(1, default: 1)), shifted: nil))
        }
        guard let key = Self.tildeKeys[sequence.value(0)] else { return nil }
        return event(key, sequence)
    }

    /// `CSI code:shifted:base ; modifiers:event ; text u`
    private func kittyKey(_ sequence: ControlSequence) -> InputEvent.Kind? {
        var code = sequence.value(0)
        // Text without a key, as from an input method.
        if code == 0 { code = sequence.value(2) }
        guard let key = Self.unicodeKey(code) else { return nil }
        let shifted = sequence.sub(0, 1).flatMap(Self.unicodeKey)
        return event(Self.chord(key, Self.modifiers(sequence.value(1, default: 1)), shifted: shifted), sequence)
    }

    /// A letter with Control keeps Shift; else a shifted character is what it writes.
    private static func chord(_ key: Key, _ modifiers: Modifiers, shifted: Key?) -> KeyChord {
        guard modifiers.contains(.shift), case .character(let scalar) = key else { return KeyChord(key, modifiers) }
        let isLetter = "a"..."z" ~= scalar
        guard let shifted, !(isLetter && modifiers.contains(.control)) else { return KeyChord(key, modifiers) }
        return KeyChord(shifted, modifiers.subtracting(.shift))
    }

    private func event(_ key: Key, _ sequence: ControlSequence, adding: Modifiers = []) -> InputEvent.Kind {
        event(KeyChord(key, Self.modifiers(sequence.value(1, default: 1)).union(adding)), sequence)
    }

    private func event(_ chord: KeyChord, _ sequence: ControlSequence) -> InputEvent.Kind {
        switch sequence.sub(1, 1) {
        case 2: .keyRepeat(chord)
        case 3: .keyRelease(chord)
        default: .key(chord)
        }
    }

    /// xterm's and kitty's parameter: 1 + the modifier bits.
    static func modifiers(_ parameter: Int) -> Modifiers {
        Modifiers(rawValue: UInt8(truncatingIfNeeded: max(0, parameter - 1)))
    }

    private static func unicodeKey(_ code: Int) -> Key? {
        switch code {
        case 8, 127: .backspace
        case 9: .tab
        case 13: .enter
        case 27: .escape
        case 57344...63743: kittyKeys[code] ?? functionKey(code) ?? .functional(UInt32(code))
        case 0..<32: nil
        default: Unicode.Scalar(UInt32(code)).map { .character($0) }
        }
    }

    /// F13 … F35 and the keypad's digits.
    private static func functionKey(_ code: Int) -> Key? {
        switch code {
        case 57376...57398: .function(UInt8(code - 57376 + 13))
        case 57399...57408: .character(Unicode.Scalar(UInt8(0x30 + code - 57399)))
        default: nil
        }
    }

    private static let kittyKeys: [Int: Key] = [
        57358: .capsLock, 57359: .scrollLock, 57360: .numLock, 57361: .printScreen, 57362: .pause, 57363: .menu,
        57409: .character("."), 57410: .character("/"), 57411: .character("*"), 57412: .character("-"),
        57413: .character("+"), 57414: .enter, 57415: .character("="), 57416: .character(","), 57417: .left,
        57418: .right, 57419: .up, 57420: .down, 57421: .pageUp, 57422: .pageDown, 57423: .home, 57424: .end,
        57425: .insert, 57426: .delete, 57427: .begin,
    ]

    /// `CSI number ~`
    static let tildeKeys: [Int: Key] = {
        var keys: [Int: Key] = [
            1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        ]
        let functions = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34]
        for (index, number) in functions.enumerated() { keys[number] = .function(UInt8(index + 1)) }
        return keys
    }()

    /// The finals of CSI and SS3.
    static let letterKeys: [UInt8: Key] = [
        0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x45: .begin, 0x46: .end, 0x48: .home,
        0x50: .function(1), 0x51: .function(2), 0x52: .function(3), 0x53: .function(4),
    ]

    /// SS3 of the application keypad.
    static let keypadKeys: [UInt8: Key] = {
        var keys: [UInt8: Key] = [0x20: .space, 0x49: .tab, 0x4D: .enter, 0x58: .character("=")]
        for (final, scalar) in zip(UInt8(0x6A)...0x79, "*+,-./0123456789".unicodeScalars) {
            keys[final] = .character(scalar)
        }
        return keys
    }()

    /// rxvt: CSI is Shift, SS3 is Control.
    static let rxvtArrows: [UInt8: Key] = [0x61: .up, 0x62: .down, 0x63: .right, 0x64: .left]
}
