import ScreenModel

extension InputParser {
    /// The mouse, focus or reply of a CSI sequence.
    func report(of sequence: ControlSequence) -> InputEvent.Kind? {
        switch (sequence.prefix, sequence.intermediate, sequence.final) {
        case (0x3C, 0, 0x4D), (0x3C, 0, 0x6D): sgrMouse(sequence)
        case (0, 0, 0x4D) where sequence.parameters.count == 3: urxvtMouse(sequence)
        case (0, 0, 0x49): .focus(true)
        case (0, 0, 0x4F): .focus(false)
        default: reply(of: sequence).map { .reply($0) }
        }
    }

    private func reply(of sequence: ControlSequence) -> TerminalReply? {
        let values = sequence.parameters.map { max(0, $0.first ?? 0) }
        switch (sequence.prefix, sequence.intermediate, sequence.final) {
        case (0x3F, 0, 0x63): return .primaryAttributes(values)
        case (0x3E, 0, 0x63): return .secondaryAttributes(values)
        case (0x3F, 0x24, 0x79): return .privateMode(sequence.value(0), value: sequence.value(1))
        case (0x3F, 0, 0x75): return .kittyKeyboard(UInt8(truncatingIfNeeded: sequence.value(0)))
        case (0x3F, 0, 0x52), (0, 0, 0x52):
            let row = sequence.value(0, default: 1)
            return .cursorPosition(Position(row: row - 1, column: sequence.value(1, default: 1) - 1))
        case (0x3F, 0, 0x6E) where values.first == 997: return .prefersDark(sequence.value(1) == 1)
        case (0, 0, 0x74): return sizeReply(values)
        case (_, _, 0x6E), (_, _, 0x79), (_, _, 0x63), (_, _, 0x78): return .other
        default: return nil
        }
    }

    private func sizeReply(_ values: [Int]) -> TerminalReply {
        guard values.count >= 3, values[0] == 8 || values[0] == 48 else { return .other }
        return .size(Size(columns: min(4096, values[2]), rows: min(1024, values[1])))
    }

    /// What an OSC or DCS string says.
    func stringReport(_ introducer: UInt8, _ content: Slice<UnsafeBufferPointer<UInt8>>) -> InputEvent.Kind {
        let text = String(decoding: content, as: UTF8.self)
        if introducer == 0x50 {
            return text.hasPrefix(">|") ? .reply(.version(String(text.dropFirst(2)))) : .reply(.other)
        }
        guard introducer == 0x5D else { return .reply(.other) }
        let parts = text.split(separator: ";", maxSplits: 1)
        guard parts.count == 2, let number = UInt8(parts[0]), let which = TerminalReply.DynamicColor(rawValue: number),
            let color = Self.color(parts[1])
        else { return .reply(.other) }
        return .reply(.color(of: which, color))
    }

    /// `rgb:RRRR/GGGG/BBBB` (one to four hex digits each), `rgba:…`, or `#RRGGBB`.
    static func color(_ text: Substring) -> Color? {
        if text.hasPrefix("#"), text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16) {
            return .rgb(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
        }
        guard text.hasPrefix("rgb:") || text.hasPrefix("rgba:"), let colon = text.firstIndex(of: ":") else {
            return nil
        }
        let components = text[text.index(after: colon)...].split(separator: "/").prefix(3).compactMap(component)
        return components.count == 3 ? .rgb(components[0], components[1], components[2]) : nil
    }

    private static func component(_ text: Substring) -> UInt8? {
        guard 1...4 ~= text.utf8.count, let value = UInt32(text, radix: 16) else { return nil }
        return UInt8(value * 255 / ((1 << (4 * UInt32(text.utf8.count))) - 1))
    }
}
