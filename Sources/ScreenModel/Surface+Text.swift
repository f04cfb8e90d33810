extension Surface {
    /// Writes text from a position to the right, cut at the surface's edges or after `maxColumns`.
    ///
    /// Control characters are left out; a wide character that would be cut is a blank.
    /// - Returns: the columns used, also those left of the surface.
    @discardableResult
    public mutating func text(
        _ text: String, row: Int, column: Int, style: Style = .plain, maxColumns: Int = .max
    ) -> Int {
        guard 0..<size.rows ~= row, column < size.columns, maxColumns > 0 else { return 0 }
        let end = min(size.columns, column.addingReportingOverflow(maxColumns).overflow ? .max : column + maxColumns)
        var next = column
        if text.utf8.allSatisfy({ $0 < 0x7F }) {
            for byte in text.utf8 where byte >= 0x20 {
                guard next < end else { break }
                put(style.cell(UInt32(byte)), row, next)
                next += 1
            }
        } else {
            for cluster in text.terminalClusters where cluster.width > 0 {
                guard next < end else { break }
                next += put(cluster, row, next, end, style)
            }
        }
        return next - column
    }

    private mutating func put(_ cell: Cell, _ row: Int, _ column: Int) {
        if column >= 0 { self[row, column] = cell }
    }

    /// Writes one cluster; returns its columns.
    private mutating func put(
        _ cluster: (text: String, width: Int), _ row: Int, _ column: Int, _ end: Int, _ style: Style
    ) -> Int {
        guard column + cluster.width <= end else {
            put(style.cell(0), row, column)
            return 1
        }
        var cell = style.cell(symbols.content(for: cluster.text))
        guard cluster.width == 2 else {
            put(cell, row, column)
            return 1
        }
        if column < 0 {
            put(style.cell(0), row, column + 1)
            return 2
        }
        cell.attributes.insert(.wide)
        put(cell, row, column)
        cell.content = 0
        cell.attributes.remove(.wide)
        cell.attributes.insert(.wideTrail)
        put(cell, row, column + 1)
        return 2
    }

    /// The corners and lines of a box.
    public struct BoxLines: Hashable, Sendable {
        /// Top left, top right, bottom left, bottom right, horizontal, vertical.
        let scalars: [UInt32]

        public static let light = BoxLines("┌┐└┘─│")
        public static let rounded = BoxLines("╭╮╰╯─│")
        public static let heavy = BoxLines("┏┓┗┛━┃")
        public static let double = BoxLines("╔╗╚╝═║")

        private init(_ scalars: StaticString) {
            self.scalars = scalars.withUTF8Buffer { String(decoding: $0, as: UTF8.self).unicodeScalars.map(\.value) }
        }
    }

    /// Draws a box along the inside of a rectangle's edge. Where there is no UTF-8 the display makes it ASCII.
    public mutating func box(_ rect: Rect, style: Style = .plain, lines: BoxLines = .light) {
        guard rect.columns > 1, rect.rows > 1 else { return }
        let inner = Rect(row: rect.row + 1, column: rect.column + 1, columns: rect.columns - 2, rows: rect.rows - 2)
        let right = rect.endColumn - 1
        let bottom = rect.endRow - 1
        for (row, left, end) in [(rect.row, 0, 1), (bottom, 2, 3)] {
            fill(
                Rect(row: row, column: inner.column, columns: inner.columns, rows: 1), style: style,
                content: lines.scalars[4])
            fill(Rect(row: row, column: rect.column, columns: 1, rows: 1), style: style, content: lines.scalars[left])
            fill(Rect(row: row, column: right, columns: 1, rows: 1), style: style, content: lines.scalars[end])
        }
        for column in [rect.column, right] {
            fill(
                Rect(row: inner.row, column: column, columns: 1, rows: inner.rows), style: style,
                content: lines.scalars[5])
        }
    }
}
