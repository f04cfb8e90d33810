import ScreenModel

/// What feeding bytes (or resizing) changed, and what must be done about it.
public struct Changes: Sendable {
    /// Screen rows whose cells may differ from before.
    public var rows = RowSet()
    /// Lines by which the whole screen moved up; the rows that moved are in `rows` too.
    public var scrolled = 0
    /// Answers to the program's queries, to be written to its PTY (never in replay).
    public var replies: [UInt8] = []
    /// What else the program said, in order.
    public var events: [TerminalEvent] = []

    public init() {}

    /// Joins what came after.
    public mutating func append(_ later: Changes) {
        rows.formUnion(later.rows)
        scrolled += later.scrolled
        replies += later.replies
        events += later.events
    }
}
