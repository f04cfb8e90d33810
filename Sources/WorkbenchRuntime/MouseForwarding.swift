import Display
import ScreenModel

/// Mouse reports for a child whose screen is part of the window.
enum MouseForwarding {
    /// The bytes to send; nil when the event lies outside the child's screen or the child tracks no mouse.
    ///
    /// - Parameters:
    ///   - raw: what the outer terminal sent, in the encoding that the child asked for (modes are mirrored).
    ///   - origin: the cell of the child's screen at the top left of `content`.
    static func bytes(
        for event: MouseEvent, raw: [UInt8], in content: Rect, origin: Position, modes: Modes
    ) -> [UInt8]? {
        guard modes.mouseTracking != .none, content.contains(event.position) else { return nil }
        let (columns, rows) = (content.column - origin.column, content.row - origin.row)
        return columns == 0 && rows == 0 ? raw : shifted(raw, columns: columns, rows: rows)
    }

    /// The same report with its origin moved: SGR (`CSI < b ; x ; y M`), and the three-byte form.
    private static func shifted(_ raw: [UInt8], columns: Int, rows: Int) -> [UInt8]? {
        guard raw.count >= 6, raw[0] == 0x1B, raw[1] == UInt8(ascii: "[") else { return nil }
        if raw[2] == UInt8(ascii: "M"), raw.count == 6 {
            let (column, row) = (Int(raw[4]) - columns, Int(raw[5]) - rows)
            guard column > 32, row > 32, let column = UInt8(exactly: column), let row = UInt8(exactly: row) else {
                return nil
            }
            return Array(raw[..<4]) + [column, row]
        }
        guard raw[2] == UInt8(ascii: "<"), let last = raw.last else { return nil }
        let numbers = String(decoding: raw[3..<raw.count - 1], as: UTF8.self).split(separator: ";").compactMap {
            Int($0)
        }
        guard numbers.count == 3 else { return nil }
        return Array("\u{1B}[<\(numbers[0]);\(numbers[1] - columns);\(numbers[2] - rows)".utf8) + [last]
    }
}
