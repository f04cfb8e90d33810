import Display
import Themes

extension TerminalCapabilities {
    /// The compiled-in theme that suits the terminal.
    var theme: Theme {
        let count =
            switch colors {
            case .mono: 2
            case .ansi8: 8
            case .ansi16: 16
            case .indexed256: 256
            case .truecolor: 1 << 24
            }
        let theme = Theme.suiting(colors: count, appearance: darkBackground.map { $0 ? .dark : .light })
        return colors == .mono ? theme.withoutColors : theme
    }
}
