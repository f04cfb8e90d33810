/// Columns by rows of a terminal, a grid or a surface, in character cells.
public struct Size: Hashable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    public var area: Int { columns * rows }
}

extension Size: CustomStringConvertible {
    public var description: String { "\(columns)×\(rows)" }
}

/// A cell position: row and column from the top left, both starting at 0.
public struct Position: Hashable, Sendable {
    public var row: Int
    public var column: Int

    public init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

/// A half-open rectangle of cells.
public struct Rect: Hashable, Sendable {
    public var row: Int
    public var column: Int
    public var size: Size

    public init(row: Int, column: Int, columns: Int, rows: Int) {
        self.row = row
        self.column = column
        self.size = Size(columns: max(0, columns), rows: max(0, rows))
    }

    public var rows: Int { size.rows }
    public var columns: Int { size.columns }
    public var endRow: Int { row + size.rows }
    public var endColumn: Int { column + size.columns }

    public func contains(_ position: Position) -> Bool {
        position.row >= row && position.row < endRow && position.column >= column && position.column < endColumn
    }

    public func intersection(_ other: Rect) -> Rect {
        let top = max(row, other.row)
        let left = max(column, other.column)
        return Rect(
            row: top, column: left, columns: min(endColumn, other.endColumn) - left,
            rows: min(endRow, other.endRow) - top)
    }
}
