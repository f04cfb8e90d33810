import FoundationEssentials
import Glibc
import ScreenModel
import TestSupport
import Testing

/// Branches in the workbench: started, compared, bisected, kept.
@Suite struct WorkbenchBranchTests {
    private let prefix = "\u{2}"

    /// A recorded session in a workspace whose second of three steps breaks `check`.
    private func recorded(_ sandbox: Sandbox) throws -> String {
        let workspace = sandbox("project")
        try FileManager.default.createDirectory(atPath: workspace, withIntermediateDirectories: true)
        _ = try CommandRun(
            ["git", "init", "-q"], environment: sandbox.environment, workingDirectory: workspace)
        try "good\n".write(toFile: "\(workspace)/check", atomically: true, encoding: .utf8)
        let script = """
            echo still >> check; "$AH" agent fs snapshot one
            echo broken > check; "$AH" agent fs snapshot two
            echo more > other; "$AH" agent fs snapshot three
            """
        let run = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--headless", "--name", "steps", "--snapshots", "git", "--"]
                + sandbox.shell(script), environment: sandbox.environment, workingDirectory: workspace)
        #expect(run.status == 0, "\(run.errorText)")
        return workspace
    }

    @Test func `a bisection from the workbench ends with the player at the broken snapshot`() throws {
        let sandbox = try Sandbox()
        _ = try recorded(sandbox)
        let driver = try sandbox.terminal(["--show", "steps"], size: Size(columns: 160, rows: 40))
        try driver.wait(forText: "steps  bash")
        driver.send(prefix + "B" + "grep -q good check\r")
        try driver.wait(for: "the end", timeout: .seconds(90)) {
            $0.text.contains("is the first bad snapshot") && $0.text.contains("done; q closes")
        }
        driver.send(prefix + "d")
        #expect(try driver.waitForExit() == 0)
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `a branch from a replay runs beside it, is compared with its parent, and is kept`() throws {
        let sandbox = try Sandbox()
        let workspace = try recorded(sandbox)
        let driver = try sandbox.terminal(["--show", "steps"], size: Size(columns: 160, rows: 40))
        try driver.wait(forText: "steps  bash")
        // From the first snapshot after the start: the same program again, with its three steps.
        driver.send("\u{1B}[H")
        driver.send("}}")
        try driver.wait(forText: "snapshot 2")
        driver.send("I")
        try driver.wait(for: "the branch's end", timeout: .seconds(60)) { frame in
            frame.text.contains("exit 0") && frame.text.ranges(of: "bash").count >= 2
                && frame.text.ranges(of: "replay ×1").count >= 2
        }
        driver.send(prefix + "v")
        try driver.wait(for: "the table", timeout: .seconds(60)) {
            $0.text.contains("branch") && $0.text.contains("lines") && $0.text.contains("+2 -2")
        }
        driver.send("tgrep -q good check\r")
        try driver.wait(for: "the test", timeout: .seconds(60)) { $0.text.contains("failed (1)") }
        driver.send("A")
        try driver.wait(for: "the form or why not") {
            $0.text.contains("keep the result") || $0.text.contains("is no branch")
        }
        if driver.screen.contains("keep the result") {
            driver.send("\u{1B}")
            try driver.wait(for: "no form") { !$0.text.contains("keep the result") }
        }
        driver.send(prefix + "d")
        #expect(try driver.waitForExit() == 0)
        // The original's files are what its session left.
        #expect(try String(contentsOfFile: "\(workspace)/check", encoding: .utf8) == "broken\n")
    }
}
