import ScreenModel

@testable import Emulation

/// A terminal that was fed a text.
func terminal(_ columns: Int, _ rows: Int, _ text: String = "") -> Terminal {
    let terminal = Terminal(size: Size(columns: columns, rows: rows))
    terminal.feed(Array(text.utf8))
    return terminal
}

extension Terminal {
    @discardableResult func feed(_ text: String) -> Changes { feed(Array(text.utf8)) }

    /// The rows without the blanks at their ends.
    var text: [String] {
        let frame = frame()
        return (0..<frame.size.rows).map { frame.text(row: $0) }
    }

    func cell(_ row: Int, _ column: Int) -> Cell { withRow(row) { $0[column] } }

    /// What a query is answered.
    func answer(_ query: String) -> String { String(decoding: feed(query).replies, as: UTF8.self) }
}

extension Cursor {
    /// Row and column from 1, as in CUP.
    var place: [Int] { [position.row + 1, position.column + 1] }
}
