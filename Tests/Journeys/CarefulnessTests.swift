import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What must not happen to a user by mistake.
@Suite(.serialized) struct CarefulnessTests {
    private func workspace(_ sandbox: Sandbox, _ name: String = "ws") throws -> String {
        try FileManager.default.createDirectory(atPath: sandbox(name), withIntermediateDirectories: true)
        try sandbox.folder.write("one\n", to: "\(name)/a.txt")
        return sandbox(name)
    }

    private func ah(_ arguments: String..., in folder: String, of sandbox: Sandbox) throws -> CommandRun {
        try CommandRun(
            [BuiltProduct.ah] + arguments, environment: sandbox.environment, workingDirectory: folder)
    }

    /// A branch of a fresh snapshot of a workspace.
    private func branch(_ name: String, _ folder: String, _ sandbox: Sandbox) throws {
        #expect(try ah("agent", "fs", "snapshot", "s", in: folder, of: sandbox).status == 0)
        let snapshot = try ah("agent", "fs", "snapshot", "s", in: folder, of: sandbox).text.split(separator: "\t")[0]
        let run = try ah("agent", "fs", "branch", "create", String(snapshot), "--name", name, in: folder, of: sandbox)
        #expect(run.status == 0, "\(run.errorText)")
    }

    @Test func `no file is overwritten by a recording unless that was asked for`() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.write("precious", to: "session.ahr")
        let refused = try sandbox.record("echo hello")
        #expect(refused.status != 0)
        #expect(refused.errorText.contains("--force"))
        #expect(FileManager.default.contents(atPath: sandbox.recording) == Data("precious".utf8))
        #expect(try sandbox.record("echo hello", options: ["--force"]).status == 0)
        #expect(try sandbox.recorded().text.contains("hello"))
    }

    @Test func `help and unknown options of record are not taken for programs`() throws {
        let sandbox = try Sandbox()
        let help = try sandbox.ah("agent", "record", "--help")
        #expect(help.status == 0)
        #expect(help.text.contains("--headless"))
        let unknown = try sandbox.ah("agent", "record", "--headless", "--bogus", "--", "true")
        #expect(unknown.status != 0)
        #expect(unknown.errorText.contains("--bogus"))
    }

    @Test func `a folder whose name is not UTF-8 is said to be the reason`() throws {
        let sandbox = try Sandbox()
        let run = try CommandRun(
            sandbox.shell(
                "n=$(printf 'w\\377'); mkdir \"$n\"; cd \"$n\"; \"$AH\" agent record --headless -- pwd"),
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(run.status == 1 && run.errorText.contains("not UTF-8"), "\(run.errorText)")
    }

    @Test func `a program is not started in another folder because the current one is gone`() throws {
        let sandbox = try Sandbox()
        let run = try CommandRun(
            sandbox.shell(
                "mkdir gone; cd gone; rmdir ../gone; \"$AH\" agent record --headless -o \"$HOME/x.ahr\" -- pwd"),
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(run.status == 1)
        #expect(run.errorText.contains("current folder is gone"))
    }

    @Test func `a finished session is found by its name`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.ah("agent", "record", "--headless", "--name", "nightly", "--", "echo", "by name")
        #expect(run.status == 0)
        #expect(try sandbox.ah("agent", "replay", "nightly").text.contains("by name"))
    }

    @Test func `a password that is sent as a prompt is not recorded`() throws {
        let sandbox = try Sandbox()
        let command = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"]
                + sandbox.shell("stty -echo; touch \"$HOME/ready\"; read -r line; stty echo; echo \"${#line} letters\"")
        )
        let deadline = ContinuousClock.now + .seconds(20)
        while !FileManager.default.fileExists(atPath: sandbox("ready")), ContinuousClock.now < deadline {
            usleep(10_000)
        }
        #expect(try sandbox.ah("agent", "prompt", "-", "s3cretpw").status == 0)
        #expect(try command.waitForExit() == 0)
        let moments = try sandbox.recorded().summary.moments.map(\.value)
        #expect(moments.map(\.label) == ["Prompt: (hidden)"])
        #expect(moments.allSatisfy { !"\($0)".contains("s3cretpw") })
    }

    @Test func `branches of one name in two workspaces are told apart by where one is`() throws {
        let sandbox = try Sandbox()
        let (first, second) = (try workspace(sandbox, "first"), try workspace(sandbox, "second"))
        try branch("idea", first, sandbox)
        #expect(try ah("agent", "fs", "snapshot", "s", in: second, of: sandbox).status == 0)
        let refused = try ah("agent", "fs", "branch", "create", "@1", "--name", "idea", in: second, of: sandbox)
        #expect(refused.status != 0)
        #expect(refused.errorText.contains(first))
        #expect(try ah("agent", "fs", "branch", "create", "@1", "--name", "live", in: second, of: sandbox).status != 0)
        #expect(try ah("agent", "fs", "branch", "list", in: second, of: sandbox).text.contains("idea"))
        #expect(try ah("agent", "fs", "branch", "delete", "idea", in: second, of: sandbox).status == 0)
    }

    @Test func `live is the branch's own workspace, wherever the command is given`() throws {
        let sandbox = try Sandbox()
        let folder = try workspace(sandbox)
        let other = try workspace(sandbox, "other")
        try sandbox.folder.write("x", to: "other/unrelated")
        try branch("idea", folder, sandbox)
        let run = try ah("agent", "fs", "diff", "idea", "live", "--name-status", in: other, of: sandbox)
        #expect(run.status == 0 && run.text.isEmpty, "\(run.text)\(run.errorText)")
        #expect(try ah("agent", "fs", "branch", "delete", "idea", in: folder, of: sandbox).status == 0)
    }

    @Test func `a workspace that is gone doesn't keep the others from being cleaned`() throws {
        let sandbox = try Sandbox()
        let folder = try workspace(sandbox, "kept")
        #expect(try ah("agent", "fs", "snapshot", "s", in: folder, of: sandbox).status == 0)
        let gone = try workspace(sandbox, "gone")
        #expect(try ah("agent", "fs", "snapshot", "s", in: gone, of: sandbox).status == 0)
        try FileManager.default.removeItem(atPath: gone)
        let run = try sandbox.ah("agent", "fs", "gc")
        #expect(run.text.contains(folder), "\(run.text) \(run.errorText)")
    }

    @Test func `what ah keeps in the workspace itself is shared with a branch, and no part of it`() throws {
        let sandbox = try Sandbox()
        let folder = try workspace(sandbox)
        sandbox.environment["AH_HOME"] = "\(folder)/.ah"
        try branch("idea", folder, sandbox)
        let script = "echo new > b.txt; \"$AH\" agent fs snapshot inside >/dev/null"
        let run = try ah(
            "agent", "fs", "branch", "exec", "idea", "--", "bash", "--norc", "-c", script, in: folder, of: sandbox)
        guard !run.errorText.contains("not path-stable") else { return }
        #expect(run.status == 0, "\(run.errorText)")
        #expect(try ah("agent", "fs", "snapshots", in: folder, of: sandbox).text.contains("inside"))
        let difference = try ah("agent", "fs", "diff", "live", "idea", "--name-status", in: folder, of: sandbox)
        #expect(difference.text == "A\tb.txt\n")
        #expect(try ah("agent", "fs", "adopt", "idea", "--apply", in: folder, of: sandbox).status == 0)
        #expect(FileManager.default.contents(atPath: "\(folder)/b.txt") == Data("new\n".utf8))
        #expect(try ah("agent", "fs", "branch", "delete", "idea", in: folder, of: sandbox).status == 0)
    }

    @Test func `a label can't act on the terminal that lists it`() throws {
        let sandbox = try Sandbox()
        let folder = try workspace(sandbox)
        #expect(try ah("agent", "fs", "snapshot", "a\u{1B}[31m\nb", in: folder, of: sandbox).status == 0)
        let listed = try sandbox.ah("agent", "fs", "snapshots").text
        #expect(!listed.contains("\u{1B}"))
        #expect(listed.split(separator: "\n").count == 1)
    }
}
