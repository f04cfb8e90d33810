import CCurses
import ScreenModel

/// The user's terminal. One at a time per process, since what a crash has to restore is one.
public final class TTY {
    /// What the terminal is asked to do while we have it.
    public struct Options: Hashable, Sendable {
        public var alternateScreen = true
        public var mouse: Modes.MouseTracking = .none
        public var focus = false
        public var bracketedPaste = true
        /// Flags of the kitty keyboard protocol; 0 leaves it off.
        public var kittyKeyboard: UInt8 = 0
        public var title: String?
        /// Ask for the terminal's version, colours and modes; answers come as events.
        public var queries = true

        public init() {}
    }

    /// What reading gave.
    public enum ReadResult: Hashable, Sendable {
        case bytes(Int)
        /// Nothing there now.
        case nothing
        /// The terminal is gone.
        case closed
    }

    public let capabilities: TerminalCapabilities
    /// For poll: readable when ``read(into:)`` has something, writable when ``flush()`` gets on.
    public let descriptor: Int32

    private init(descriptor: Int32, capabilities: TerminalCapabilities) {
        self.descriptor = descriptor
        self.capabilities = capabilities
    }

    /// The terminal at `input` and `output` when both are one, else the controlling terminal.
    public static func open(
        input: Int32 = 0, output: Int32 = 1, environment: [String: String]
    ) throws(DisplayError) -> TTY { throw .terminalTypeMissing }

    public func enter(_ options: Options) throws(DisplayError) {}
    /// Gives the terminal back. A second call does nothing.
    public func leave() {}
    /// Gives the terminal back for a stop (SIGTSTP); ``resume()`` takes it again with the same options and modes.
    public func suspend() {}
    public func resume() throws(DisplayError) {}

    /// Columns and rows now.
    public var size: Size { Size(columns: 80, rows: 24) }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult { .closed }

    /// Writes what the terminal takes now and keeps the rest for ``flush()``.
    /// - Returns: the bytes that wait. While that isn't 0, encode no further frame.
    @discardableResult
    public func write(_ bytes: UnsafeRawBufferPointer) throws(DisplayError) -> Int { 0 }

    @discardableResult
    public func write(_ bytes: [UInt8]) throws(DisplayError) -> Int { 0 }

    /// Goes on writing what waits. Returns the bytes that still wait.
    @discardableResult
    public func flush() throws(DisplayError) -> Int { 0 }

    public var pendingOutput: Int { 0 }

    /// Sets the terminal's input modes as a child set its own, so that input can be forwarded byte for byte.
    /// - Parameter mouse: the least tracking, for our own use of the mouse.
    public func mirror(_ modes: Modes, atLeast mouse: Modes.MouseTracking = .none) throws(DisplayError) {}

    public func setTitle(_ title: String) throws(DisplayError) {}
}
