import ScreenModel

/// A terminal emulator: bytes in; screen, what changed, replies and events out. No IO, no clock.
public final class Terminal {
    /// The largest screen; more is clamped, so that a damaged size can't eat memory.
    public static let maximumSize = Size(columns: 4096, rows: 1024)

    public private(set) var size: Size
    /// Bytes fed so far.
    public private(set) var offset: UInt64 = 0
    public var identity: TerminalIdentity

    public init(size: Size, scrollbackLimit: Int = 10_000, identity: TerminalIdentity = TerminalIdentity()) {
        self.size = size
        self.identity = identity
    }

    @discardableResult public func feed(_ bytes: UnsafeRawBufferPointer) -> Changes { Changes() }
    @discardableResult public func feed(_ bytes: [UInt8]) -> Changes { Changes() }
    @discardableResult public func resize(to size: Size) -> Changes { Changes() }
    public func frame() -> Frame { Frame(size: size) }
    public func withRow<R>(_ row: Int, _ body: (UnsafeBufferPointer<Cell>) -> R) -> R {
        Array(repeating: Cell.blank, count: size.columns).withUnsafeBufferPointer(body)
    }
    public var wraps: [Bool] { Array(repeating: false, count: size.rows) }
    public var cursor: Cursor { Cursor() }
    public var modes: Modes { Modes() }
    public var title: String { "" }
    public var symbols: Symbols { Symbols() }
    public var topLine: Int { 0 }
    public var scrollback: (first: Int, end: Int) { (0, 0) }
    public func scrollbackLine(_ absolute: Int) -> [Cell]? { nil }
    public func scrollbackLineWraps(_ absolute: Int) -> Bool { false }
    public func checkpoint() -> Checkpoint { Checkpoint(size: size, offset: offset) }
    public func restore(_ checkpoint: Checkpoint) {}
}
