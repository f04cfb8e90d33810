import Testing
import WorkbenchModel

@testable import UserSettings

/// Settings come from the environment, the file and what is built in, in this order; mistakes are named by line.
struct SettingsTests {
    private func settings(_ text: String?, _ environment: [String: String] = [:]) -> Settings {
        Settings(text, file: "config.toml", environment: environment)
    }

    @Test func `without a file everything is as it is documented`() {
        let settings = settings(nil)
        #expect(settings.problems.isEmpty)
        for setting in Setting.all { #expect(settings.text(setting.key) ?? "" == setting.standard) }
        #expect(settings.number("snapshots.wait") == 1000 && settings.flag("retention.automatic"))
    }

    @Test func `a built-in value is one that could be set`() {
        for setting in Setting.all where !setting.standard.isEmpty {
            #expect(setting.problem(with: setting.standard) == nil, "\(setting.key)")
        }
    }

    @Test func `the file wins over what is built in, and a variable over the file`() {
        let text = """
            [record]
            gutter = "left"
            input = true
            [snapshots]
            exclude = ["*.log", "tmp"]
            wait = 5
            [retention.tag.red]
            max-age = "90d"
            [retention.project."/srv/a b.c"]
            max-size = "20GB"
            """
        let settings = settings(text, ["AH_SNAPSHOTS_WAIT": "7", "AH_RECORD_GUTTER": ""])
        #expect(settings.problems.isEmpty, "\(settings.problems)")
        #expect(settings.text("record.gutter") == "left" && settings.value("record.gutter").source == .file(line: 2))
        #expect(settings.flag("record.input"))
        #expect(settings.value("snapshots.exclude").words == ["*.log", "tmp"])
        #expect(settings.number("snapshots.wait") == 7)
        #expect(settings.value("snapshots.wait").source == .variable("AH_SNAPSHOTS_WAIT"))
        #expect(settings.age("retention.tag.red.max-age") == Int64(90 * 86_400_000))
        #expect(settings.bytes("retention.project./srv/a b.c.max-size") == 20 << 30)
        #expect(settings.specialKeys.count == 2)
    }

    @Test func `a mistake is named with its line and the nearest right name, and the rest holds`() {
        let settings = settings(
            """
            [record]
            guter = "left"
            [snapshots]
            provider = "gti"
            wait = -1
            on = "changes"
            [recrod]
            x = 1
            """, ["AH_REPLAY_SPEED": "fast"])
        let problems = settings.problems.map(\.description)
        #expect(problems.count == 5, "\(problems)")
        #expect(problems.contains { $0.hasPrefix("config.toml:2: ") && $0.contains("did you mean record.gutter") })
        #expect(problems.contains { $0.hasPrefix("config.toml:4: ") && $0.contains("“git”") })
        #expect(problems.contains { $0.hasPrefix("config.toml:5: ") })
        #expect(problems.contains { $0.hasPrefix("config.toml:7: ") && $0.contains("[record]") })
        #expect(problems.contains { $0.hasPrefix("AH_REPLAY_SPEED: ") })
        #expect(settings.text("snapshots.on") == "changes" && settings.text("snapshots.provider") == "auto")
    }

    @Test func `a variable or a limit that is none, and a file that can't be read, are told`() {
        let variable = settings(nil, ["AH_SNAPSHOTS_WIAT": "7", "AH_HOME": "/x", "AH_OTHER_THING": "y"]).problems
        #expect(
            variable.map(\.description) == [
                "AH_SNAPSHOTS_WIAT: no setting has this variable; did you mean AH_SNAPSHOTS_WAIT?"
            ])
        let limit = settings("[retention.tag.red]\nmax-cuont = 3\n").problems.map(\.description)
        #expect(limit.count == 1 && limit[0].contains("did you mean retention.tag.red.max-count"), "\(limit)")
        let folder = Settings(nil, file: "config.toml", environment: [:], unreadable: "it is a folder").problems
        #expect(folder.map(\.description) == ["config.toml: it can't be read: it is a folder"])
    }

    @Test func `a file that is no TOML is named with the line where it ends being it`() {
        let problems = settings("[record]\ngutter = left right\n").problems
        #expect(problems.count == 1 && problems[0].line == 2)
    }

    @Test func `a changed setting leaves the rest of the file as it is`() throws {
        var file = SettingsFile("# mine\n[record]\n# the side\ngutter = \"left\" # now\n\n[replay]\nspeed = 2.0\n")
        file.set(try #require(Setting.find("record.gutter")), to: ["none"])
        file.set(try #require(Setting.find("record.input")), to: ["true"])
        file.set(try #require(Setting.find("snapshots.exclude")), to: ["a\"b", "c"])
        file.set(try #require(Setting.find("replay.speed")), to: nil)
        file.set(try #require(Setting.find("retention.project./srv/x y.max-age")), to: ["30d"])
        #expect(
            file.text == """
                # mine
                [record]
                input = true
                # the side
                gutter = "none"

                [replay]

                [snapshots]
                exclude = ["a\\"b", "c"]

                [retention.project."/srv/x y"]
                max-age = "30d"

                """)
        let settings = settings(file.text)
        #expect(settings.problems.isEmpty && settings.value("snapshots.exclude").words == ["a\"b", "c"])
        #expect(settings.age("retention.project./srv/x y.max-age") == Int64(30 * 86_400_000))
        file.set(try #require(Setting.find("retention.project./srv/x y.max-age")), to: ["8w"])
        #expect(file.text.split(separator: "\n").count { $0.hasPrefix("max-age") } == 1)
    }

    @Test(arguments: ["", "x", "1", "9d", "10G", "99999999999999999999w", "-1d", "1.5d"])
    func `sizes and durations are read strictly`(text: String) {
        #expect((SizeText.age(text) != nil) == (text == "9d"))
        #expect((SizeText.bytes(text) != nil) == (text == "1" || text == "10G"))
    }
}
