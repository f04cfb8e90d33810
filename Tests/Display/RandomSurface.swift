import ScreenModel

/// A generator whose numbers a failure can be repeated with.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// Surfaces that change as screens do: typing, fills, boxes, scrolls, and now and then everything at once.
struct RandomSurface {
    var generator: SeededGenerator
    var surface: Surface

    init(seed: UInt64, size: Size) {
        generator = SeededGenerator(seed: seed)
        surface = Surface(size: size)
    }

    private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &generator) }

    mutating func change() {
        switch below(12) {
        case 0: for _ in 0..<below(4) { scroll() }
        case 1: fillSome()
        case 2: everything()
        case 3: renumberSymbols()
        case 4: surface.clear()
        case 5, 6: scroll()
        default: for _ in 0...below(12) { write() }
        }
        surface.cursor = Cursor(
            position: Position(row: below(surface.size.rows), column: below(surface.size.columns)),
            isVisible: below(4) > 0, shape: [.block, .bar, .underline][below(3)], blinks: below(2) == 0)
    }

    private mutating func write() {
        let words = [
            "a", "plain words", "  ", "日本語", "─────────────", "x\u{301}y", "👩\u{200D}💻", "éà", "=========",
            "\u{1}\u{7F}",
        ]
        let row = below(surface.size.rows)
        var column = below(surface.size.columns)
        let style = style()
        var cluster = ""
        func flush(_ surface: inout Surface) {
            guard !cluster.isEmpty else { return }
            let width = cluster.unicodeScalars.first.map(StrictScreen.width) ?? 1
            defer { column += width }
            var cell = style.cell(surface.symbols.content(for: cluster))
            guard column + width <= surface.size.columns else { return }
            if width == 2 {
                cell.attributes.insert(.wide)
                var trail = style.cell(0)
                trail.attributes.insert(.wideTrail)
                surface[row, column + 1] = trail
            }
            surface[row, column] = cell
        }
        for scalar in words[below(words.count)].unicodeScalars {
            if StrictScreen.width(scalar) > 0, cluster.unicodeScalars.last != "\u{200D}" {
                flush(&surface)
                cluster = ""
            }
            cluster.unicodeScalars.append(scalar)
        }
        flush(&surface)
    }

    mutating func style() -> Style {
        var style = Style(foreground: color(), background: color())
        if below(2) == 0 { style.attributes = Attributes(rawValue: UInt16(below(256))) }
        if below(3) == 0 { style.attributes.underline = Underline(rawValue: UInt8(below(6))) ?? .none }
        if below(5) == 0 {
            let links = [nil, "https://a.example/", "file:///x y", "bad\u{7}"]
            style.extra = surface.symbols.extra(
                for: Extra(link: links[below(4)], linkID: below(2) == 0 ? nil : "i\(below(2))", underlineColor: color())
            )
        }
        return style
    }

    private mutating func color() -> Color {
        switch below(4) {
        case 0: .rgb(UInt8(below(256)), UInt8(below(256)), UInt8(below(256)))
        case 1: .indexed(UInt8(below(256)))
        case 2: .indexed(UInt8(below(16)))
        default: .default
        }
    }

    private mutating func fillSome() {
        let rect = Rect(
            row: below(surface.size.rows), column: below(surface.size.columns), columns: below(30), rows: below(8))
        surface.fill(rect, style: style(), content: [0, 0x20, 0x78, 0x2588][below(4)])
    }

    private mutating func everything() {
        for index in surface.cells.indices {
            surface.cells[index] = Cell(content: UInt32(0x20 + below(0x5F)), foreground: color(), background: color())
        }
    }

    private mutating func scroll() {
        let top = below(surface.size.rows)
        let bottom = top + below(surface.size.rows - top)
        let columns = surface.size.columns
        let rows = (top...bottom).map { Array(surface.cells[$0 * columns..<($0 + 1) * columns]) }
        let by = below(3) + 1
        let isUp = below(2) == 0
        for (index, row) in (top...bottom).enumerated() {
            let from = isUp ? index + by : index - by
            let cells = rows.indices.contains(from) ? rows[from] : Array(repeating: .blank, count: columns)
            surface.cells.replaceSubrange(row * columns..<(row + 1) * columns, with: cells)
        }
    }

    /// The same picture with other indices.
    private mutating func renumberSymbols() {
        let old = surface
        surface.symbols = Symbols()
        for index in surface.cells.indices.reversed() {
            let cell = old.cells[index]
            if let cluster = cell.clusterIndex {
                surface.cells[index].content = surface.symbols.content(for: old.symbols.clusters[cluster])
            }
            if cell.extra != 0, let extra = old.symbols.extra(cell.extra) {
                surface.cells[index].extra = surface.symbols.extra(for: extra)
            }
        }
    }
}
