import Glibc

/// Finds out whether output may ask its terminal something, without emulating it.
///
/// While nobody watches and output floods in, the screen may fall behind; a question must bring it back at once. Saying yes
/// too often costs time, saying no wrongly would hang a program, so everything that looks like a query counts.
struct QueryScanner {
    private enum State { case ground, escape, control, string }

    private var state = State.ground
    /// Bytes of the sequence so far; one that is longer than any query is no query.
    private var length = 0

    /// - Returns: whether a query ends in these bytes (or begins before them and ends in them).
    mutating func sawQuery(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        var index = 0
        while index < bytes.count {
            if state == .ground {
                guard let found = memchr(base + index, 0x1B, bytes.count - index) else { return false }
                index = UnsafeRawPointer(found) - base + 1
                state = .escape
                continue
            }
            if step(bytes[index]) { return true }
            index += 1
        }
        return false
    }

    private mutating func step(_ byte: UInt8) -> Bool {
        switch state {
        case .ground: return false
        case .escape:
            length = 0
            switch byte {
            case UInt8(ascii: "["): state = .control
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"): state = .string
            // DECID
            case UInt8(ascii: "Z"):
                state = .ground
                return true
            case 0x1B: break
            default: state = .ground
            }
            return false
        case .control:
            length += 1
            if byte == 0x1B {
                state = .escape
            } else if (0x40...0x7E).contains(byte) {
                state = .ground
                return Self.askingFinals.contains(byte)
            } else if length > 64 {
                state = .ground
            }
            return false
        case .string:
            length += 1
            if byte == 0x1B { state = .escape }
            if byte == 0x07 || length > 4096 { state = .ground }
            // OSC 10;? and its kin, DECRQSS and XTGETTCAP (DCS $q, +q), kitty graphics (APC … q).
            return byte == UInt8(ascii: "?") || byte == UInt8(ascii: "q")
        }
    }

    /// DA, DSR, DECRQM, XTVERSION, kitty keyboard, XTWINOPS, DECREQTPARM.
    private static let askingFinals: [UInt8] = Array("cnpqutx".utf8)
}
