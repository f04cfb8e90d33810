import ScreenModel
import Testing
import WorkbenchModel

@testable import Keymaps

struct KeymapTests {
    private func command(_ key: String, _ mode: Keymap.Mode = .replay) -> Command? {
        KeyChord(name: key).flatMap { Keymap.standard().command(for: $0, in: mode) }
    }

    @Test(arguments: [
        ("Space", Command.togglePlay), ("[", .previousMoment), ("]", .nextMoment), ("{", .previousSnapshot),
        ("}", .nextSnapshot), ("Left", .scrub(milliseconds: -1000)), ("Right", .scrub(milliseconds: 1000)),
        ("Up", .scrub(milliseconds: -10_000)), ("Down", .scrub(milliseconds: 10_000)),
        ("PageUp", .scrub(milliseconds: -60_000)), ("PageDown", .scrub(milliseconds: 60_000)),
        ("S-Left", .frame(forward: false)), ("S-Right", .frame(forward: true)), ("Home", .toStart), ("End", .toEnd),
        ("<", .slower), (">", .faster), (".", .step), ("g", .goTo(nil)), ("/", .search(nil)), ("n", .nextHit),
        ("N", .previousHit), ("z", .toggleIdleSkip), ("s", .inspect), ("i", .intervene), ("I", .interveneAtOnce),
        ("m", .mark), ("?", .help), ("q", .quit),
    ])
    func `the documented keys do what is documented`(key: String, expected: Command) {
        #expect(command(key) == expected)
    }

    @Test(arguments: Keymap.standardNames)
    func `a viewer has a key for each of its commands, and the user's own prefix`(name: String) throws {
        let keys = try #require(Keymap.standard(named: name)).liveKeys
        #expect(keys.legend.map(\.command) == LiveCommand.allCases)
        #expect(LiveCommand.allCases.allSatisfy { !$0.help.isEmpty })
        let own = Keymap.standard(
            with: "[program]\n\"C-b\" = \"\"\n\"C-a\" = \"prefix\"\n[prefix]\n\"X\" = \"\"\n\"Q\" = \"end-session\"",
            file: "own.toml"
        ).keymap.liveKeys
        #expect(own.prefix == KeyChord(name: "C-a"))
        #expect(own.bindings.filter { $0.value == .stop }.keys.map(\.description) == ["Q"])
    }

    @Test func `a prompt takes characters as text and others as editing`() {
        #expect(command("q", .prompt) == .prompt(.insert("q")))
        #expect(command("Space", .prompt) == .prompt(.insert(" ")))
        #expect(command("Backspace", .prompt) == .prompt(.deleteBackward))
        #expect(command("F9", .prompt) == nil)
        #expect(command("M-q", .prompt) == nil)
    }

    @Test func `a user's own file wins key by key`() {
        let own = """
            [replay]
            "q" = "help"
            "C-x" = "quit"
            "z" = ""
            """
        let (keymap, problems) = Keymap.standard(with: own, file: "mine.toml")
        #expect(problems.isEmpty)
        #expect(keymap.command(for: KeyChord(.character("q")), in: .replay) == .help)
        #expect(keymap.command(for: KeyChord(.character("x"), .control), in: .replay) == .quit)
        #expect(keymap.command(for: KeyChord(.character("z")), in: .replay) == nil)
        #expect(keymap.command(for: .init(.space), in: .replay) == .togglePlay)
    }

    @Test func `what is wrong is named with file, line and the nearest right name, and the rest holds`() {
        let own = """
            # mine
            [replay]
            "q" = "quitt"
            "PageUpp" = "help"
            "x" = "step"
            "y" = 3

            [repaly]
            "a" = "help"
            """
        let (keymap, problems) = Keymap.standard(with: own, file: "mine.toml")
        #expect(
            problems.map(\.description) == [
                "mine.toml:3: there is no command “quitt”; did you mean “quit”?",
                "mine.toml:4: there is no key “PageUpp”; did you mean “PageUp”?",
                "mine.toml:6: a command is written in quotes: \"y\" = \"help\"",
                "mine.toml:8: there is no mode “repaly”; did you mean [replay]?",
            ])
        #expect(keymap.command(for: KeyChord(.character("x")), in: .replay) == .step)
        #expect(keymap.command(for: KeyChord(.character("q")), in: .replay) == .quit)
    }

    @Test func `a file that is no TOML is named with its line and the standard keys hold`() {
        let (keymap, problems) = Keymap.standard(with: "[replay]\n\"q\" = \n", file: "mine.toml")
        #expect(problems.count == 1)
        #expect(problems.first?.line == 2)
        #expect(keymap.command(for: .init(.space), in: .replay) == .togglePlay)
    }

    @Test func `the standard keymap has nothing wrong`() {
        let (_, problems) = Keymap.standard(with: "", file: "empty")
        #expect(problems.isEmpty)
        #expect(Keymap.standardProblems.isEmpty)
    }

    @Test func `help shows every command of the keymap once, with its keys`() {
        let legend = Keymap.standard().legend(for: .replay)
        #expect(Set(legend.lines.map(\.command)).count == legend.lines.count)
        #expect(legend.lines.first?.keys == ["Space"])
        #expect(legend.key(of: .togglePlay) == "Space")
        #expect(legend.lines.first { $0.command == .scrub(milliseconds: -1000) }?.help == "move by -1s")
        #expect(legend.hints().first?.keys == "?")
    }

    @Test(arguments: Keymap.standardNames) func `every compiled-in keymap is whole`(name: String) throws {
        let text = try #require(Keymap.standardText(named: name))
        #expect(Keymap.standard(with: text, file: name).problems.isEmpty)
        let keymap = try #require(Keymap.standard(named: name))
        let prefix = try #require(keymap.chord(for: .workbench(.prefix), in: .program))
        for mode in [Keymap.Mode.replay, .files, .sessions, .text, .comparison, .copy] {
            #expect(keymap.command(for: prefix, in: mode) == .workbench(.prefix), "\(mode)")
        }
        // Nobody is locked in, and what can be done can be found.
        for command in [Command.workbench(.detach), .help, .workbench(.palette), .workbench(.sendPrefix)] {
            #expect(keymap.chord(for: command, in: .prefix) != nil, "\(name): \(command)")
        }
    }

    @Test func `a user's own file lies over the keymap that it names`() {
        let (keymap, problems) = Keymap.standard(
            with: "base = \"tmux\"\n[prefix]\n\"&\" = \"zoom\"\n", file: "mine.toml")
        #expect(problems.isEmpty)
        #expect(keymap.command(for: KeyChord(.character("&")), in: .prefix) == .workbench(.zoom))
        #expect(keymap.command(for: KeyChord(.character("n")), in: .prefix) == .workbench(.nextTab))
        let wrong = Keymap.standard(with: "base = \"tmx\"\n", file: "mine.toml").problems
        #expect(
            wrong.map(\.description) == ["mine.toml:1: there is no keymap “tmx” to begin with; did you mean “tmux”?"])
    }
}
