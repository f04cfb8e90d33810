import ScreenModel

/// Where a layout's panes are in a window.
///
/// Each pane has a bar in its first row. Panes side by side have a column of border between them; panes one above the
/// other have none, since the lower one's bar divides them.
public struct LayoutFrames: Hashable, Sendable {
    /// With the bar.
    public var panes: [PaneID: Rect] = [:]
    /// Columns of border, each with the split it belongs to.
    public var borders: [Border] = []

    /// A column between two parts of a split.
    public struct Border: Hashable, Sendable {
        public var rect: Rect
        /// A pane left of it: moving its right edge moves the border.
        public var before: PaneID
    }

    /// What of a pane shows its content.
    public func content(of pane: PaneID) -> Rect {
        guard let rect = panes[pane] else { return Rect(row: 0, column: 0, columns: 0, rows: 0) }
        return Rect(row: rect.row + 1, column: rect.column, columns: rect.columns, rows: rect.rows - 1)
    }

    public func pane(at position: Position) -> PaneID? {
        panes.first { $0.value.contains(position) }?.key
    }
}

extension Layout {
    /// The least room that a pane is given while there is any to share: a bar and two rows, and some columns.
    static let leastSize = Size(columns: 4, rows: 3)

    public func frames(in rect: Rect) -> LayoutFrames {
        var frames = LayoutFrames()
        place(in: rect, &frames)
        return frames
    }

    private func place(in rect: Rect, _ frames: inout LayoutFrames) {
        switch self {
        case .pane(let id): frames.panes[id] = rect
        case .split(let axis, let parts):
            let lengths = Self.lengths(of: parts, along: axis, in: rect)
            var offset = 0
            for (index, part) in parts.enumerated() {
                let length = lengths[index]
                if axis == .rows {
                    part.layout.place(
                        in: Rect(row: rect.row + offset, column: rect.column, columns: rect.columns, rows: length),
                        &frames)
                    offset += length
                    continue
                }
                part.layout.place(
                    in: Rect(row: rect.row, column: rect.column + offset, columns: length, rows: rect.rows), &frames)
                offset += length
                guard index + 1 < parts.count, let before = part.layout.panes.last, offset < rect.columns else {
                    continue
                }
                let border = Rect(row: rect.row, column: rect.column + offset, columns: 1, rows: rect.rows)
                frames.borders.append(.init(rect: border, before: before))
                offset += 1
            }
        }
    }

    /// Shares a split's room by weight: nobody below the least size while others have more.
    static func lengths(of parts: [Part], along axis: Axis, in rect: Rect) -> [Int] {
        let gaps = axis == .columns ? parts.count - 1 : 0
        let room = max(0, (axis == .columns ? rect.columns : rect.rows) - gaps)
        let least = min(axis == .columns ? leastSize.columns : leastSize.rows, room / parts.count)
        let total = parts.reduce(0) { $0 + $1.weight }
        let exact = parts.map { Double(room) * $0.weight / total }
        var lengths = exact.map { max(least, Int($0)) }
        // What rounding left goes where most was cut off; what the least size took comes from the longest.
        var rest = room - lengths.reduce(0, +)
        let order = parts.indices.sorted {
            let (one, other) = (exact[$0] - Double(lengths[$0]), exact[$1] - Double(lengths[$1]))
            return one == other ? $0 < $1 : one > other
        }
        for index in order where rest > 0 {
            lengths[index] += 1
            rest -= 1
        }
        while rest < 0, let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] }), lengths[longest] > 0 {
            lengths[longest] -= 1
            rest += 1
        }
        return lengths
    }

    /// The pane in a direction from another: of those that touch its edge, the one beside its middle.
    public func neighbour(_ direction: Direction, of pane: PaneID, in rect: Rect) -> PaneID? {
        let frames = frames(in: rect)
        guard let own = frames.panes[pane] else { return nil }
        let middle = direction.axis == .columns ? own.row + own.rows / 2 : own.column + own.columns / 2
        func distance(_ rect: Rect) -> Int? {
            let (start, end) =
                direction.axis == .columns ? (rect.row, rect.endRow) : (rect.column, rect.endColumn)
            let touches =
                switch direction {
                case .left: rect.endColumn + 1 == own.column
                case .right: rect.column == own.endColumn + 1
                case .up: rect.endRow == own.row
                case .down: rect.row == own.endRow
                }
            let (ownStart, ownEnd) =
                direction.axis == .columns ? (own.row, own.endRow) : (own.column, own.endColumn)
            guard touches, start < ownEnd, end > ownStart else { return nil }
            return start <= middle && middle < end ? 0 : min(abs(start - middle), abs(end - 1 - middle))
        }
        return frames.panes.compactMap { id, rect in
            id == pane ? nil : distance(rect).map { (id: id, distance: $0) }
        }.min { ($0.distance, $0.id) < ($1.distance, $1.id) }?.id
    }

    /// Moves the edge of a pane by so many cells: the one that lies in the direction, else the one opposite.
    ///
    /// The nearest split along that axis decides whose room changes. Unchanged where there is no such edge or no room.
    public func resizing(_ pane: PaneID, _ direction: Direction, by cells: Int, in rect: Rect) -> Layout {
        resized(pane, direction, by: cells, in: rect) ?? self
    }

    private func resized(_ pane: PaneID, _ direction: Direction, by cells: Int, in rect: Rect) -> Layout? {
        guard case .split(let axis, var parts) = self,
            let index = parts.firstIndex(where: { $0.layout.contains(pane) })
        else { return nil }
        let lengths = Self.lengths(of: parts, along: axis, in: rect)
        var inner = rect
        let offset = lengths[..<index].reduce(0, +) + (axis == .columns ? index : 0)
        if axis == .columns {
            inner = Rect(row: rect.row, column: rect.column + offset, columns: lengths[index], rows: rect.rows)
        } else {
            inner = Rect(row: rect.row + offset, column: rect.column, columns: rect.columns, rows: lengths[index])
        }
        if let layout = parts[index].layout.resized(pane, direction, by: cells, in: inner) {
            parts[index].layout = layout
            return .split(axis, parts)
        }
        guard axis == direction.axis else { return nil }
        // A part at the end of the split has no edge there: its other edge is moved instead.
        let first =
            direction.isForward
            ? (index + 1 < parts.count ? index : index - 1) : (index > 0 ? index - 1 : index)
        var change = direction.isForward ? cells : -cells
        let least = axis == .columns ? Self.leastSize.columns : Self.leastSize.rows
        change = max(least - lengths[first], min(lengths[first + 1] - least, change))
        guard change != 0, lengths[first] + change >= least, lengths[first + 1] - change >= least else { return nil }
        for (part, length) in lengths.enumerated() { parts[part].weight = Double(max(1, length)) }
        parts[first].weight += Double(change)
        parts[first + 1].weight -= Double(change)
        return .split(axis, parts)
    }
}
