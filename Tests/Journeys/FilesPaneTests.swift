import FoundationEssentials
import Glibc
import ScreenModel
import TestSupport
import Testing

/// The files pane of the workbench: a session's snapshots beside its player.
@Suite(.serialized) struct FilesPaneTests {
    private let up = "\u{1B}[A"
    private let down = "\u{1B}[B"
    private let end = "\u{1B}[F"
    private let prefix = "\u{2}"

    /// A workbench that shows the end of a recorded session, with the files of its last snapshot left of it.
    private func open(_ sandbox: Sandbox) throws -> TerminalDriver {
        try FileManager.default.createDirectory(atPath: sandbox("ws/src"), withIntermediateDirectories: true)
        try sandbox.folder.write("one\n", to: "ws/a.txt")
        try sandbox.folder.write("int main;\n", to: "ws/src/m.c")
        let script = """
            echo two >> a.txt; "$AH" agent fs snapshot second >/dev/null
            echo three >> a.txt; rm src/m.c; echo at-the-third; "$AH" agent fs snapshot third >/dev/null; echo at-the-end
            """
        let run = try CommandRun(
            [
                BuiltProduct.ah, "agent", "record", "--headless", "--name", "edits", "--snapshots", "git",
                "--snapshot-on", "neither", "--snapshot-wait", "60000", "--cwd", sandbox("ws"), "--",
            ] + sandbox.shell(script), environment: sandbox.environment, workingDirectory: sandbox("ws"))
        #expect(run.status == 0, "\(run.errorText)")
        let driver = try sandbox.terminal([], size: Size(columns: 200, rows: 40))
        try driver.wait(forText: "edits")
        driver.send("\r")
        try driver.wait(forText: "replay")
        driver.send(end)
        try driver.wait(forText: "at-the-end")
        driver.send("s")
        try driver.wait(for: "the files, compared") {
            $0.text.contains("a.txt") && $0.text.contains("A0 M1 D1 since @2")
        }
        return driver
    }

    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox(["SHELL": "/bin/bash"])
        try "PS1='ready> '\n".write(toFile: sandbox(".bashrc"), atomically: true, encoding: .utf8)
        return sandbox
    }

    private func leave(_ driver: TerminalDriver) throws {
        driver.send(prefix + "d")
        #expect(try driver.waitForExit() == 0)
    }

    @Test func `the mouse selects, opens and scrolls`() throws {
        let sandbox = try sandbox()
        let driver = try open(sandbox)
        func press(on text: String) throws {
            let lines = driver.frame.text.split(separator: "\n", omittingEmptySubsequences: false)
            let row = try #require(lines.firstIndex { $0.contains(text) })
            let place = try #require(lines[row].firstRange(of: text))
            let column = lines[row].distance(from: lines[row].startIndex, to: place.lowerBound)
            let report = "\u{1B}[<0;\(column + 1);\(row + 1)"
            driver.send("\(report)M\(report)m")
        }
        try press(on: "a.txt")
        try driver.wait(for: "the content") { $0.text.contains("│ one") && $0.text.contains("│ three") }
        try press(on: "src/")
        try driver.wait(for: "no content") { !$0.text.contains("│ three") }
        try press(on: "src/")
        try driver.wait(forText: "snapshot 3  /src")
        try leave(driver)
    }

    @Test func `what changed is listed with what was deleted, against each side`() throws {
        let sandbox = try sandbox()
        let driver = try open(sandbox)
        driver.send("c")
        try driver.wait(for: "the changes") { $0.text.contains("D src/m.c") && $0.text.contains("M a.txt") }
        driver.send(down + "d")
        try driver.wait(forText: "-int main;")
        try sandbox.folder.write("new\n", to: "ws/later.txt")
        driver.send("L")
        try driver.wait(for: "the live side") { $0.text.contains("A1 M0 D0 → live") && $0.text.contains("+new") }
        driver.send("n")
        try driver.wait(forText: "no later snapshot to compare with")
        driver.send("b")
        try driver.wait(forText: "there is no branch of this workspace")
        driver.send("p{")
        try driver.wait(for: "the snapshot before") {
            $0.text.contains("A0 M1 D0 since @1") && $0.text.contains("+two")
        }
        try leave(driver)
    }

    @Test func `the history of a file leads the player to each change, and the files follow the player`() throws {
        let sandbox = try sandbox()
        let driver = try open(sandbox)
        driver.send("H")
        try driver.wait(for: "the history") { screen in
            ["A @1", "M @2", "M @3", "+1 -0", "+three"].allSatisfy { screen.text.contains($0) }
        }
        driver.send(up + "\r")
        try driver.wait(for: "the player at the second snapshot") {
            $0.text.contains("snapshot 2") && $0.text.contains("+two") && !$0.text.contains("at-the-third")
        }
        driver.send("qf")
        try driver.wait(forText: "following the playhead")
        driver.send(prefix + "l" + end)
        try driver.wait(for: "the last snapshot again") {
            $0.text.contains("at-the-end") && $0.text.contains("snapshot 3") && $0.text.contains("A0 M1 D1")
        }
        try leave(driver)
    }

    @Test func `files are found by name and by content`() throws {
        let sandbox = try sandbox()
        let driver = try open(sandbox)
        driver.send("{")
        try driver.wait(forText: "since @1")
        driver.send("/M.C")
        try driver.wait(for: "the only one") { $0.text.contains("1 found") && $0.text.contains("src/m.c") }
        driver.send("\r")
        try driver.wait(for: "its folder") { $0.text.contains("/src") && $0.text.contains("int main;") }
        driver.send("gthree\r")
        try driver.wait(for: "the first snapshot with it") {
            $0.text.contains("snapshot 3  “third”") && $0.text.contains("is the first with “three”")
                && $0.text.contains("line 3")
        }
        driver.send("gnowhere-at-all\r")
        try driver.wait(forText: "no snapshot of this session has a file with “nowhere-at-all”")
        try leave(driver)
    }

    @Test func `a file is copied out, and one that is there is replaced only after a question`() throws {
        let sandbox = try sandbox()
        let driver = try open(sandbox)
        driver.send("w\u{15}\(sandbox("copy"))\r")
        try driver.wait(forText: "copied to")
        #expect(try String(contentsOfFile: sandbox("copy"), encoding: .utf8) == "one\ntwo\nthree\n")
        try sandbox.folder.write("mine\n", to: "copy")
        driver.send("w\u{15}\(sandbox("copy"))\r")
        try driver.wait(forText: "replace it?")
        driver.send("n\r")
        try driver.wait(forText: "nothing was copied")
        #expect(try String(contentsOfFile: sandbox("copy"), encoding: .utf8) == "mine\n")
        driver.send("w\u{15}\(sandbox("copy"))\r")
        try driver.wait(forText: "replace it?")
        driver.send("y\r")
        try driver.wait(forText: "copied to")
        #expect(try String(contentsOfFile: sandbox("copy"), encoding: .utf8) == "one\ntwo\nthree\n")
        try leave(driver)
    }

    @Test func `a shell opens in a read-only copy, which goes with it`() throws {
        let sandbox = try sandbox()
        let driver = try open(sandbox)
        driver.send("S")
        try driver.wait(forText: "ready>")
        driver.send(
            "tail -n 1 a.txt; echo \"<$AH_SNAPSHOT>\" | cut -c 38-; mkdir x 2>/dev/null || echo unwritable-$((1 + 1))\r"
        )
        try driver.wait(for: "the shell in the snapshot") {
            $0.text.contains("@3>") && ($0.text.contains("unwritable-2") || getuid() != 0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox("ah/views")).count == 1)
        driver.send("exit\r")
        try driver.wait(for: "the pane to go") { !$0.text.contains("ready>") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox("ah/views")).isEmpty)
        try leave(driver)
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `a command in a snapshot's files has its own status, and leaves nothing`() throws {
        let sandbox = try sandbox()
        let driver = try open(sandbox)
        try leave(driver)
        let run = try sandbox.ah("agent", "fs", "shell", "@1:src", "--", "sh", "-c", "cat m.c; exit 7")
        #expect(run.status == 7 && run.text == "int main;\n", "\(run.errorText)")
        let missing = try sandbox.ah("agent", "fs", "shell", "@1:a.txt")
        #expect(missing.status == 1 && missing.errorText.contains("not a folder"))
        #expect(try sandbox.ah("agent", "fs", "mount").text == "nothing is mounted\n")
    }
}
