extension TerminalCapabilities {
    /// What a terminal's name tells that its terminfo entry can't say or often leaves out.
    struct Family {
        let name: String
        let program: String
        private let isVTE: Bool

        init(term: String, environment: [String: String]) {
            name =
                term.hasPrefix("xterm-") && Self.afterXterm.contains(where: { term.hasPrefix("xterm-" + $0) })
                ? String(term.dropFirst(6)) : term
            program = environment["TERM_PROGRAM"]?.lowercased() ?? ""
            // VTE_VERSION is 10000 × major + 100 × minor; 5000 is the first with links.
            isVTE = (environment["VTE_VERSION"].flatMap { Int($0) } ?? 0) >= 5000
        }

        private static let afterXterm = ["kitty", "ghostty"]
        private static let modern = [
            "xterm", "kitty", "ghostty", "alacritty", "foot", "wezterm", "contour", "rio", "tmux", "screen", "konsole",
            "gnome", "vte", "rxvt", "st-", "mintty", "iterm", "putty", "Eterm",
        ]

        private func isNamed(_ names: [String]) -> Bool { names.contains { name.hasPrefix($0) } }

        private var isInMultiplexer: Bool { isScreen || name.hasPrefix("tmux") }

        /// One that ignores what it doesn't know.
        var isModern: Bool { isNamed(Self.modern) }
        var isScreen: Bool { name.hasPrefix("screen") && program != "tmux" }
        var hasTruecolor: Bool { isNamed(["kitty", "ghostty", "alacritty", "foot", "wezterm", "contour", "rio"]) }

        /// TERM_PROGRAM is inherited by what runs in a multiplexer, which then is the terminal and not the program.
        private func runsUnder(_ programs: [String]) -> Bool {
            !isInMultiplexer && programs.contains(program)
        }

        var hasStyledUnderlines: Bool {
            hasTruecolor || isVTE && !isInMultiplexer || runsUnder(["iterm.app", "wezterm", "ghostty", "mintty"])
        }
        var hasHyperlinks: Bool { hasStyledUnderlines || runsUnder(["vscode"]) }
        var hasSynchronizedUpdates: Bool {
            hasTruecolor || runsUnder(["iterm.app", "wezterm", "ghostty", "mintty"])
        }
        var lacksRepeat: Bool { runsUnder(["apple_terminal"]) }
        /// Terminal.app shows the last letter of a DECRQM.
        var printsQueries: Bool { runsUnder(["apple_terminal"]) || !isModern }
    }
}
