import Glibc
import TestSupport
import Testing

/// Bisecting a recorded session, on the command line.
@Suite(.serialized) struct BisectJourneyTests {
    /// A recorded session whose program writes the numbers 1 to 6 to a file and takes a snapshot after each.
    private func record() throws -> (sandbox: Sandbox, workspace: String, recording: String, session: String) {
        let sandbox = try Sandbox()
        sandbox.environment["AH_HOME"] = sandbox("state")
        let workspace = sandbox("project")
        mkdir(workspace, 0o755)
        try sandbox.folder.write("0\n", to: "project/number")
        let script = """
            for n in 1 2 3 4 5 6; do echo $n > number; "$AH" agent moment "wrote $n" >/dev/null
            "$AH" agent fs snapshot "number $n" >/dev/null || exit 9; done
            """
        let run = try CommandRun(
            [
                BuiltProduct.ah, "agent", "record", "--headless", "--snapshots", "git", "--workspace", workspace, "--",
                "sh",
                "-ec", script,
            ], environment: sandbox.environment, workingDirectory: workspace)
        try #require(run.status == 0, "\(run.errorText) \(run.text)")
        let recording = String(run.text.split(separator: "\n").last ?? "")
        let name = recording.split(separator: "/").last?.dropLast(4) ?? ""
        return (sandbox, workspace, recording, String(name))
    }

    @Test func `the snapshot at which a test first fails is found, with its moment, its diff and its replay`() throws {
        let (sandbox, workspace, recording, session) = try record()
        func bisect(_ words: String...) throws -> CommandRun {
            try CommandRun(
                [BuiltProduct.ah, "agent", "bisect"] + words, environment: sandbox.environment,
                workingDirectory: workspace)
        }
        let found = try bisect(session, "-j", "2", "--", "sh", "-c", "echo testing; test $(cat number) -lt 4")
        #expect(found.status == 0, "\(found.errorText)")
        #expect(found.text.contains("is the first bad snapshot"), "\(found.text)")
        #expect(found.text.contains("the moment before it: wrote 4 (manual)"), "\(found.text)")
        #expect(found.text.contains("M  number  +1 −1"), "\(found.text)")
        #expect(found.errorText.contains("testing\n"))
        let replay = try #require(found.text.split(separator: "\n").first { $0.hasPrefix("the replay: ah ") })
        #expect(replay.contains(recording))
        let words = replay.dropFirst("the replay: ah ".count).split(separator: " ").map(String.init)
        #expect(try CommandRun([BuiltProduct.ah] + words, environment: sandbox.environment).status == 0)
        let json = try bisect(recording, "--json", "--quiet", "--", "sh", "-c", "test $(cat number) -lt 4")
        #expect(json.text.contains("\"result\" : \"found\""), "\(json.errorText)")
        let never = try bisect(session, "--", "true")
        #expect(never.status == 1 && never.text.contains("doesn't fail at"), "\(never.text)")
        #expect(try bisect(session, "--good", "99", "--", "true").status == 1)
        #expect(try bisect(session).status == 64)
        #expect(try bisect("nobody", "--", "true").errorText.contains("no snapshots of such a session"))
        let list = try CommandRun([BuiltProduct.ah, "agent", "fs", "branch", "list"], environment: sandbox.environment)
        #expect(list.text == "no branches\n")
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends it, with nothing left`(signal: Int32) throws {
        let (sandbox, workspace, _, session) = try record()
        let run = try BackgroundCommand(
            [
                BuiltProduct.ah, "agent", "bisect", session, "--", "sh", "-c",
                "echo $$ > \(sandbox("pid")); exec sleep 1000",
            ],
            environment: sandbox.environment, workingDirectory: workspace)
        try run.wait(for: "the test") { access(sandbox("pid"), F_OK) == 0 }
        run.child.signal(signal)
        #expect(try run.waitForExit() == 128 + signal)
        #expect(run.text.contains("interrupted"))
        let list = try CommandRun([BuiltProduct.ah, "agent", "fs", "branch", "list"], environment: sandbox.environment)
        #expect(list.text == "no branches\n")
        #expect(sandbox.isLeftEmpty())
    }
}
