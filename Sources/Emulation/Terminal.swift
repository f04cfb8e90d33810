// Emulation: a terminal without a window. Bytes go in; the screen, what changed of it, replies to the program and events
// come out. No IO, no clock, no keys. A tokenizer takes bytes apart, whatever libvterm must not see or does otherwise in
// its versions is done here, and libvterm moves, erases and edits cells.
//
// Parts: Terminal (the whole), Interpreter (its facets: tokenizer, text, style, modes, queries, strings, resize, skimming,
// library), LineCounter, Grid, Scrollback, Checkpoint.

import CVTerm
import ScreenModel

/// A terminal emulator: bytes in; screen, what changed, replies and events out.
///
/// It does no IO and has no clock, and whoever feeds it writes its replies and acts on its events, or doesn't (replay).
/// Its parts: ``Interpreter`` turns bytes into changes of a `Grid`, helped by libvterm; `Scrollback` holds the lines that
/// left the top; ``Checkpoint`` saves it all. One thread at a time.
public final class Terminal {
    /// The largest screen; more is clamped, so that a damaged size can't eat memory.
    public static let maximumSize = Size(columns: 4096, rows: 1024)

    let interpreter: UnsafeMutablePointer<Interpreter>

    /// A blank screen.
    ///
    /// - Parameters:
    ///   - size: at least 2 × 1, at most ``maximumSize``; clamped to that.
    ///   - scrollbackLimit: lines kept that left the top.
    public init(size: Size, scrollbackLimit: Int = 10_000, identity: TerminalIdentity = TerminalIdentity()) {
        interpreter = .allocate(capacity: 1)
        interpreter.initialize(
            to: Interpreter(size: Self.clamp(size), scrollbackLimit: scrollbackLimit, identity: identity))
    }

    deinit {
        interpreter.pointee.free()
        interpreter.deinitialize(count: 1)
        interpreter.deallocate()
    }

    private static func clamp(_ size: Size) -> Size {
        Size(
            columns: max(2, min(size.columns, maximumSize.columns)), rows: max(1, min(size.rows, maximumSize.rows)))
    }

    /// Throws when libvterm is another version than the one that was compiled against; to be called once at start.
    public static func checkLibrary() throws(EmulationError) {
        let compiled = Int(ah_vterm_compiled_minor())
        let loaded = Int(ah_vterm_loaded_minor())
        if compiled != loaded { throw .libraryMismatch(compiled: compiled, loaded: loaded) }
    }

    // MARK: Bytes in

    /// Takes any part of a program's output; where it is cut makes no difference.
    @discardableResult
    public func feed(_ bytes: UnsafeRawBufferPointer) -> Changes {
        if let start = bytes.baseAddress {
            interpreter.pointee.feed(start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        }
        let changes = interpreter.pointee.takeChanges()
        checkInvariants(changes.rows)
        return changes
    }

    @discardableResult
    public func feed(_ bytes: [UInt8]) -> Changes {
        bytes.withUnsafeBytes { feed($0) }
    }

    /// Takes the first bytes of a run of output where that can be done without showing most of them: plain lines that
    /// scroll away within the run itself. All is then as if they had been fed, but that the scrollback keeps no more than
    /// what a resize may take back to the screen. Several times as fast as ``feed(_:)``.
    ///
    /// - Returns: how many bytes were taken; 0 where only ``feed(_:)`` will do.
    public func skim(_ bytes: UnsafeRawBufferPointer) -> (count: Int, changes: Changes) {
        guard let start = bytes.baseAddress else { return (0, Changes()) }
        let count = interpreter.pointee.skim(start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        let changes = interpreter.pointee.takeChanges()
        checkInvariants(changes.rows)
        return (count, changes)
    }

    /// Gives the screen another size, as tmux would: see `Interpreter+Resize`.
    @discardableResult
    public func resize(to size: Size) -> Changes {
        interpreter.pointee.resize(to: Self.clamp(size))
        let changes = interpreter.pointee.takeChanges()
        checkInvariants(changes.rows)
        return changes
    }

    /// Bytes fed so far.
    public var offset: UInt64 { interpreter.pointee.offset }

    public var identity: TerminalIdentity {
        get { interpreter.pointee.identity }
        set { interpreter.pointee.identity = newValue }
    }

    // MARK: The screen

    /// Columns ≥ 2, rows ≥ 1.
    public var size: Size { interpreter.pointee.grid.size }

    /// A copy of all that is shown.
    public func frame() -> Frame {
        let grid = interpreter.pointee.grid
        let cells = [Cell](unsafeUninitializedCapacity: grid.size.area) { buffer, count in
            if let start = buffer.baseAddress {
                for row in 0..<grid.count {
                    (start + row * grid.columns).initialize(from: grid.rows[row], count: grid.columns)
                }
            }
            count = grid.size.area
        }
        return Frame(
            size: grid.size, cells: cells, wraps: wraps, cursor: cursor, modes: modes, title: title, symbols: symbols)
    }

    /// The cells of one row without a copy; valid during `body`, which must not feed the terminal.
    public func withRow<R>(_ row: Int, _ body: (UnsafeBufferPointer<Cell>) -> R) -> R {
        let grid = interpreter.pointee.grid
        precondition(row >= 0 && row < grid.count, "row \(row) of \(grid.count)")
        return body(UnsafeBufferPointer(start: grid.rows[row], count: grid.columns))
    }

    /// For each row, whether its text goes on in the next one.
    public var wraps: [Bool] {
        let grid = interpreter.pointee.grid
        return Array(UnsafeBufferPointer(start: grid.wraps, count: grid.count))
    }

    public var cursor: Cursor {
        let registers = interpreter.pointee.registers
        return Cursor(
            position: Position(row: registers.row, column: registers.column), isVisible: registers.cursorIsVisible,
            shape: registers.cursorShape, blinks: registers.cursorBlinks)
    }

    public var modes: Modes { interpreter.pointee.registers.modes }
    public var title: String { interpreter.pointee.labels.title }
    /// What cells refer to; grows only, so it goes with earlier rows too.
    public var symbols: Symbols { interpreter.pointee.symbols }

    /// A colour of the palette, as the program set it or xterm's.
    public func paletteColor(_ index: UInt8) -> Color {
        interpreter.pointee.labels.palette[index] ?? XtermColors.standard(index)
    }

    /// The default colours, where the program set them (OSC 10, 11).
    public var programColors: (foreground: Color?, background: Color?) {
        (interpreter.pointee.labels.foreground, interpreter.pointee.labels.background)
    }

    // MARK: Scrollback

    /// The absolute number of the screen's first row: the lines that left the top so far, less those a resize took back.
    public var topLine: Int { interpreter.pointee.registers.topLine }

    /// The absolute numbers of the lines kept; the end is ``topLine``.
    public var scrollback: (first: Int, end: Int) {
        (interpreter.pointee.scrollback.first, interpreter.pointee.scrollback.end)
    }

    /// Memory that the scrollback holds, in bytes.
    public var scrollbackByteCount: Int { interpreter.pointee.scrollback.byteCount }

    /// The cells of a line without the blanks at its end, in the width it had; nil when it isn't kept.
    public func scrollbackLine(_ absolute: Int) -> [Cell]? {
        interpreter.pointee.scrollbackLine(absolute)
    }

    /// Whether a line of the scrollback goes on in the next one.
    public func scrollbackLineWraps(_ absolute: Int) -> Bool {
        interpreter.pointee.scrollback.withLine(absolute) { PackedLine.wraps($0) } ?? false
    }

    // MARK: Checkpoints

    public func checkpoint() -> Checkpoint {
        interpreter.pointee.checkpoint()
    }

    /// Goes back (or forth) to a checkpoint that this object made.
    ///
    /// The scrollback then ends at the checkpoint's line. It has its older lines still when it goes back to within what
    /// is kept; otherwise it has the checkpoint's hundred lines, and older ones come from the recording.
    public func restore(_ checkpoint: Checkpoint) {
        interpreter.pointee.restore(checkpoint)
        checkInvariants(.all(size.rows))
    }
}
