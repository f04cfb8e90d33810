import Testing
import WorkbenchModel

struct CommandTableTests {
    @Test func `names are unique and lines of help are one line`() {
        let names = CommandTable.entries.map(\.name)
        #expect(Set(names).count == names.count)
        for entry in CommandTable.entries {
            #expect(!entry.help.isEmpty && !entry.help.contains("\n") && !entry.help.hasSuffix("."), "\(entry.name)")
        }
    }

    @Test func `a command is read with its argument`() throws {
        #expect(try CommandTable.command("scrub -10s") == .scrub(milliseconds: -10_000))
        #expect(try CommandTable.command("speed 0.5") == .setSpeed(0.5))
        #expect(try CommandTable.command("go-to 1:00") == .goTo(.time(milliseconds: 60_000)))
        #expect(try CommandTable.command("go-to") == .goTo(nil))
        #expect(try CommandTable.command("search two words") == .search(SearchQuery(text: "two words")))
    }

    @Test(arguments: [
        ("plya-pause", "there is no command “plya-pause”; did you mean “play-pause”?"),
        ("xyzzy", "there is no command “xyzzy”"), ("scrub", "“scrub” needs ±TIME"),
        ("scrub soon", "“soon” is no ±TIME for “scrub”"), ("quit now", "“quit” takes nothing after its name"),
        ("speed 3", "“3” is no FACTOR for “speed”"),
    ])
    func `a wrong command says what is wrong with it`(text: String, expected: String) {
        do {
            let command = try CommandTable.command(text)
            Issue.record("read as \(command)")
        } catch {
            #expect("\(error)" == expected)
        }
    }
}
