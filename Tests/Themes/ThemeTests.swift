import ScreenModel
import Testing

@testable import Themes

struct ThemeTests {
    @Test(arguments: Theme.standardNames)
    func `a compiled-in theme has nothing wrong and tells the points of a timeline apart`(name: String) throws {
        let theme = try #require(Theme.standard(name))
        #expect(theme.name == name)
        #expect(!theme.styles.isEmpty)
        let points = [theme[.moment], theme[.snapshot], theme[.gap]]
        #expect(Set(points).count == 3)
    }

    @Test func `a role that is not named falls back to a more general one`() {
        let (theme, problems) = Theme.parse("[roles]\naccent = { fg = \"blue\" }", name: "t", file: "t.toml")
        #expect(problems.isEmpty)
        #expect(theme[.timelinePlayhead].foreground == .indexed(4))
        #expect(theme[.help] == .plain)
    }

    @Test func `every way to write a colour is read`() {
        let text = """
            [roles]
            text = { fg = "#ff8000", bg = "default", attributes = ["bold", "underline"] }
            muted = { fg = "bright-black", bg = "200" }
            """
        let theme = Theme.parse(text, name: "t", file: "t.toml").theme
        var attributes = Attributes.bold
        attributes.underline = .single
        #expect(theme[.text] == Style(foreground: .rgb(255, 128, 0), attributes: attributes))
        #expect(theme[.muted] == Style(foreground: .indexed(8), background: .indexed(200)))
    }

    @Test func `what is wrong is named with file, line and the nearest right name`() {
        let text = """
            appearance = "dim"
            [roles]
            acent = { fg = "blue" }
            text = { fg = "bleu" }
            muted = { fg = "red", attributes = ["itallic"] }
            """
        let (theme, problems) = Theme.parse(text, name: "t", file: "t.toml")
        #expect(
            problems.map(\.description) == [
                "t.toml:1: appearance is “dark” or “light”",
                "t.toml:3: there is no role “acent”; did you mean “accent”?",
                "t.toml:4: “bleu” is no colour: #rrggbb, 0 … 255 or a name; did you mean “blue”?",
                "t.toml:5: there is no attribute “itallic”; did you mean “italic”?",
            ])
        #expect(theme[.muted].foreground == .indexed(1))
    }

    @Test func `a theme suits the terminal's colours and background`() {
        #expect(Theme.suiting(colors: 16, appearance: .light).name == "sixteen")
        #expect(Theme.suiting(colors: 256, appearance: .light).name == "light")
        #expect(Theme.suiting(colors: 1 << 24, appearance: nil).name == "dark")
    }

    @Test func `without colours attributes are left`() throws {
        let theme = try #require(Theme.standard("dark")).withoutColors
        #expect(theme.styles.values.allSatisfy { $0.foreground.isDefault && $0.background.isDefault })
        #expect(theme[.error].attributes.contains(.bold))
    }
}
