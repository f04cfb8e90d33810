/// Which environment variables describe the terminal a program runs in.
public enum OuterTerminal {
    public static func describes(_ variable: String) -> Bool {
        names.contains(variable) || prefixes.contains { variable.hasPrefix($0) }
    }

    private static let names: Set<String> = [
        "TMUX", "TMUX_PANE", "STY", "WINDOW", "VTE_VERSION", "TERMINFO", "LINES", "COLUMNS", "WT_SESSION",
        "WT_PROFILE_ID",
        "TERMCAP", "WINDOWID", "XTERM_VERSION", "XTERM_LOCALE",
    ]
    private static let prefixes = [
        "TERM_PROGRAM", "KITTY_", "WEZTERM_", "ITERM_", "ALACRITTY_", "GHOSTTY_", "KONSOLE_", "LC_TERMINAL",
    ]
}
