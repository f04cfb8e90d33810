import FoundationEssentials
import Glibc
import ScreenModel
import TestSupport
import Testing

/// Running sessions that are watched again, by one viewer and by several.
@Suite struct AttachTests {
    /// A shell without a viewer, which tells its size whenever Enter is pressed.
    private func start(_ sandbox: Sandbox) throws {
        let loop = "while read line; do set -- $(stty size); echo \"size $1 by $2\"; done"
        let run = try sandbox.ah("agent", "record", "--detach", "--name", "shared", "--", "sh", "-c", loop)
        #expect(run.status == 0, "\(run.errorText)")
    }

    private func attach(_ sandbox: Sandbox, _ size: Size, _ more: String...) throws -> TerminalDriver {
        let driver = try sandbox.terminal(["attach", "shared"] + more, size: size)
        try driver.wait(forText: "● ")
        return driver
    }

    private func wait(_ driver: TerminalDriver, forSize rows: Int, _ columns: Int) throws {
        try driver.wait(for: "a terminal of \(rows) rows and \(columns) columns") {
            if $0.text.contains("size \(rows) by \(columns)") { return true }
            driver.send("\r")
            return false
        }
    }

    @Test func `the smallest window sets the size until one is chosen, and again when that leaves`() throws {
        let sandbox = try Sandbox()
        try start(sandbox)
        let large = try attach(sandbox, Size(columns: 100, rows: 30))
        try wait(large, forSize: 29, 99)
        let small = try attach(sandbox, Size(columns: 60, rows: 12))
        try wait(large, forSize: 11, 59)
        large.send("\u{2}u")
        try large.wait(forText: "this window sets the size")
        try small.wait(forText: "another window sets the size")
        large.send("\u{15}\r")
        try wait(large, forSize: 29, 99)
        small.send("\u{2}u")
        try small.wait(forText: "this window sets the size")
        small.send("\u{2}u")
        try small.wait(forText: "the smallest window sets the size")
        large.send("\u{2}u")
        try small.wait(forText: "another window sets the size")
        large.send("\u{2}d")
        #expect(try large.waitForExit() == 0)
        try small.wait(forText: "the smallest window sets the size")
        let late = try attach(sandbox, Size(columns: 80, rows: 20), "--own-size")
        try late.wait(forText: "this window sets the size")
        try wait(late, forSize: 19, 79)
        late.send("\u{2}Xy")
        try late.waitForExit()
        try small.waitForExit()
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `a viewer has the user's own keys`() throws {
        let sandbox = try Sandbox()
        mkdir(sandbox(".config"), 0o700)
        mkdir(sandbox(".config/ah"), 0o700)
        sandbox.environment["XDG_CONFIG_HOME"] = sandbox(".config")
        try sandbox.folder.write(
            "[program]\n\"C-b\" = \"\"\n\"C-a\" = \"prefix\"\n[prefix]\n\"m\" = \"\"\n\"q\" = \"mark-moment\"\n\"x\" = \"nonsense\"\n",
            to: ".config/ah/keymap.toml")
        try start(sandbox)
        let driver = try sandbox.terminal(["attach", "shared"], size: Size(columns: 150, rows: 24))
        try driver.wait(forText: "C-a ? help")
        driver.send("\u{1}q")
        try driver.wait(forText: "label of the moment")
        driver.send("mine\r")
        try driver.wait(forText: "mine")
        driver.send("\u{1}Xy")
        try driver.waitForExit()
        #expect(driver.frame.text.contains("keymap.toml:7: there is no command “nonsense”"))
        #expect(sandbox.isLeftEmpty())
    }
}
