import FoundationEssentials
import Glibc
import ScreenModel
import TestSupport
import Testing

/// The workbench in a real terminal, as its user has it.
@Suite struct WorkbenchJourneyTests {
    private let prefix = "\u{2}"

    /// A workbench with one shell in a tab, its prompt there.
    private func withShell(_ sandbox: Sandbox, size: Size = Size(columns: 120, rows: 30)) throws -> TerminalDriver {
        // Something was recorded before, so that no demonstration is started.
        _ = try sandbox.ah("agent", "record", "--headless", "--name", "earlier", "--", "echo", "from before")
        let driver = try sandbox.terminal([], size: size)
        try driver.wait(forText: "earlier")
        driver.send(prefix + "c")
        try driver.wait(forText: "ready>")
        return driver
    }

    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox(["SHELL": "/bin/bash"])
        try "PS1='ready> '\n".write(toFile: sandbox(".bashrc"), atomically: true, encoding: .utf8)
        return sandbox
    }

    @Test func `without arguments and sessions a demonstration is recorded and shown`() throws {
        let sandbox = try Sandbox()
        let driver = try sandbox.terminal([])
        try driver.wait(forText: "This shell is being recorded")
        try driver.wait(for: "the replay", timeout: .seconds(60)) {
            $0.text.contains("Done.") && $0.text.contains("at end")
        }
        driver.send("qq")
        #expect(try driver.waitForExit() == 0)
        let piped = try sandbox.ah()
        #expect(piped.status == 1 && piped.errorText.contains("needs a terminal"))
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `a shell beside the demonstration, or a session whose folder is gone, starts where ah did`()
        throws
    {
        let sandbox = try sandbox()
        let first = try sandbox.terminal([], size: Size(columns: 150, rows: 30))
        try first.wait(forText: "This shell is being recorded")
        first.send(prefix + "c")
        try first.wait(forText: "ready>")
        first.send("echo \"here: <$PWD>\"\r")
        try first.wait(forText: "here: <\(sandbox.folder.path)>")
        first.send("exit\r" + prefix + "d")
        #expect(try first.waitForExit() == 0)
        mkdir(sandbox("gone"), 0o755)
        let run = try sandbox.ah(
            "agent", "record", "--headless", "--name", "away", "--cwd", sandbox("gone"), "--", "echo", "was there")
        #expect(run.status == 0 && rmdir(sandbox("gone")) == 0)
        let second = try sandbox.terminal(["--show", "away"], size: Size(columns: 150, rows: 30))
        try second.wait(forText: "was there")
        second.send(prefix + "c")
        try second.wait(forText: "ready>")
        second.send("echo \"now: <$PWD>\"\r")
        try second.wait(forText: "now: <\(sandbox.folder.path)>")
        second.send("exit\r" + prefix + "d")
        #expect(try second.waitForExit() == 0)
    }

    @Test func `two shells side by side get their own keys and sizes`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("echo first-$((20 + 1))\r")
        try driver.wait(forText: "first-21")
        driver.send(prefix + "|")
        try driver.wait(for: "a second prompt") { $0.text.ranges(of: "live 0").count >= 2 }
        driver.send("stty size; echo second-$((40 + 2))\r")
        try driver.wait(forText: "second-42")
        // The right half without the list, its border and a column for signs; a bar, a timeline and a line below.
        try driver.wait(for: "the size") { $0.text.contains("27 4") }
        driver.send(prefix + "h" + "echo left-$((1 + 1))\r")
        try driver.wait(forText: "left-2")
        driver.send(prefix + "d")
        #expect(try driver.waitForExit() == 0)
        #expect(sandbox.processes.count >= 2)
    }

    @Test func `the sessions go on when the workbench is killed, and are found again`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("echo before-$((1 + 1))\r")
        try driver.wait(forText: "before-2")
        kill(driver.child.pid, SIGKILL)
        _ = try driver.waitForExit()
        let again = try sandbox.terminal([], size: Size(columns: 100, rows: 24))
        try again.wait(forText: "before-2")
        again.send("echo after-$((1 + 1))\r")
        try again.wait(forText: "after-2")
        again.send("exit\r")
        try again.wait(forText: "exit 0")
        again.send(prefix + "d")
        #expect(try again.waitForExit() == 0)
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `back in the time of a running session, and to now`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("clear; echo one\r")
        try driver.wait(forText: "one")
        driver.send(prefix + "b")
        try driver.wait(forText: "history")
        driver.send("\u{1B}[H")
        try driver.wait(for: "the start") { $0.text.contains("paused") && !$0.text.contains("one") }
        driver.send("q")
        try driver.wait(for: "now") { $0.text.contains("one") && !$0.text.contains("history") }
        driver.send(prefix + "d")
        #expect(try driver.waitForExit() == 0)
    }

    @Test(arguments: [Size(columns: 40, rows: 10), Size(columns: 20, rows: 5), Size(columns: 300, rows: 90)])
    func `any window will do`(size: Size) throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox, size: size)
        driver.send("echo $((6 * 7))\r")
        try driver.wait(forText: "42")
        try driver.resize(to: Size(columns: 60, rows: 15))
        driver.send("stty size\r")
        try driver.wait(forText: " 59")
        driver.send(prefix + "d")
        #expect(try driver.waitForExit() == 0)
    }
}
