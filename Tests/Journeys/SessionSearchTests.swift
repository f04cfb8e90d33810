import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// Old sessions found by what they showed, and let go by policy.
struct SessionSearchTests {
    private func record(_ sandbox: Sandbox, _ name: String, _ script: String, _ options: String...) throws {
        let run = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--headless", "--name", name] + options + ["--"]
                + sandbox.shell(script), environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(run.status == 0, "\(run.errorText)")
    }

    @Test func `a text is found in the session that showed it, with a way to go there`() throws {
        let sandbox = try Sandbox()
        try record(sandbox, "one", "printf 'x\\033[31mneedle\\033[0m in hay\\n'", "--snapshots", "disable")
        try record(sandbox, "two", "echo only hay", "--snapshots", "disable")
        let found = try sandbox.ah("session", "search", "Needle in")
        #expect(
            found.status == 0 && found.text.contains("xneedle in hay") && found.text.contains("one"), "\(found.text)")
        #expect(found.text.contains("ah agent replay ") && found.text.contains("--start 0:0"))
        #expect(try sandbox.ah("session", "search", "hay", "--json").text.contains("\"name\" : \"two\""))
        #expect(try sandbox.ah("session", "search", "needle", "--session", "two").status == 1)
        #expect(try sandbox.ah("session", "search", "no such words").status == 1)
        #expect(try sandbox.ah("session", "search", "ab").status == 64)
        #expect(sandbox.isLeftEmpty())
        #expect(try sandbox.ah("session", "rm", "one").status == 0)
        #expect(try sandbox.ah("session", "search", "needle").status == 1)
    }

    @Test func `settings are changed, checked and win in their order`() throws {
        let sandbox = try Sandbox()
        let path = try sandbox.ah("config", "path").text.split(separator: "\n").joined()
        #expect(path.hasSuffix("/ah/config.toml"))
        #expect(try sandbox.ah("config", "get", "snapshots.provider").text == "auto\n")
        #expect(try sandbox.ah("config", "set", "snapshots.provider", "disable").status == 0)
        #expect(try sandbox.ah("config", "get", "snapshots.provider").text == "disable\n")
        #expect(try sandbox.ah("config", "show").text.contains("snapshots.provider"))
        // It holds where the command line doesn't say otherwise.
        try record(sandbox, "plain", "true")
        #expect(try sandbox.ah("session", "show", "plain").text.contains("snapshots  0"))
        let wrong = try sandbox.ah("config", "set", "snapshots.provider", "gti")
        #expect(wrong.status == 1 && wrong.errorText.contains("“git”"), "\(wrong.errorText)")
        #expect(
            try sandbox.ah("config", "get", "snapshot.provider").errorText.contains("did you mean snapshots.provider"))
        #expect(try sandbox.ah("config", "check").status == 0)
        sandbox.environment["AH_REPLAY_SPEED"] = "100"
        let check = try sandbox.ah("config", "check")
        #expect(check.status == 1 && check.errorText.contains("AH_REPLAY_SPEED"))
    }

    @Test func `retention says what would go, removes it, and leaves what is pinned or needed`() throws {
        let sandbox = try Sandbox()
        mkdir(sandbox("work"), 0o700)
        let place = ["--cwd", sandbox("work"), "--workspace", sandbox("work")]
        #expect(try sandbox.ah("config", "set", "retention.automatic", "false").status == 0)
        for name in ["one", "two", "three"] {
            try record(sandbox, name, "echo \(name) > file", place[0], place[1], place[2], place[3])
        }
        #expect(try sandbox.ah("session", "pin", "two").status == 0)
        #expect(try sandbox.ah("agent", "fs", "branch", "create", "one", "--name", "mine").status == 0)
        #expect(try sandbox.ah("retention", "apply").text.contains("nothing is beyond the limits"))
        #expect(try sandbox.ah("retention", "set", "--max-count", "1").status == 0)
        #expect(try sandbox.ah("retention", "show").text.contains("retention.max-count"))
        let plan = try sandbox.ah("retention", "apply", "--dry-run").text
        #expect(
            plan.contains("would go  session") && plan.contains("pinned, though there are more than 1 sessions"),
            "\(plan)")
        #expect(sandbox.isLeftEmpty())
        let applied = try sandbox.ah("retention", "apply")
        #expect(applied.status == 0 && applied.text.contains("removed"), "\(applied.text) \(applied.errorText)")
        #expect(try sandbox.ah("session", "show", "one").status == 2)
        for name in ["two", "three"] { #expect(try sandbox.ah("session", "show", name).status == 0) }
        #expect(try sandbox.ah("session", "list", "--removed").text.contains("there are more than 1 sessions"))
        // The branch that its user made still has all it needs.
        #expect(try sandbox.ah("agent", "fs", "branch", "exec", "mine", "--", "cat", "file").status == 0)
        #expect(try sandbox.ah("agent", "fs", "branch", "delete", "mine").status == 0)
        #expect(try sandbox.ah("retention", "apply").text.contains("no branch needs it any more"))
    }

    @Test func `limits are applied by themselves after a session's end`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.ah("retention", "set", "--max-count", "2").status == 0)
        for name in ["a", "b", "c", "d"] {
            try record(sandbox, name, "true", "--snapshots", "disable")
            #expect(sandbox.isLeftEmpty())
        }
        let list = try sandbox.ah("session", "list").text.split(separator: "\n")
        #expect(list.count == 3, "\(list)")
    }

    @Test func `an application that is killed at any point is finished by the next`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.ah("config", "set", "retention.automatic", "false").status == 0)
        for index in 0..<6 {
            try record(sandbox, "s\(index)", "echo \(index) > file", "--workspace", sandbox.folder.path)
        }
        #expect(sandbox.isLeftEmpty())
        #expect(try sandbox.ah("retention", "set", "--max-count", "1").status == 0)
        for delay in [5, 30, 60, 90, 120, 200] as [UInt32] {
            let command = try sandbox.start(["retention", "apply"])
            usleep(delay * 1000)
            command.child.signal(SIGKILL)
            try command.waitForExit()
            // Whatever is listed can still be read.
            for line in try sandbox.ah("session", "list").text.split(separator: "\n").dropFirst() {
                let id = line.prefix { $0 != " " }
                #expect(try sandbox.ah("session", "logs", String(id)).status == 0)
            }
        }
        let last = try sandbox.ah("retention", "apply")
        #expect(last.status == 0, "\(last.errorText)")
        #expect(try sandbox.ah("session", "list").text.split(separator: "\n").count == 2)
        #expect(try sandbox.ah("session", "list", "--removed").text.split(separator: "\n").count == 6)
    }
}
