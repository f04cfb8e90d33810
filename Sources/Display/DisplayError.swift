// Display is the user's own terminal: surfaces go out as bytes, bytes come in as keys, mouse, paste and replies.
// It knows nothing of panes, sessions or keymaps, and it is not the emulator of what runs in a pane.
//
//   TerminalCapabilities  what the terminal can do: terminfo, environment, and the terminal's own replies
//   FrameEncoder          surface → bytes that turn what is shown into it; pure
//   InputParser           bytes → input events; pure
//   TTY                   the file descriptor: raw mode, modes, size, reading, writing, restoration
//
// ncursesw serves as the terminfo layer only: its screen can't say truecolour, links or underline colours.

/// What can go wrong with the user's terminal.
public enum DisplayError: Error, Hashable, Sendable {
    /// No terminal at the given descriptors, and no controlling one.
    case noTerminal(reason: String)
    /// `TERM` is not set.
    case terminalTypeMissing
    /// `TERM` names nothing that terminfo or we know.
    case unknownTerminal(name: String)
    /// A system call on the terminal failed.
    case system(call: String, code: Int32)
}

extension DisplayError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noTerminal(let reason):
            "There is no terminal to show this on (\(reason)); run it in one, or ask for output without a screen."
        case .terminalTypeMissing:
            "TERM is not set; set it to your terminal's type, for example TERM=xterm-256color."
        case .unknownTerminal(let name):
            "TERM is “\(name)”, which is unknown here; install its terminfo entry or set TERM=xterm-256color."
        case .system(let call, let code):
            "The terminal refused \(call) (error \(code)); it may have been closed."
        }
    }
}
