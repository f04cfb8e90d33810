extension TerminalCapabilities {
    /// What terminfo and the environment (COLORTERM, NO_COLOR, TERM_PROGRAM, LC_ALL, LC_CTYPE, LANG …) say.
    public init(terminfoFor name: String, environment: [String: String]) throws(DisplayError) {
        self.init()
    }

    /// Refines what is known by an answer of the terminal. Returns whether anything changed.
    @discardableResult
    public mutating func apply(_ reply: TerminalReply) -> Bool { false }
}
