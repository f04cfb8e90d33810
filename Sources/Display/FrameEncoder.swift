import Glibc
import ScreenModel

/// Turns surfaces into the bytes that make the terminal show them. Pure: no IO.
///
/// It knows what the terminal shows, because it alone draws there. A row that didn't change costs one `memcmp`; of a
/// changed one only differing cells are written; rows that moved together are moved by the terminal.
public struct FrameEncoder {
    /// Changing them repaints the next frame whole if it would look different.
    public var capabilities: TerminalCapabilities {
        didSet { if capabilities != oldValue { adoptCapabilities(since: oldValue) } }
    }

    private var normalizer: CellNormalizer
    private var memory = FrameMemory(size: Size(columns: 0, rows: 0))
    private var needsRepaint = true
    private var clusters: [String] = []
    private var extras: [Extra] = []
    private var pen = Pen()
    private var isPenKnown = true
    /// The terminal's cursor; -1 when not known.
    private var row = -1
    private var column = -1
    private var isCursorVisible: Bool?
    /// DECSCUSR's parameter.
    private var cursorStyle: UInt8?

    public init(capabilities: TerminalCapabilities) {
        self.capabilities = capabilities
        normalizer = CellNormalizer(capabilities)
    }

    /// The bytes that change the terminal from what was encoded last to `surface`; none when nothing changed.
    public mutating func encode(_ surface: Surface) -> [UInt8] {
        withEncoded(surface) { Array($0) }
    }

    /// As ``encode(_:)``, without a copy; the bytes are valid within `body` only.
    ///
    /// - Parameter rows: those that may differ from what was encoded last; nil for all.
    public mutating func withEncoded<R>(
        _ surface: Surface, rows: ClosedRange<Int>? = nil, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        encodeFrame(surface, rows)
        return try body(UnsafeRawBufferPointer(start: memory.output, count: memory.outputCount))
    }

    /// Forgets what is shown: the next frame is painted whole (after a resize or a resume).
    public mutating func invalidate() {
        needsRepaint = true
        isCursorVisible = nil
        cursorStyle = nil
    }

    private mutating func adoptCapabilities(since old: TerminalCapabilities) {
        var old = old
        old.synchronizedUpdates = capabilities.synchronizedUpdates
        old.darkBackground = capabilities.darkBackground
        old.version = capabilities.version
        old.kittyKeyboard = capabilities.kittyKeyboard
        guard capabilities != old else { return }
        normalizer = CellNormalizer(capabilities)
        needsRepaint = true
    }

    private mutating func encodeFrame(_ surface: Surface, _ rows: ClosedRange<Int>?) {
        prepare(surface)
        let changes = findChanges(surface, needsRepaint ? nil : rows)
        var painter = RowPainter(
            writer: memory.writer, pen: pen, rules: RowPainter.Rules(capabilities),
            penRules: Pen.Rules(capabilities), size: surface.size, clusters: clusters, extras: extras, row: row,
            column: column)
        painter.writer.reserve(256)
        if needsRepaint || changes.rows > 0 { paint(changes, &painter) }
        finish(surface.cursor, &painter)
        memory.adopt(painter.writer)
        pen = painter.pen
        (row, column) = (painter.row, painter.column)
        needsRepaint = false
    }

    private mutating func prepare(_ surface: Surface) {
        if memory.size != surface.size {
            memory = FrameMemory(size: surface.size)
            needsRepaint = true
        } else if !isKnownUniquelyReferenced(&memory) {
            memory = memory.copy()
        }
        if needsRepaint { memory.fillBlank() }
        adoptSymbols(surface.symbols)
    }

    /// The rows that differ from the last surface; their normal forms are then in `memory.next`.
    private mutating func findChanges(_ surface: Surface, _ rows: ClosedRange<Int>?) -> Changes {
        let columns = surface.size.columns
        var changes = Changes()
        surface.cells.withUnsafeBufferPointer { cells in
            guard let source = cells.baseAddress, cells.count == surface.size.area else { return }
            for row in 0..<surface.size.rows {
                let offset = row * columns
                memory.changed[row] =
                    rows?.contains(row) != false && memcmp(source + offset, memory.raw + offset, columns * 16) != 0
                guard memory.changed[row] else { continue }
                changes.rows += 1
                changes.cells += takeRow(row, source + offset)
            }
        }
        return changes
    }

    private struct Changes {
        var rows = 0
        /// From the first to the last that differs, in all rows.
        var cells = 0
    }

    /// Makes the next row from the shown one and the cells that differ. Returns from how far to how far that is.
    private mutating func takeRow(_ row: Int, _ source: UnsafePointer<Cell>) -> Int {
        let columns = memory.size.columns
        let raw = memory.raw + row * columns
        var first = 0
        var last = columns - 1
        while first < last, RowPainter.equal(source + first, raw + first) { first += 1 }
        while last > first, RowPainter.equal(source + last, raw + last) { last -= 1 }
        // A half of a wide character changes what its other half is.
        first = max(0, first - 2)
        last = min(columns - 1, last + 2)
        if first > 0, source[first].attributes.contains(.wideTrail) { first -= 1 }
        (raw + first).update(from: source + first, count: last - first + 1)
        let next = memory.next + row * columns
        let shown = memory.shown + row * columns
        next.update(from: shown, count: first)
        (next + last + 1).update(from: shown + last + 1, count: columns - last - 1)
        last = normalizer.normalize(source, into: next, columns, first...last)
        memory.firstChange[row] = first
        memory.lastChange[row] = last
        return last - first + 1
    }

    private mutating func paint(_ changes: Changes, _ painter: inout RowPainter) {
        if capabilities.synchronizedUpdates { painter.writer.put("\u{1B}[?2026h") }
        if isCursorVisible != false, capabilities.cursorVisibility { painter.writer.put("\u{1B}[?25l") }
        if !isPenKnown { painter.resetPen() }
        let start = painter.writer.count
        if needsRepaint {
            clear(&painter)
        }
        // Finding a scroll costs more than painting little.
        let mayScroll = !needsRepaint && changes.rows > 2 && changes.cells > 160 && capabilities.scrollRegions
        if mayScroll { scroll(&painter) }
        let columns = memory.size.columns
        for row in 0..<memory.size.rows where memory.changed[row] {
            let next = memory.next + row * columns
            let shown = memory.shown + row * columns
            let range = memory.firstChange[row]...memory.lastChange[row]
            painter.paint(row: row, from: shown, to: next, in: range)
            (shown + range.lowerBound).update(from: next + range.lowerBound, count: range.count)
            memory.isHashed[row] = mayScroll
            if mayScroll { memory.shownHashes[row] = memory.nextHashes[row] }
        }
        if painter.writer.count == start {
            painter.writer.truncate(to: 0)
        } else {
            isCursorVisible = false
            isPenKnown = true
        }
    }

    private mutating func clear(_ painter: inout RowPainter) {
        painter.resetPen()
        if capabilities.scrollRegions { painter.writer.put("\u{1B}[r") }
        painter.writer.put("\u{1B}[H\u{1B}[2J")
        (painter.row, painter.column) = (0, 0)
    }

    private mutating func scroll(_ painter: inout RowPainter) {
        memory.makeHashes()
        let finder = ScrollFinder(memory: memory)
        // Two panes above each other may scroll in one frame.
        for _ in 0..<3 {
            guard let scroll = finder.find() else { return }
            finder.carryOut(scroll)
            painter.scroll(scroll, parameterized: capabilities.parameterizedScroll)
        }
    }

    /// Leaves the cursor where and as the surface has it, and ends the update.
    private mutating func finish(_ cursor: Cursor?, _ painter: inout RowPainter) {
        let painted = painter.writer.count > 0
        let inside = cursor.map {
            (0..<memory.size.rows) ~= $0.position.row && (0..<memory.size.columns) ~= $0.position.column
        }
        if let cursor, cursor.isVisible, inside == true {
            show(cursor, &painter)
        } else if isCursorVisible != false {
            if capabilities.cursorVisibility { painter.writer.put("\u{1B}[?25l") }
            isCursorVisible = false
        }
        if painted, capabilities.synchronizedUpdates { painter.writer.put("\u{1B}[?2026l") }
    }

    private mutating func show(_ cursor: Cursor, _ painter: inout RowPainter) {
        painter.move(row: cursor.position.row, column: cursor.position.column)
        // A blinking block is what a program has that chose nothing: the user's own cursor.
        let steady: UInt8 = cursor.blinks ? 0 : 1
        let style = cursor.shape == .block && cursor.blinks ? 0 : cursor.shape.rawValue * 2 + 1 + steady
        if style != cursorStyle, capabilities.cursorShapes {
            painter.writer.control(Int(style), 0x20, 0x71)
            cursorStyle = style
        }
        if isCursorVisible != true {
            if capabilities.cursorVisibility { painter.writer.put("\u{1B}[?25h") }
            isCursorVisible = true
        }
    }
}

extension FrameEncoder {
    /// Cells name clusters and links by index. Where the new surface's tables say something else for an index than the
    /// shown one's, what is shown under it counts as changed.
    private mutating func adoptSymbols(_ symbols: Symbols) {
        defer {
            clusters = symbols.clusters
            extras = symbols.extras
        }
        guard !needsRepaint else { return }
        let otherClusters = Self.changed(clusters, symbols.clusters)
        let otherExtras = Self.changed(extras, symbols.extras)
        guard !otherClusters.isEmpty || !otherExtras.isEmpty else { return }
        for index in 0..<memory.size.area {
            let cell = memory.raw[index]
            let isOther =
                cell.clusterIndex.map { otherClusters.contains($0) } ?? false
                || cell.extra != 0 && otherExtras.contains(Int(cell.extra) - 1)
            if isOther { memory.forget(index) }
        }
        // The pen's link is named by index too.
        if otherExtras.contains(Int(pen.extra) - 1) { isPenKnown = false }
    }

    private static func changed<E: Equatable>(_ old: [E], _ new: [E]) -> Set<Int> {
        if old == new { return [] }
        return Set(old.indices.filter { $0 >= new.count || old[$0] != new[$0] })
    }
}
