import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import TestSupport
import Testing

/// A session's workspace is snapshotted while it runs; its snapshots are read, compared, branched and cleaned up.
@Suite(.serialized) struct SnapshotJourneyTests {
    /// A sandbox with a workspace of its own, in which `script` was recorded.
    private func session(_ script: String, options: [String] = []) throws -> Sandbox {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(atPath: sandbox("ws/src"), withIntermediateDirectories: true)
        try sandbox.folder.write("one\n", to: "ws/a.txt")
        try sandbox.folder.write("int main;\n", to: "ws/src/m.c")
        let run = try sandbox.record(
            script, options: ["--cwd", sandbox("ws"), "--snapshots", "git", "--snapshot-wait", "60000"] + options)
        #expect(run.status == 0, "\(run.errorText)")
        return sandbox
    }

    private func snapshots(_ sandbox: Sandbox) throws -> [SnapshotReference] {
        try sandbox.recorded().summary.snapshots.map(\.value)
    }

    /// Edits that wait for their snapshot, as a hook's do.
    private static let edits = """
        echo two >> a.txt; "$AH" agent fs snapshot second >/dev/null
        echo three >> a.txt; rm src/m.c; "$AH" agent fs snapshot third >/dev/null
        """

    @Test func `a session is snapshotted at its start, by hand, and at its end`() throws {
        let sandbox = try session(Self.edits, options: ["--snapshot-on", "neither"])
        let taken = try snapshots(sandbox)
        #expect(taken.map(\.reason) == ["start", "manual", "manual", "exit"])
        #expect(taken.map(\.label) == ["start", "second", "third", "exit"])
        // Nothing had changed at the end: that is the snapshot before, once more.
        #expect(taken.map(\.id) == [1, 2, 3, 3])
        #expect(taken.allSatisfy { $0.provider == "git" && !($0.reference ?? "").isEmpty })
        let listed = try sandbox.ah("agent", "fs", "snapshots")
        #expect(listed.text.split(separator: "\n").count == 3, "\(listed.text)")
    }

    @Test func `an edit without any hook is in a snapshot, and so is one by a moment`() throws {
        let sandbox = try session(
            """
            echo two >> a.txt
            until "$AH" agent fs cat @2:a.txt 2>/dev/null | grep -q two; do :; done
            echo three >> a.txt; "$AH" agent moment edited >/dev/null
            until "$AH" agent fs cat @3:a.txt 2>/dev/null | grep -q three; do :; done
            """)
        let reasons = try snapshots(sandbox).map(\.reason)
        #expect(reasons.prefix(2) == ["start", "change"])
        #expect(reasons.contains("moment") || reasons.filter { $0 == "change" }.count == 2)
    }

    @Test func `snapshots are read, searched and compared without a checkout`() throws {
        let sandbox = try session(Self.edits, options: ["--snapshot-on", "neither"])
        func output(_ arguments: String...) throws -> String {
            let run = try CommandRun(
                [BuiltProduct.ah, "agent", "fs"] + arguments, environment: sandbox.environment,
                workingDirectory: sandbox("ws"))
            #expect(run.status == 0, "\(arguments): \(run.errorText)")
            return run.text
        }
        #expect(try output("cat", "@2:a.txt") == "one\ntwo\n")
        #expect(try output("ls", "-r", "@1").split(separator: "\n") == ["a.txt", "src/", "src/m.c"])
        #expect(try output("diff", "--name-status", "@1", "@3") == "M\ta.txt\nD\tsrc/m.c\n")
        #expect(try output("diff", "@2").contains("\n+two\n"))
        #expect(try output("diff", "@3", "live").isEmpty)
        #expect(try output("grep", "three", "@3") == "a.txt:3:three\n")
        #expect(try output("log", "@1:src/m.c").split(separator: "\n").count == 2)
        _ = try output("extract", "@1:src", sandbox("out"))
        #expect(FileManager.default.contents(atPath: sandbox("out/m.c")) == Data("int main;\n".utf8))
        #expect(try output("status").contains("git"))
    }

    @Test func `a branch of the second edit doesn't have the third, and the original is untouched`() throws {
        let sandbox = try session(Self.edits, options: ["--snapshot-on", "neither"])
        let run = try CommandRun(
            [
                BuiltProduct.ah, "agent", "record", "--headless", "-o", sandbox("branch.ahr"), "--from-snapshot", "@2",
                "--inject", "ignored", "--cwd", sandbox("ws"), "--",
            ]
                + sandbox.shell(
                    "pwd; cat a.txt; ls src; echo other > a.txt; \"$AH\" agent fs snapshot changed >/dev/null"),
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(run.status == 0, "\(run.errorText)")
        let recorded = try sandbox.recorded(sandbox("branch.ahr"))
        #expect(recorded.text.contains("two") && !recorded.text.contains("three"))
        #expect(recorded.text.contains("m.c"))
        if !run.errorText.contains("the branch runs in") { #expect(recorded.text.hasPrefix(sandbox("ws") + "\r\n")) }
        #expect(recorded.summary.branch?.snapshotID == 2)
        #expect(recorded.summary.branch?.injectedMessage == "ignored")
        #expect(FileManager.default.contents(atPath: sandbox("ws/a.txt")) == Data("one\ntwo\nthree\n".utf8))
        #expect(!FileManager.default.fileExists(atPath: sandbox("ws/src/m.c")))
        let own = recorded.summary.snapshots.map(\.value).first { $0.label == "changed" }
        #expect(own != nil)
    }

    @Test func `a snapshot that can't be taken is a moment that says why, and the session goes on`() throws {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(atPath: sandbox("ws"), withIntermediateDirectories: true)
        // A file is where the store should be.
        try FileManager.default.createDirectory(atPath: sandbox("ah"), withIntermediateDirectories: true)
        try sandbox.folder.write("", to: "ah/snapshots")
        let run = try sandbox.record("echo on", options: ["--cwd", sandbox("ws")])
        #expect(run.status == 0)
        let recorded = try sandbox.recorded()
        #expect(recorded.text.contains("on"))
        let moment = try #require(recorded.summary.moments.first)
        #expect(moment.value.type == "snapshot-failed")
        #expect(moment.value.description?.isEmpty == false)
        #expect(run.errorText.contains("no snapshot was taken"))
    }

    /// The request as Agent Harbor's own programs write it, and what comes back.
    private static let harbor = """
        import os, socket, struct
        s = socket.socket(socket.AF_UNIX)
        s.connect(os.environ["AH_RECORDER_IPC_SOCKET"])
        body = b"\\x00" + struct.pack("<QI", 77, 12) + b"from harbor"
        s.sendall(struct.pack("<I", len(body)) + body)
        size = struct.unpack("<I", s.recv(4))[0]
        answer = b""
        while len(answer) < size: answer += s.recv(size - len(answer))
        print("id", struct.unpack("<QQQ", answer[1:25])[0] if answer[0] == 0 else answer[1:].decode())
        """

    @Test func `a hook of Agent Harbor's gets its snapshot, or is told why not`() throws {
        let sandbox = try session("python3 \"$HOME/harbor.py\" || true", options: ["--snapshot-on", "neither"])
        try sandbox.folder.write(Self.harbor, to: "harbor.py")
        let options = ["--force", "--cwd", sandbox("ws"), "--snapshot-on", "neither", "--snapshot-wait", "60000"]
        #expect(try sandbox.record("echo x > x; python3 \"$HOME/harbor.py\"", options: options).status == 0)
        #expect(try sandbox.recorded().text.contains("id 77"))
        #expect(try snapshots(sandbox).contains { $0.label == "from harbor" && $0.id == 2 })
        #expect(
            try sandbox.record("python3 \"$HOME/harbor.py\"", options: ["--force", "--snapshots", "disable"]).status
                == 0)
        #expect(try sandbox.recorded().text.contains("takes no snapshots"))
    }

    @Test func `what a recording or a branch needs is not deleted`() throws {
        let sandbox = try session(Self.edits, options: ["--snapshot-on", "neither"])
        let refused = try sandbox.ah("agent", "fs", "delete", "@2")
        #expect(refused.status != 0)
        #expect(refused.errorText.contains("--force"))
        #expect(try sandbox.ah("agent", "fs", "delete", "--force", "@2").status == 0)
        #expect(try sandbox.ah("agent", "fs", "cat", "@2:a.txt").status != 0)
        #expect(try sandbox.ah("agent", "fs", "gc").status == 0)
        #expect(try sandbox.ah("agent", "fs", "cat", "@3:a.txt").text == "one\ntwo\nthree\n")
    }

    @Test func `the largest file that is kept is the user's choice, and what is left out is said`() throws {
        let script = "head -c 5000 /dev/zero > large; \"$AH\" agent fs snapshot large >/dev/null"
        let sandbox = try session(script, options: ["--snapshot-on", "neither"])
        #expect(try sandbox.ah("agent", "fs", "ls", "@2").text.contains("large"))
        let options = ["--force", "--cwd", sandbox("ws"), "--snapshot-on", "neither", "--snapshot-largest", "4K"]
        let run = try sandbox.record("true", options: options)
        #expect(run.errorText.contains("not in the snapshots: large"), "\(run.errorText)")
        #expect(try sandbox.ah("config", "set", "snapshots.largest-file", "4K").status == 0)
        let byHand = try sandbox.ah("agent", "fs", "snapshot", "--workspace", sandbox("ws"))
        #expect(byHand.errorText.contains("large: 5000 bytes, over the limit"), "\(byHand.errorText)")
        #expect(try sandbox.ah("agent", "fs", "status", sandbox("ws")).text.contains("files over 4.1 kB"))
        #expect(try sandbox.record("true", options: ["--snapshot-largest", "much"]).status == 64)
    }

    @Test func `the space of what was deleted is freed by itself`() throws {
        let sandbox = try session(
            "head -c 300000 /dev/urandom > big; \"$AH\" agent fs snapshot big >/dev/null; rm big",
            options: ["--snapshot-on", "neither"])
        #expect(sandbox.isLeftEmpty())
        let store = try #require(FileManager.default.contentsOfDirectory(atPath: sandbox("ah/snapshots")).first)
        let note = sandbox("ah/snapshots/\(store)/collected")
        let before = FileManager.default.contents(atPath: note)
        func used() throws -> String { try sandbox.ah("agent", "fs", "gc", "--dry-run", "--json").text }
        #expect(try sandbox.ah("config", "set", "snapshots.gc-interval", "0s").status == 0)
        #expect(try sandbox.ah("agent", "fs", "delete", "--force", "@1", "@2").status == 0)
        // Nothing is asked of the store before its end: who holds its lock keeps the collection away.
        let deadline = ContinuousClock.now + .seconds(60)
        while FileManager.default.contents(atPath: note) == before, ContinuousClock.now < deadline { usleep(10_000) }
        #expect(sandbox.isLeftEmpty())
        let free = try used()
        #expect(free.contains("\"bytesFreed\" : 0"), "\(free)")
        #expect(try sandbox.ah("agent", "fs", "cat", "@3:a.txt").text == "one\n")
        #expect(!FileManager.default.fileExists(atPath: sandbox("ah/logs/upkeep.log")))

        #expect(try sandbox.ah("config", "set", "snapshots.gc", "false").status == 0)
        #expect(try sandbox.ah("agent", "fs", "delete", "--force", "@3").status == 0)
        #expect(sandbox.isLeftEmpty())
        #expect(try !used().contains("\"bytesFreed\" : 0"), "it is turned off")
    }

    @Test func `the key for a snapshot takes one, and the viewer counts it`() throws {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(atPath: sandbox("ws"), withIntermediateDirectories: true)
        try sandbox.folder.write("x", to: "ws/a")
        let driver = try sandbox.terminal(
            ["agent", "record", "-o", sandbox.recording, "--cwd", sandbox("ws"), "--snapshot-on", "neither", "--"]
                + ["bash", "--norc"], size: Size(columns: 110, rows: 24))
        try driver.wait(for: "the first snapshot") { $0.text.contains("1 snapshot") }
        driver.send("echo y > b\r")
        try driver.wait(for: "the prompt") { _ in FileManager.default.fileExists(atPath: sandbox("ws/b")) }
        driver.send("\u{2}s")
        try driver.wait(for: "the second snapshot") {
            $0.text.contains("2 snapshots") || $0.text.contains("snapshot 2")
        }
        driver.send("exit\r")
        try driver.wait(for: "the end") { _ in driver.termination != nil }
        #expect(try snapshots(sandbox).contains { $0.id == 2 && $0.reason == "manual" })
    }

    @Test func `a replay shows a snapshot's files, their content and what changed`() throws {
        let sandbox = try session(Self.edits, options: ["--snapshot-on", "neither"])
        let driver = try sandbox.terminal(["agent", "replay", sandbox.recording], size: Size(columns: 100, rows: 30))
        try driver.wait(for: "the replay") { $0.text.contains("replay") }
        driver.send("g100%\r")
        driver.send("{{s")
        try driver.wait(for: "the files") { $0.text.contains("a.txt") && $0.text.contains("src/") }
        driver.send("\u{1B}[B")
        driver.send("\u{1B}[A")
        driver.send("d")
        try driver.wait(for: "the difference") { $0.text.contains("+two") || $0.text.contains("+three") }
        driver.send("c")
        try driver.wait(for: "the list of changes") { $0.text.contains("since @") }
        driver.send("q")
        try driver.wait(for: "the replay again") { !$0.text.contains("since @") }
        driver.send("q")
        try driver.wait(for: "the end") { _ in driver.termination != nil }
    }
}
