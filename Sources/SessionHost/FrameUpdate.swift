import ScreenModel

/// The difference between the frame a viewer has and the one its session shows.
///
/// Hosts send frames, not bytes: one emulator per session, an attach that costs one frame whatever the history, and a slow
/// viewer that misses frames but never holds anything back.
public struct FrameUpdate: Hashable, Sendable {
    public var size: Size
    public var cursor: Cursor
    public var modes: Modes
    public var title: String
    /// Lines that have left the top of the screen so far.
    public var topLine: Int
    /// The new ends of the symbol tables, from these indices on.
    public var firstCluster = 0
    public var firstExtra = 0
    public var clusters: [String] = []
    public var extras: [Extra] = []
    public var rows: [Row] = []

    /// One whole row; the blanks at its end are left out.
    public struct Row: Hashable, Sendable {
        public var index: Int
        public var wraps: Bool
        public var cells: [Cell]
    }

    /// What a viewer has.
    public struct Known: Hashable, Sendable {
        public var size: Size?
        public var version: UInt64 = 0
        public var clusters = 0
        public var extras = 0

        public init() {}
    }

    public init(size: Size, cursor: Cursor, modes: Modes, title: String, topLine: Int) {
        self.size = size
        self.cursor = cursor
        self.modes = modes
        self.title = title
        self.topLine = topLine
    }

    /// Brings a viewer's frame up to date. Rows and sizes out of range are ignored: they came over a socket.
    ///
    /// - Returns: what has changed.
    @discardableResult
    public func apply(to frame: inout Frame) -> FrameChange {
        var change = FrameChange.nothing
        for row in rows where (0..<size.rows).contains(row.index) { change.formUnion(.rows(row.index...row.index)) }
        // The cursor's own row, so that there is always one to draw.
        let last = max(0, size.rows - 1)
        change.formUnion(.rows(min(cursor.position.row, last)...min(cursor.position.row, last)))
        let isLikeBefore =
            frame.size == size && frame.modes == modes && frame.title == title
            && firstCluster == frame.symbols.clusters.count && firstExtra == frame.symbols.extras.count
            && clusters.isEmpty && extras.isEmpty
        if !isLikeBefore { change = .whole }
        if frame.size != size { frame = Frame(size: size) }
        frame.cursor = cursor
        frame.modes = modes
        frame.title = title
        frame.symbols.replace(clusters: clusters, from: firstCluster, extras: extras, from: firstExtra)
        for row in rows where row.index >= 0 && row.index < size.rows {
            frame.wraps[row.index] = row.wraps
            let start = row.index * size.columns
            let count = min(row.cells.count, size.columns)
            frame.cells.withUnsafeMutableBufferPointer { cells in
                for column in 0..<count { cells[start + column] = row.cells[column] }
                for column in count..<size.columns { cells[start + column] = .blank }
            }
        }
        return change
    }
}
