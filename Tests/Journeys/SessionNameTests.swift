import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What is said where a name means several sessions, one that has ended, or nothing that can be meant.
@Suite(.serialized) struct SessionNameTests {
    private struct Listed: Decodable {
        var id: String
        var name: String?
        var status: String
        var command: [String]
    }

    private func ah(_ sandbox: Sandbox, _ words: [String]) throws -> CommandRun {
        try CommandRun(
            [BuiltProduct.ah] + words, environment: sandbox.environment, workingDirectory: sandbox.folder.path)
    }

    private func list(_ sandbox: Sandbox) throws -> [Listed] {
        try JSONDecoder().decode(
            [Listed].self, from: Data(try sandbox.ah("session", "list", "--json").output))
    }

    @Test func `a name of several sessions is refused by each command, with one status`() throws {
        let sandbox = try Sandbox()
        let words = ["agent", "record", "--detach", "--snapshots", "disable", "--name", "twin", "--", "sleep", "1000"]
        for _ in 0..<2 { #expect(try ah(sandbox, words).status == 0) }
        let commands = [
            ["agent", "explain", "twin"], ["agent", "prompt", "twin", "x"], ["agent", "answer", "twin", "y"],
            ["agent", "pause", "twin"], ["agent", "resume", "twin"], ["agent", "stop", "twin"],
            ["agent", "kill", "twin"], ["agent", "verify", "twin"], ["agent", "branch-points", "twin"],
            ["agent", "fs", "snapshots", "twin"], ["session", "show", "twin"], ["session", "timeline", "twin"],
            ["session", "logs", "twin"], ["session", "rename", "twin", "other"],
        ]
        // Of sessions that have ended, these say so.
        let verbs: Set = ["prompt", "answer", "pause", "resume", "stop", "kill"]
        for isLive in [true, false] {
            for command in commands where isLive || !verbs.contains(command[1]) {
                let run = try ah(sandbox, command)
                #expect(run.status == 3, "\(isLive) \(command): \(run.errorText)")
                #expect(run.errorText.contains("could be any of"), "\(isLive) \(command): \(run.errorText)")
            }
            if isLive { for session in try list(sandbox) { _ = try sandbox.ah("agent", "kill", session.id) } }
        }
        #expect(try list(sandbox).map(\.name) == ["twin", "twin"])
    }

    @Test func `of a session that has ended, it is said that it has`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.record("true", options: ["--name", "gone"]).status == 0)
        for verb in ["prompt", "answer", "stop", "kill", "pause", "resume"] {
            let run = try ah(sandbox, ["agent", verb, "gone"] + (["prompt", "answer"].contains(verb) ? ["x"] : []))
            #expect(run.status == 1)
            #expect(run.errorText.contains("session gone has ended (completed)"), "\(run.errorText)")
        }
        let explained = try sandbox.ah("agent", "explain", "gone").text
        #expect(explained.contains("done") && !explained.contains("ago)"), "\(explained)")
    }

    @Test func `list and explain agree on a session that was stopped and on one that something killed`() throws {
        let sandbox = try Sandbox()
        func end(_ name: String, _ script: String, stops: Bool) throws -> [String?] {
            let command = try sandbox.start(
                ["agent", "record", "--headless", "--name", name, "--"]
                    + sandbox.shell("touch \(name).begun; \(script)"))
            let deadline = ContinuousClock.now + .seconds(30)
            while !FileManager.default.fileExists(atPath: sandbox("\(name).begun")), ContinuousClock.now < deadline {
                usleep(10_000)
            }
            if stops { #expect(try sandbox.ah("agent", "stop", name).status == 0) }
            _ = try command.waitForExit()
            let explained = try StateTests.explained(sandbox, name)
            let listed = try list(sandbox)
            return [listed.first { $0.name == name }?.status, explained.state]
        }
        // Its program makes a status of the signal; another doesn't.
        for (name, script) in [
            ("heeds", "trap 'exit 143' TERM; while :; do read -rt 0.05; done"), ("dies", "exec sleep 99"),
        ] {
            let told = try end(name, script, stops: true)
            #expect(told == ["stopped", "done"], "\(name)")
        }
        let told = try end("killed", "kill -9 $$", stops: false)
        #expect(told == ["failed", "failed"])
    }

    @Test func `snapshots are listed by a session's name`() throws {
        let sandbox = try Sandbox()
        mkdir(sandbox("workspace"), 0o755)
        try sandbox.folder.write("x", to: "workspace/file")
        for name in ["one", "two"] {
            let run = try CommandRun(
                [BuiltProduct.ah, "agent", "record", "--headless", "--snapshots", "git", "--name", name, "--", "true"],
                environment: sandbox.environment, workingDirectory: sandbox("workspace"))
            #expect(run.status == 0, "\(run.errorText)")
        }
        let all = try sandbox.ah("agent", "fs", "snapshots").text.split(separator: "\n").count
        let one = try sandbox.ah("agent", "fs", "snapshots", "one").text.split(separator: "\n").count
        #expect(one > 0 && one < all, "\(one) of \(all)")
    }

    @Test func `words that look like a mistake are told`() throws {
        let sandbox = try Sandbox()
        let mistakes = [
            (["agent", "answer", "-", "Entr"], "did you mean Enter?"),
            (["agent", "answer", "-", "F12"], "function keys"),
            (["agent", "answer", "-", "C-"], "C-c"), (["agent", "moment", "x", "--type", "milstone"], "“milestone”"),
            (["agent", "moment", " "], "needs a label"), (["agent", "moment", "x", "--type", " "], "--type"),
            (["agent", "branch", "@1", "--from-snapshot", "@2"], "without --from-snapshot"),
            (["agent", "record", "--fs-snapshots", "foo", "--", "true"], "--fs-snapshots"),
        ]
        for (words, text) in mistakes {
            let run = try ah(sandbox, words)
            #expect(run.status == 64 && run.errorText.contains(text), "\(words): \(run.errorText)")
        }
        // What is typed as it is, and types of the user's own.
        let script = #"read -rsn3 a; "$AH" agent moment x --type deploy >/dev/null; printf %s "$a" > typed"#
        let command = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell(script))
        let deadline = ContinuousClock.now + .seconds(20)
        while try sandbox.hostPID() == nil, ContinuousClock.now < deadline { usleep(10_000) }
        #expect(try sandbox.ah("agent", "answer", "-", "Yes").status == 0)
        #expect(try command.waitForExit() == 0)
        #expect(try String(contentsOfFile: sandbox("typed"), encoding: .utf8) == "Yes")
        #expect(try sandbox.recorded().summary.moments.map(\.value.type) == ["deploy"])
    }

    @Test func `mistakes in the files of agents and milestones are told by the check and at a start`() throws {
        let sandbox = try Sandbox()
        for name in [".config", ".config/ah"] { try #require(mkdir(sandbox(name), 0o700) == 0) }
        #expect(try sandbox.ah("config", "check").status == 0)
        try sandbox.folder.write("[mine]\nkind = \"biuld\"\n", to: ".config/ah/milestones.toml")
        try sandbox.folder.write("[claude]\ncomand = \"x\"\n", to: ".config/ah/agents.toml")
        let checked = try sandbox.ah("config", "check")
        #expect(checked.status == 1)
        for text in ["milestones.toml:1:", "agents.toml:2:", "did you mean “command”?"] {
            #expect(checked.errorText.contains(text), "\(checked.errorText)")
        }
        #expect(try sandbox.record("true").errorText.contains("milestones.toml:1:"))
    }

    @Test func `an agent that is recorded already names the session around it`() throws {
        let sandbox = try Sandbox()
        let inner = #""$AH" agent start --agent bash --name inner --non-interactive --prompt 'echo hi' 2>&1"#
        #expect(try sandbox.record(inner).status == 0)
        #expect(try list(sandbox).map(\.name) == ["inner"])
        unlink(sandbox.recording)
        #expect(try sandbox.record(inner, options: ["--name", "outer"]).status == 0)
        #expect(try list(sandbox).first?.name == "outer")
        #expect(try sandbox.recorded().text.contains("--name inner is left out"))
    }
}
