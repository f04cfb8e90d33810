import CCurses
import Glibc
import ScreenModel

/// The user's terminal. One is entered at a time in a process, since what a crash has to restore is one.
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

    /// What the terminal can do, as known when it was opened; replies refine the encoder's copy.
    public let capabilities: TerminalCapabilities
    /// For poll: readable when ``read(into:)`` has something, writable when ``flush()`` gets on.
    public let descriptor: Int32

    let isNonBlocking: Bool
    private let environment: [String: String]
    var output = OutputQueue()
    /// DA1 has been asked for and not seen: its answer must not reach the shell.
    var awaitsReplies = false
    private var saved = termios()
    private var options = Options()
    private var modes = InputModes()
    private enum Stage { case outside, inside, suspended }
    private var stage = Stage.outside

    init(
        descriptor: Int32, isNonBlocking: Bool, capabilities: TerminalCapabilities, environment: [String: String]
    ) {
        self.descriptor = descriptor
        self.isNonBlocking = isNonBlocking
        self.capabilities = capabilities
        self.environment = environment
    }

    deinit {
        leave()
        close(descriptor)
    }

    /// Takes the terminal over: raw mode, alternate screen, the modes asked for.
    public func enter(_ options: Options) throws(DisplayError) {
        guard stage != .inside else { return }
        guard tcgetattr(descriptor, &saved) == 0 else { throw .system(call: "tcgetattr", code: errno) }
        self.options = options
        try take(queries: options.queries, modes: initialModes)
    }

    private func take(queries: Bool, modes wanted: InputModes) throws(DisplayError) {
        ah_tty_install_crash_handlers()
        armRestore(InputModes())
        ah_tty_arm(descriptor, &saved)
        var raw = saved
        cfmakeraw(&raw)
        guard tcsetattr(descriptor, TCSADRAIN, &raw) == 0 else {
            ah_tty_disarm()
            throw .system(call: "tcsetattr", code: errno)
        }
        stage = .inside
        try write(ScreenSequences(capabilities: capabilities, options: options).enter)
        if queries, !capabilities.queries.isEmpty {
            awaitsReplies = true
            try write(capabilities.queries)
        }
        modes = InputModes()
        try change(to: wanted)
        if let title = options.title { try setTitle(title) }
    }

    private var initialModes: InputModes {
        var modes = InputModes()
        modes.mouse = options.mouse
        modes.reportsFocus = options.focus
        modes.bracketedPaste = options.bracketedPaste
        modes.kittyKeyboard = options.kittyKeyboard == 0 ? nil : options.kittyKeyboard
        return modes
    }

    /// Gives the terminal back. A second call does nothing.
    public func leave() {
        guard stage == .inside else { return }
        stage = .outside
        output.removeAll()
        discardReplies()
        ah_tty_restore_now()
    }

    /// Gives the terminal back for a stop (SIGTSTP); ``resume()`` takes it again with the same options and modes.
    public func suspend() {
        guard stage == .inside else { return }
        leave()
        stage = .suspended
    }

    /// Call it only in the foreground: see ``isForeground``. The next frame must be painted whole.
    public func resume() throws(DisplayError) {
        guard stage == .suspended else { return }
        // The shell may have changed its settings meanwhile.
        guard tcgetattr(descriptor, &saved) == 0 else { throw .system(call: "tcgetattr", code: errno) }
        try take(queries: false, modes: modes)
    }

    /// Whether our process group has the terminal; touching it from the background would stop us.
    public var isForeground: Bool { tcgetpgrp(descriptor) == getpgrp() }

    /// Columns and rows now; from COLUMNS and LINES, or 80 by 24, where the terminal doesn't say.
    public var size: Size {
        var columns: Int32 = 0
        var rows: Int32 = 0
        if ah_tty_window_size(descriptor, &columns, &rows) != 0 || columns <= 0 || rows <= 0 {
            columns = environment["COLUMNS"].flatMap { Int32($0) } ?? 80
            rows = environment["LINES"].flatMap { Int32($0) } ?? 24
        }
        return Size(columns: min(4096, max(1, Int(columns))), rows: min(1024, max(1, Int(rows))))
    }

    /// Sets the terminal's input modes as a child set its own, so that input can be forwarded byte for byte.
    /// - Parameter mouse: the least tracking, for our own use of the mouse; reports then come as SGR.
    public func mirror(_ child: Modes, atLeast mouse: Modes.MouseTracking = .none) throws(DisplayError) {
        var wanted = initialModes
        wanted.mouse = child.mouseTracking.rawValue >= mouse.rawValue ? child.mouseTracking : mouse
        wanted.mouseEncoding = wanted.mouse == child.mouseTracking ? child.mouseEncoding : .sgr
        wanted.reportsFocus = child.reportsFocus || options.focus
        wanted.bracketedPaste = child.bracketedPaste
        wanted.applicationCursorKeys = child.applicationCursorKeys
        wanted.applicationKeypad = child.applicationKeypad
        wanted.alternateScroll = child.alternateScroll && child.alternateScreen
        wanted.modifyOtherKeys = child.modifyOtherKeys
        // Once pushed it stays pushed, with whatever flags: only leaving pops.
        if child.kittyKeyboard != 0 || modes.kittyKeyboard != nil { wanted.kittyKeyboard = child.kittyKeyboard }
        try change(to: wanted)
    }

    public func setTitle(_ title: String) throws(DisplayError) {
        guard capabilities.title, options.title != nil, stage == .inside else { return }
        try write(ScreenSequences.title(title))
    }

    private func change(to wanted: InputModes) throws(DisplayError) {
        guard stage == .inside, wanted != modes else { return }
        // First the way back: a crash between the two restores too much and not too little.
        armRestore(wanted)
        let bytes = wanted.bytes(from: modes, capabilities)
        modes = wanted
        try write(bytes)
    }

    private func armRestore(_ modes: InputModes) {
        let bytes = ScreenSequences(capabilities: capabilities, options: options).leave(modes)
        _ = ah_tty_set_restore(bytes, bytes.count)
    }
}
