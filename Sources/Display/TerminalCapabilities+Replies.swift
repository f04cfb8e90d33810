import ScreenModel

extension TerminalCapabilities {
    /// What to ask at start. Nothing waits for the answers; a terminal that doesn't answer costs nothing.
    var queries: [UInt8] {
        guard answersQueries else { return [] }
        // DECRQM 2026, kitty keyboard flags, XTVERSION, OSC 10 and 11, and DA1 last: who answers it has seen the others.
        let text = "\u{1B}[?2026$p\u{1B}[?u\u{1B}[>0q\u{1B}]10;?\u{1B}\\\u{1B}]11;?\u{1B}\\\u{1B}[c"
        return Array(text.utf8)
    }

    /// Refines what is known by an answer of the terminal. Returns whether anything changed.
    @discardableResult
    public mutating func apply(_ reply: TerminalReply) -> Bool {
        let before = self
        switch reply {
        case .privateMode(2026, let value): synchronizedUpdates = value == 1 || value == 2 || value == 3
        case .kittyKeyboard: kittyKeyboard = true
        case .version(let text): apply(version: text)
        case .color(of: .background, let color): darkBackground = color.isDark
        case .prefersDark(let dark): darkBackground = dark
        default: break
        }
        return self != before
    }

    /// Terminals that call themselves xterm-256color say who they are here.
    private mutating func apply(version text: String) {
        version = text
        let name = text.lowercased()
        let known = ["kitty", "ghostty", "wezterm", "foot", "iterm2", "contour", "rio", "mintty", "alacritty"]
        guard known.contains(where: { name.hasPrefix($0) }) else { return }
        underlineStyles = true
        underlineColor = true
        hyperlinks = true
        strikethrough = true
        if colors == .indexed256 { colors = .truecolor }
    }
}

extension Color {
    /// By perceived lightness, for a background.
    var isDark: Bool? {
        components.map { 299 * Int($0.red) + 587 * Int($0.green) + 114 * Int($0.blue) < 127_500 }
    }
}
