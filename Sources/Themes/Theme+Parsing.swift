import UserSettings
import ScreenModel
import TOMLKit
import WorkbenchModel

extension Theme {
    /// Reads `appearance = "dark"` and `[roles]` with lines `role = { fg = "#aabbcc", bg = "blue", attributes = ["bold"] }`.
    static func parse(
        _ text: String, name: String, file: String
    ) -> (theme: Theme, problems: [ConfigurationProblem]) {
        var reader = ThemeReader(name: name, file: file, lines: ConfigurationLines(text))
        switch TOMLText.table(text, file: file) {
        case .success(let table): reader.read(table)
        case .failure(let problem): reader.problems.append(problem)
        }
        return (reader.theme, reader.problems)
    }
}

/// Collects the styles of one file, and what is wrong with it.
private struct ThemeReader {
    let file: String
    let lines: ConfigurationLines
    var theme: Theme
    var problems: [ConfigurationProblem] = []

    init(name: String, file: String, lines: ConfigurationLines) {
        self.file = file
        self.lines = lines
        theme = Theme(name: name)
    }

    mutating func problem(_ line: Int?, _ text: String) {
        problems.append(ConfigurationProblem(file: file, line: line, text: text))
    }

    mutating func read(_ table: TOMLTable) {
        for key in table.keys {
            switch key {
            case "appearance": readAppearance(table[key]?.string)
            case "roles": readRoles(table[key]?.table)
            default:
                let hint = NearestName.to(key, in: ["appearance", "roles"]).map { "; did you mean “\($0)”?" } ?? ""
                let line = lines.line(section: "", name: key) ?? lines.line(section: key)
                problem(line, "a theme has no “\(key)”\(hint)")
            }
        }
        problems.sort { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    private mutating func readAppearance(_ text: String?) {
        theme.appearance = text.flatMap(Theme.Appearance.init)
        guard theme.appearance == nil else { return }
        problem(lines.line(section: "", name: "appearance"), "appearance is “dark” or “light”")
    }

    private mutating func readRoles(_ table: TOMLTable?) {
        for key in table?.keys ?? [] {
            let line = lines.line(section: "roles", name: key)
            guard let role = Role(rawValue: key) else {
                let hint = NearestName.to(key, in: Role.allCases.map(\.rawValue)).map { "; did you mean “\($0)”?" }
                problem(line, "there is no role “\(key)”\(hint ?? "")")
                continue
            }
            guard let parts = table?[key]?.table else {
                problem(line, "a role is written { fg = \"blue\", bg = \"#102030\", attributes = [\"bold\"] }")
                continue
            }
            theme.styles[role] = style(parts, line: line)
        }
    }

    private mutating func style(_ table: TOMLTable, line: Int?) -> Style {
        var style = Style.plain
        for key in table.keys {
            switch key {
            case "fg": style.foreground = color(table[key]?.string, line: line)
            case "bg": style.background = color(table[key]?.string, line: line)
            case "attributes":
                for attribute in table[key]?.array.map(Array.init) ?? [] {
                    add(attribute.string ?? "", to: &style, line: line)
                }
            default: problem(line, "a style has fg, bg and attributes, no “\(key)”")
            }
        }
        return style
    }

    private mutating func color(_ text: String?, line: Int?) -> Color {
        if let color = text.flatMap(ColorName.color) { return color }
        let hint = NearestName.to(text ?? "", in: ColorName.names).map { "; did you mean “\($0)”?" } ?? ""
        problem(line, "“\(text ?? "")” is no colour: #rrggbb, 0 … 255 or a name\(hint)")
        return .default
    }

    private mutating func add(_ name: String, to style: inout Style, line: Int?) {
        let known: [String: Attributes] = [
            "bold": .bold, "dim": .dim, "italic": .italic, "inverse": .inverse, "blink": .blink,
            "strikethrough": .strikethrough, "overline": .overline,
        ]
        if let attribute = known[name] {
            style.attributes.insert(attribute)
        } else if name == "underline" {
            style.attributes.underline = .single
        } else {
            let hint = NearestName.to(name, in: known.keys.sorted() + ["underline"]).map { "; did you mean “\($0)”?" }
            problem(line, "there is no attribute “\(name)”\(hint ?? "")")
        }
    }
}
