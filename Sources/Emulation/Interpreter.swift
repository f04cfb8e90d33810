import CVTerm
import ScreenModel

/// What a terminal does with bytes: a tokenizer in front, then text, styles, modes and answers done here, and the
/// control functions that move cells left to libvterm's state layer, which sees whole, valid, bounded sequences only.
///
/// It lives in memory of its own behind a pointer, so that loops over bytes and cells meet neither reference counting
/// nor exclusivity checks. Its parts: `+Text` (printing), `+Tokenizer`, `+Control` (C0 and ESC), `+ControlSequence`
/// (CSI), `+Style` (SGR), `+Modes`, `+Queries`, `+Strings` (OSC and DCS), `+Library` (libvterm), `+Resize`, `+Checkpoint`.
struct Interpreter {
    var registers: Registers
    /// The screen that is shown.
    var grid: Grid
    /// The primary screen while the alternate one is shown, in the size it had then.
    var hidden: Grid?
    var scrollback: Scrollback
    var symbols = Symbols()
    var labels = Labels()
    var identity: TerminalIdentity

    var parameters = Parameters()
    /// The bytes of the string being read.
    var string: [UInt8] = []
    /// Bytes of the links in `symbols`, which are never forgotten.
    var linkBytes = 0
    let vterm: OpaquePointer
    let widths = CharacterWidth.table
    let joins = JoinCache()

    // What the present feed changed.
    var dirty: RowSet
    var scrolled = 0
    var replies: [UInt8] = []
    var events: [TerminalEvent] = []
    /// Bytes fed before the present chunk.
    var offset: UInt64 = 0

    init(size: Size, scrollbackLimit: Int, identity: TerminalIdentity) {
        guard let vterm = ah_vterm_open(Int32(size.rows), Int32(size.columns)) else {
            fatalError("no memory for a terminal of \(size)")
        }
        self.vterm = vterm
        self.identity = identity
        registers = Registers(rows: size.rows)
        grid = Grid(size: size)
        scrollback = Scrollback(limit: scrollbackLimit)
        dirty = .all(size.rows)
    }

    /// Gives back all memory that is not counted by references.
    mutating func free() {
        ah_vterm_close(vterm)
        grid.free()
        hidden?.free()
        parameters.free()
        joins.free()
    }

    var columns: Int { grid.columns }
    var rows: Int { grid.count }

    /// What erased cells look like: the pen's background (BCE).
    var blank: Cell { Cell(background: registers.pen.background) }

    /// The cell that shows a character in the pen's look.
    @inline(__always)
    func inked(_ content: UInt32) -> Cell {
        var cell = registers.pen
        cell.content = content
        return cell
    }

    mutating func takeChanges() -> Changes {
        var changes = Changes()
        swap(&changes.rows, &dirty)
        changes.scrolled = scrolled
        scrolled = 0
        if !replies.isEmpty { swap(&changes.replies, &replies) }
        if !events.isEmpty { swap(&changes.events, &events) }
        return changes
    }

    mutating func reply(_ text: String) {
        replies += Array(text.utf8)
    }
}

/// What a terminal remembers as text or by number: titles and colours that the program set.
struct Labels: Hashable, Sendable {
    static let stackLimit = 10

    var title = ""
    var titleStack: [String] = []
    /// OSC 4
    var palette: [UInt8: Color] = [:]
    /// OSC 10, 11, 12
    var foreground: Color?
    var background: Color?
    var cursorColor: Color?
}

/// Remembers which cell content came out when a scalar joined another content, since making it means making strings.
///
/// A plain handle; whoever makes one calls ``free()``.
struct JoinCache {
    private struct Entry {
        var base: UInt32 = 0
        var scalar: UInt32 = 0
        var result: UInt32 = 0
    }

    private static let size = 256
    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: Self.size)
        entries.initialize(repeating: Entry(), count: Self.size)
    }

    func free() { entries.deallocate() }

    private func slot(_ base: UInt32, _ scalar: UInt32) -> Int {
        Int(((base &* 0x9E37_79B1) ^ (scalar &* 0x85EB_CA6B)) >> 24) % Self.size
    }

    func result(base: UInt32, scalar: UInt32) -> UInt32? {
        let entry = entries[slot(base, scalar)]
        return entry.base == base && entry.scalar == scalar ? entry.result : nil
    }

    func note(base: UInt32, scalar: UInt32, result: UInt32) {
        entries[slot(base, scalar)] = Entry(base: base, scalar: scalar, result: result)
    }
}
