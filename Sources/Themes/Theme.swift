import ScreenModel

/// A set of styles by role.
public struct Theme: Hashable, Sendable {
    public enum Appearance: String, Hashable, Sendable { case dark, light }

    public var name: String
    /// The background it is made for; nil suits both.
    public var appearance: Appearance?
    var styles: [Role: Style] = [:]

    public init(name: String) {
        self.name = name
    }

    /// The style of a role; of the role it falls back to when the theme names none.
    public subscript(role: Role) -> Style {
        var role = role
        while true {
            if let style = styles[role] { return style }
            guard let next = role.fallback else { return .plain }
            role = next
        }
    }

    /// The same without colours: attributes alone must tell things apart.
    public var withoutColors: Theme {
        var theme = self
        theme.styles = styles.mapValues { style in
            Style(attributes: style.attributes)
        }
        return theme
    }

    /// Another theme's roles win over this one's.
    mutating func overlay(_ other: Theme) {
        styles.merge(other.styles) { _, new in new }
        appearance = other.appearance ?? appearance
    }
}
