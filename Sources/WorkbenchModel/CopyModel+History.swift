import ScreenModel

extension CopyModel {
    /// Puts what scrolled off the screen above it; what is shown stays where it is.
    ///
    /// - Parameters:
    ///   - older: the lines that left the top, then those that were on the screen then: it may be a little older or
    ///     newer than the screen here.
    ///   - screen: how many at its end were on the screen.
    /// - Returns: whether the two fit together without a gap that could be seen.
    public mutating func setHistory(_ older: [Line], symbols other: Symbols, screen: Int) -> Bool {
        let join = joint(of: older, symbols: other, screen: screen)
        let kept = Self.kept(older[..<join.count], room: Self.cellLimit - cellCount)
        var added: [Line] = []
        added.reserveCapacity(kept.count + lines.count)
        let isSame = symbols == other
        for line in kept {
            var line = line
            if !isSame { for index in line.cells.indices { adopt(&line.cells[index], from: other) } }
            added.append(line)
        }
        lines = added + lines
        let rows = added.count
        cursor.row += rows
        top += rows
        selection?.anchor.row += rows
        for index in hits.indices {
            hits[index].start.row += rows
            hits[index].end.row += rows
        }
        history = .read
        if query != nil { _ = findAll() }
        showCursor()
        catchUp()
        return join.isSeamless
    }

    /// There is nothing above the screen, and why.
    public mutating func fail(_ reason: String) { history = .failed(reason) }

    private mutating func adopt(_ cell: inout Cell, from other: Symbols) {
        if cell.content & Cell.clusterFlag != 0 || cell.extra != 0 { cell = symbols.adopt(cell, from: other) }
    }

    private var cellCount: Int { lines.reduce(0) { $0 + $1.cells.count } }

    /// The newest lines that there is room for.
    private static func kept(_ lines: ArraySlice<Line>, room: Int) -> ArraySlice<Line> {
        var room = room
        var first = lines.endIndex
        while first > lines.startIndex, lines.endIndex - first < lineLimit {
            room -= lines[first - 1].cells.count
            if room < 0 { break }
            first -= 1
        }
        return lines[first...]
    }

    /// How many of the older lines come before the screen: where they and the screen have most in common.
    func joint(
        of older: [Line], symbols other: Symbols, screen: Int
    ) -> (count: Int, isSeamless: Bool) {
        let usual = max(0, older.count - screen)
        let own = lines.suffix(max(1, screenRows)).map { Self.fingerprint($0, symbols) }
        let first = max(0, usual - 3 * own.count)
        let theirs = older[first...].map { Self.fingerprint($0, other) }
        var best = (count: usual, score: Int.min, isSeamless: false)
        // From the usual place outwards, so that it wins where others are as good.
        let candidates = (first...older.count).sorted { abs($0 - usual) < abs($1 - usual) }
        for candidate in candidates {
            var score = 0
            var differing = 0
            var compared = 0
            for (row, text) in own.enumerated() {
                let index = candidate - first + row
                guard index < theirs.count else { break }
                compared += 1
                if theirs[index] != text { differing += 1 } else if text != Self.blank { score += 1 }
            }
            let isSeamless = differing == 0 && (score > 0 || compared == own.count)
            if score - differing > best.score { best = (candidate, score - differing, isSeamless) }
        }
        return best.score > 0 || best.isSeamless ? (best.count, best.isSeamless) : (usual, false)
    }

    private static let blank = fingerprint(Line(cells: []), Symbols())

    private static func fingerprint(_ line: Line, _ symbols: Symbols) -> Int {
        var hasher = Hasher()
        for cell in line.cells where !cell.attributes.contains(.wideTrail) {
            if cell.clusterIndex != nil {
                hasher.combine(symbols.text(of: cell))
            } else {
                hasher.combine(cell.content == 0x20 ? 0 : cell.content)
            }
        }
        return hasher.finalize()
    }
}
