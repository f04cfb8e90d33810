import WorkbenchModel

extension Theme {
    /// The names of the compiled-in themes.
    public static let standardNames = ["dark", "light", "sixteen", "contrast", "solarized", "gruvbox"]

    /// A compiled-in theme, or nil if there is none of that name.
    public static func standard(_ name: String) -> Theme? {
        let bytes: [UInt8]
        switch name {
        case "dark": bytes = PackageResources.dark_toml
        case "light": bytes = PackageResources.light_toml
        case "sixteen": bytes = PackageResources.sixteen_toml
        case "contrast": bytes = PackageResources.contrast_toml
        case "solarized": bytes = PackageResources.solarized_toml
        case "gruvbox": bytes = PackageResources.gruvbox_toml
        default: return nil
        }
        return parse(String(decoding: bytes, as: UTF8.self), name: name, file: "\(name).toml").theme
    }

    /// The compiled-in theme that suits a terminal.
    ///
    /// - Parameters:
    ///   - colors: how many the terminal has; below 256 the theme keeps to the 16 that its user chose.
    ///   - appearance: its background, where it is known; dark is assumed.
    public static func suiting(colors: Int, appearance: Appearance?) -> Theme {
        let name = colors < 256 ? "sixteen" : appearance == .light ? "light" : "dark"
        return standard(name) ?? Theme(name: name)
    }

    /// A user's own theme laid over a compiled-in one, and what is wrong with it.
    public static func own(
        _ text: String, file: String, over base: Theme
    ) -> (theme: Theme, problems: [ConfigurationProblem]) {
        let own = parse(text, name: file, file: file)
        var theme = base
        theme.overlay(own.theme)
        theme.name = file
        return (theme, own.problems)
    }
}
