/// What a terminal's output says, without its sequences: for looking for lines in it, not for showing it.
public enum PlainText {
    /// The text of raw output. Escape sequences and control characters are out; of a line that was written over by
    /// carriage returns, the last writing is kept.
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var state = State.ground
        var lineStart = 0
        var hasReturned = false
        for byte in bytes {
            guard state == .ground, byte >= 0x20, byte != 0x7F else {
                if state == .ground, byte == 0x0A {
                    result.append(byte)
                    lineStart = result.count
                    hasReturned = false
                } else if state == .ground, byte == 0x0D {
                    hasReturned = true
                } else if state == .ground, byte == 0x09 {
                    result.append(0x20)
                } else {
                    state = state.next(byte)
                }
                continue
            }
            if hasReturned {
                result.removeSubrange(lineStart...)
                hasReturned = false
            }
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    private enum State {
        case ground, escape, control, string, stringEscape

        func next(_ byte: UInt8) -> State {
            switch self {
            case .ground: byte == 0x1B ? .escape : .ground
            case .escape:
                switch byte {
                case UInt8(ascii: "["): .control
                case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
                    .string
                case 0x1B: .escape
                // Intermediates of a longer sequence, as of character sets.
                case 0x20...0x2F: .escape
                default: .ground
                }
            case .control: byte == 0x1B ? .escape : (0x40...0x7E).contains(byte) ? .ground : .control
            case .string:
                byte == 0x07 || byte == 0x18 || byte == 0x1A ? .ground : byte == 0x1B ? .stringEscape : .string
            case .stringEscape: byte == UInt8(ascii: "\\") ? .ground : State.escape.next(byte)
            }
        }
    }
}
