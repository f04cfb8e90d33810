import Display
import ScreenModel

/// Mouse reports for a child whose screen is part of the window.
enum MouseForwarding {
    /// The bytes to send; nil when the event lies outside the child's screen or the child tracks no mouse.
    ///
    /// - Parameter raw: what the outer terminal sent, in the encoding that the child asked for (modes are mirrored).
    static func bytes(for event: MouseEvent, raw: [UInt8], in content: Rect, modes: Modes) -> [UInt8]? {
        guard modes.mouseTracking != .none, content.contains(event.position) else { return nil }
        if content.row == 0, content.column == 0 { return raw }
        return shifted(raw, columns: content.column, rows: content.row)
    }

    /// The same report with its origin moved: SGR (`CSI < b ; x ; y M`), and the three-byte form.
    private static func shifted(_ raw: [UInt8], columns: Int, rows: Int) -> [UInt8]? {
        guard raw.count >= 6, raw[0] == 0x1B, raw[1] == UInt8(ascii: "[") else { return nil }
        if raw[2] == UInt8(ascii: "M"), raw.count == 6 {
            guard raw[4] > UInt8(32 + columns), raw[5] > UInt8(32 + rows) else { return nil }
            return Array(raw[..<4]) + [raw[4] - UInt8(columns), raw[5] - UInt8(rows)]
        }
        guard raw[2] == UInt8(ascii: "<"), let last = raw.last else { return nil }
        let numbers = String(decoding: raw[3..<raw.count - 1], as: UTF8.self).split(separator: ";").compactMap {
            Int($0)
        }
        guard numbers.count == 3 else { return nil }
        return Array("\u{1B}[<\(numbers[0]);\(numbers[1] - columns);\(numbers[2] - rows)".utf8) + [last]
    }
}
