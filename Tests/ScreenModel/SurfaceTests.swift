import ScreenModel
import Testing

@Suite struct SurfaceTests {
    private func text(_ surface: Surface, _ row: Int) -> String {
        (0..<surface.size.columns).map { surface.symbols.text(of: surface[row, $0]) }.joined()
    }

    @Test func `text is clipped on all sides`() {
        var surface = Surface(size: Size(columns: 5, rows: 1))
        #expect(surface.text("abcdefg", row: 0, column: 2) == 3)
        #expect(text(surface, 0) == "  abc")
        #expect(surface.text("xyz", row: 0, column: -1) == 3)
        #expect(text(surface, 0) == "yzabc")
        #expect(surface.text("no", row: 1, column: 0) == 0)
        #expect(surface.text("no", row: 0, column: 5) == 0)
        #expect(surface.text("12345", row: 0, column: 0, maxColumns: 2) == 2)
        #expect(text(surface, 0) == "12abc")
    }

    @Test func `wide characters take two columns and are cut to blanks`() {
        var surface = Surface(size: Size(columns: 5, rows: 1))
        #expect(surface.text("日本語", row: 0, column: 0) == 5)
        #expect(text(surface, 0) == "日本 ")
        #expect(surface[0, 0].attributes.contains(.wide))
        #expect(surface[0, 1].attributes.contains(.wideTrail))
        #expect(!surface[0, 4].attributes.contains(.wide))
    }

    @Test func `control characters are left out`() {
        var surface = Surface(size: Size(columns: 8, rows: 1))
        #expect(surface.text("a\u{1B}[1mb\u{7F}\u{9B}", row: 0, column: 0) == 5)
        #expect(text(surface, 0) == "a[1mb   ")
    }

    @Test func `a frame is drawn where it is placed, and cut there`() {
        var frame = Frame(size: Size(columns: 4, rows: 2))
        for (index, scalar) in "abcdefgh".unicodeScalars.enumerated() { frame.cells[index].content = scalar.value }
        var surface = Surface(size: Size(columns: 6, rows: 3))
        surface.draw(frame, in: Rect(row: 1, column: 1, columns: 3, rows: 9))
        #expect((0..<3).map { text(surface, $0) } == ["      ", " abc  ", " efg  "])
        surface.clear()
        surface.draw(frame, origin: Position(row: 1, column: 2), in: Rect(row: 0, column: 0, columns: 6, rows: 3))
        #expect((0..<3).map { text(surface, $0) } == ["gh    ", "      ", "      "])
        surface.clear()
        surface.draw(frame, in: Rect(row: -1, column: -2, columns: 4, rows: 2))
        #expect((0..<3).map { text(surface, $0) } == ["gh    ", "      ", "      "])
    }

    @Test func `two frames keep their own clusters and links`() {
        func frame(_ cluster: String, _ link: String) -> Frame {
            var frame = Frame(size: Size(columns: 2, rows: 1))
            frame.cells[0].content = frame.symbols.content(for: cluster)
            frame.cells[0].extra = frame.symbols.extra(for: Extra(link: link))
            return frame
        }
        var surface = Surface(size: Size(columns: 4, rows: 1))
        surface.draw(frame("x\u{301}", "one"), in: Rect(row: 0, column: 0, columns: 2, rows: 1))
        surface.draw(frame("y\u{301}", "two"), in: Rect(row: 0, column: 2, columns: 2, rows: 1))
        #expect(text(surface, 0) == "x\u{301} y\u{301} ")
        #expect(surface.symbols.extra(surface[0, 0].extra)?.link == "one")
        #expect(surface.symbols.extra(surface[0, 2].extra)?.link == "two")
        surface.fill(Rect(row: 0, column: 0, columns: 2, rows: 1), style: .plain)
        surface.compactSymbols()
        #expect(text(surface, 0) == "  y\u{301} ")
        #expect(surface.symbols.clusters.count == 1)
    }

    @Test func `halves of wide characters at a rectangle's edges are blanks`() {
        var source = Surface(size: Size(columns: 6, rows: 1))
        source.text("日本語", row: 0, column: 0)
        let frame = Frame(size: source.size, cells: source.cells, symbols: source.symbols)
        var surface = Surface(size: Size(columns: 4, rows: 1))
        surface.draw(frame, origin: Position(row: 0, column: 1), in: surface.bounds)
        #expect(text(surface, 0) == " 本 ")
    }

    @Test func `a box has corners`() {
        var surface = Surface(size: Size(columns: 4, rows: 3))
        surface.box(surface.bounds)
        #expect((0..<3).map { text(surface, $0) } == ["┌──┐", "│  │", "└──┘"])
    }
}
