/// A mutable grid that a renderer draws on and a display shows.
public struct Surface: Hashable, Sendable {
    public private(set) var size: Size
    public var cells: [Cell]
    public var symbols = Symbols()
    /// Where the outer terminal's cursor goes; hidden when nil or not visible.
    public var cursor: Cursor?

    public init(size: Size) {
        self.size = size
        self.cells = Array(repeating: .blank, count: size.area)
    }

    public var bounds: Rect { Rect(row: 0, column: 0, columns: size.columns, rows: size.rows) }

    public subscript(row: Int, column: Int) -> Cell {
        get { cells[row * size.columns + column] }
        set { cells[row * size.columns + column] = newValue }
    }

    /// Blanks a rectangle in a style.
    public mutating func fill(_ rect: Rect, style: Style, content: UInt32 = 0) {
        let area = rect.intersection(bounds)
        guard area.columns > 0 else { return }
        let cell = style.cell(content)
        for row in area.row..<max(area.row, area.endRow) {
            for column in area.column..<area.endColumn { self[row, column] = cell }
        }
    }

    /// Writes text from a position to the right, cut at the surface's edge or after `maxColumns`.
    ///
    /// Control characters are left out; a wide character that would be cut is a blank.
    /// - Returns: the columns used.
    @discardableResult
    public mutating func text(
        _ text: String, row: Int, column: Int, style: Style = .plain, maxColumns: Int = .max
    ) -> Int {
        var used = 0
        for scalar in text.unicodeScalars where scalar.value >= 0x20 {
            guard row >= 0, row < size.rows, column + used < size.columns, used < maxColumns else { break }
            if column + used >= 0 { self[row, column + used] = style.cell(scalar.value) }
            used += 1
        }
        return used
    }

    /// Shows the part of a frame that starts at `origin` in `rect`, halves of wide characters at its edges blanked.
    public mutating func draw(_ frame: Frame, origin: Position = Position(row: 0, column: 0), in rect: Rect) {
        let area = rect.intersection(bounds)
        guard area.columns > 0, area.rows > 0 else { return }
        var clusters: [UInt32: UInt32] = [:]
        var extras: [UInt16: UInt16] = [:]
        for row in 0..<area.rows {
            let source = origin.row + row
            guard frame.size.rows > source, source >= 0 else { continue }
            for column in 0..<area.columns {
                let from = origin.column + column
                guard frame.size.columns > from, from >= 0 else { continue }
                var cell = frame.cells[source * frame.size.columns + from]
                translate(&cell, from: frame.symbols, clusters: &clusters, extras: &extras)
                let cut =
                    cell.attributes.contains(.wide) && column == area.columns - 1
                    || cell.attributes.contains(.wideTrail) && column == 0
                if cut {
                    cell.content = 0
                    cell.attributes.subtract([.wide, .wideTrail])
                }
                self[area.row + row, area.column + column] = cell
            }
        }
    }

    /// Cells carry indices into their own frame's symbols: give them this surface's.
    private mutating func translate(
        _ cell: inout Cell, from other: Symbols, clusters: inout [UInt32: UInt32], extras: inout [UInt16: UInt16]
    ) {
        if let index = cell.clusterIndex {
            let known = clusters[cell.content]
            let content = known ?? symbols.content(for: other.clusters[index])
            if known == nil { clusters[cell.content] = content }
            cell.content = content
        }
        if cell.extra != 0 {
            let known = extras[cell.extra]
            let extra = known ?? other.extra(cell.extra).map { symbols.extra(for: $0) } ?? 0
            if known == nil { extras[cell.extra] = extra }
            cell.extra = extra
        }
    }
}
