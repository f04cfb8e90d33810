import ScreenModel

extension InputParser {
    /// A CSI sequence at the front; at least one byte follows `ESC [`.
    func control(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        if let step = special(bytes) { return step }
        switch ControlSequence.scan(bytes, limit: Self.controlLimit) {
        case .incomplete: return .incomplete
        case .broken(let count): return .event(.unknown, count: count)
        case .complete(let sequence):
            let kind =
                keyStrings[Array(bytes[..<sequence.length])].map { .key($0) } ?? key(of: sequence)
                ?? report(of: sequence) ?? .unknown
            return .event(kind, count: sequence.length)
        }
    }

    /// The sequences that break ECMA-48's grammar.
    private func special(_ bytes: UnsafeBufferPointer<UInt8>) -> Step? {
        switch bytes[2] {
        case 0x5B:  // The Linux console's ESC [ [ A … E are F1 … F5.
            guard bytes.count > 3 else { return .incomplete }
            guard 0x41...0x45 ~= bytes[3] else { return .event(.unknown, count: 3) }
            return .event(.key(KeyChord(.function(bytes[3] - 0x40))), count: 4)
        case 0x4D:  // Three bytes of a legacy mouse report follow, whatever they are.
            guard bytes.count >= 6 else { return .incomplete }
            return .event(legacyMouse(bytes[3], bytes[4], bytes[5]), count: 6)
        default: return rxvtShift(bytes)
        }
    }

    /// rxvt says Shift with a `$` where others have `~`; elsewhere `$` is an intermediate and more follows.
    private func rxvtShift(_ bytes: UnsafeBufferPointer<UInt8>) -> Step? {
        var index = 2
        var number = 0
        while index < bytes.count, index < 4, 0x30...0x39 ~= bytes[index] {
            number = number * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        guard index > 2, index < bytes.count, bytes[index] == 0x24, let key = Self.tildeKeys[number] else { return nil }
        return .event(.key(KeyChord(key, .shift)), count: index + 1)
    }

    /// An SS3 sequence at the front: `ESC O final`, in old xterms with a modifier before the final.
    func singleShift(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        switch ControlSequence.scan(bytes, limit: 8) {
        case .incomplete: return .incomplete
        case .broken(let count): return count == 2 ? alone(bytes) : .event(.unknown, count: count)
        case .complete(let sequence):
            if let known = keyStrings[Array(bytes[..<sequence.length])] {
                return .event(.key(known), count: sequence.length)
            }
            guard sequence.prefix == 0, sequence.intermediate == 0 || sequence.final == 0x20 else {
                return .event(.unknown, count: sequence.length)
            }
            let modifiers = Self.modifiers(sequence.value(max(0, sequence.parameters.count - 1), default: 1))
            if let key = Self.letterKeys[sequence.final] ?? Self.keypadKeys[sequence.final] {
                return .event(.key(KeyChord(key, modifiers)), count: sequence.length)
            }
            if let arrow = Self.rxvtArrows[sequence.final] {
                return .event(.key(KeyChord(arrow, .control)), count: sequence.length)
            }
            return .event(.unknown, count: sequence.length)
        }
    }

    /// ESC O before something that is no part of a sequence is Alt+O.
    private func alone(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        .event(.key(KeyChord(.character("O"), .alt)), count: 2)
    }

    /// An OSC, DCS, APC or PM string at the front, up to BEL or ST.
    func string(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        // A terminal's strings begin so; anything else is a person with Alt.
        let begins: ClosedRange<UInt8> = bytes[1] == 0x5D ? 0x30...0x39 : 0x20...0x7E
        guard begins ~= bytes[2] else {
            return .event(.key(KeyChord(.character(Unicode.Scalar(bytes[1])), .alt)), count: 2)
        }
        for index in 2..<min(bytes.count, Self.stringLimit) {
            if bytes[index] == 0x07 {
                return .event(stringReport(bytes[1], bytes[2..<index]), count: index + 1)
            }
            guard bytes[index] == 0x1B else { continue }
            guard index + 1 < bytes.count else { return .incomplete }
            if bytes[index + 1] == 0x5C {
                return .event(stringReport(bytes[1], bytes[2..<index]), count: index + 2)
            }
            return .event(.unknown, count: index)
        }
        return bytes.count < Self.stringLimit ? .incomplete : .event(.unknown, count: Self.stringLimit)
    }
}
