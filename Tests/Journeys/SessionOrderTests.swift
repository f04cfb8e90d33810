import Glibc
import TestSupport
import Testing

/// Sessions named, tagged, read, run in and removed, as a person does it.
struct SessionOrderTests {
    private func record(_ sandbox: Sandbox, _ name: String, _ script: String, _ options: String...) throws {
        let run = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--headless", "--name", name] + options + ["--"]
                + sandbox.shell(script), environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(run.status == 0, "\(run.errorText)")
    }

    @Test func `a name, tags and a pin given later are listed and filtered by`() throws {
        let sandbox = try Sandbox()
        try record(sandbox, "one", "true", "--snapshots", "disable")
        #expect(try sandbox.ah("session", "rename", "one", "the good one").status == 0)
        #expect(try sandbox.ah("session", "tag", "the good one", "keep", "demo").status == 0)
        #expect(try sandbox.ah("session", "tag", "-", "--remove", "demo").status == 0)
        #expect(try sandbox.ah("session", "tag", "-").text == "keep\n")
        #expect(try sandbox.ah("session", "tag", "-", "no good").status == 1)
        #expect(try sandbox.ah("session", "pin", "-").status == 0)
        let list = try sandbox.ah("session", "list", "--tag", "keep", "--pinned").text
        #expect(list.contains("the good one") && list.contains("pinned #keep"), "\(list)")
        #expect(try sandbox.ah("session", "rm", "-").status == 4)
        #expect(try sandbox.ah("session", "unpin", "-").status == 0)
        #expect(try sandbox.ah("session", "rm", "-").status == 0)
        #expect(try sandbox.ah("session", "show", "the good one").status == 2)
        #expect(try sandbox.ah("session", "list", "--removed").text.contains("by hand"))
    }

    @Test func `logs are the text of a session, and follow one that runs to its end`() throws {
        let sandbox = try Sandbox()
        try record(sandbox, "done", "seq 1 100; printf '\\033[31mred\\033[0m'", "--snapshots", "disable")
        let logs = try sandbox.ah("session", "logs", "done").text
        #expect(logs == (1...100).map { "\($0)\n" }.joined() + "red\n")
        #expect(try sandbox.ah("session", "logs", "done", "-n", "2").text == "100\nred\n")
        let command = try sandbox.start(
            ["agent", "record", "--headless", "--name", "live", "--snapshots", "disable", "--"]
                + sandbox.shell("echo first; read -r line; echo \"last $line\""))
        while try sandbox.hostPID() == nil { usleep(10_000) }
        let follower = try sandbox.start(["session", "logs", "-f", "live"])
        try follower.wait(for: "the first line") { follower.text.contains("first") }
        #expect(try sandbox.ah("agent", "prompt", "live", "word").status == 0)
        try command.waitForExit()
        #expect(try follower.waitForExit() == 0)
        #expect(follower.text.contains("last word"), "\(follower.text)")
    }

    @Test func `a branch is shown below its parent and a program runs where it runs`() throws {
        let sandbox = try Sandbox()
        mkdir(sandbox("work"), 0o700)
        let options = ["--cwd", sandbox("work"), "--workspace", sandbox("work")]
        try record(sandbox, "parent", "echo a > file", options[0], options[1], options[2], options[3])
        try record(sandbox, "child", "echo b > file", "--from-snapshot", "parent", "--cwd", sandbox("work"))
        let tree = try sandbox.ah("session", "tree").text.split(separator: "\n")
        #expect(tree.count == 2 && tree[0].hasSuffix("parent") && tree[1].hasSuffix("child"), "\(tree)")
        #expect(try sandbox.ah("session", "run", "parent", "--", "cat", "file").text == "a\n")
        #expect(try sandbox.ah("session", "run", "child", "--", "cat", "file").text == "b\n")
        #expect(try sandbox.ah("session", "run", "child", "--", "false").status == 1)
        // The snapshot that the branch was made of stays; the branch is its user's.
        let removed = try sandbox.ah("session", "rm", "parent")
        #expect(removed.status == 0 && removed.errorText.contains("branches were made of them"), "\(removed.errorText)")
        #expect(try sandbox.ah("session", "run", "child", "--", "cat", "file").text == "b\n")
        #expect(try sandbox.ah("session", "tree").text.contains("removed"))
    }
}
