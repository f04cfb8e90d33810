import FoundationEssentials
import Glibc
import Processes
import Recording
import TestSupport
import Testing

/// `ah agent start` with the real agents and a scripted model.
@Suite(.serialized) struct AgentStartTests {
    private struct Run {
        var status: Int32
        var errorText: String
        var recorded: Recorded
    }

    /// Runs `ah …` where both agents are installed, with a home of their own.
    private func run(_ sandbox: Sandbox, _ words: [String]) throws -> CommandRun {
        try CommandRun(
            [Agents.runner, "-w", sandbox("workspace"), "-s", sandbox("state"), "with", "--", BuiltProduct.ah, "agent"]
                + words, environment: sandbox.environment, workingDirectory: sandbox.folder.path,
            timeout: .seconds(120))
    }

    private func start(
        _ sandbox: Sandbox, _ agent: String, _ options: [String], prompt: String
    ) throws -> Run {
        let own = agent == "claude" ? ["--", "--dangerously-skip-permissions"] : []
        let run = try run(
            sandbox,
            [
                "start", "--agent", agent, "--prompt", prompt, "--trust-hooks", "--non-interactive", "--headless",
                "--workspace", sandbox("workspace"), "--snapshots", "git",
            ] + options + own)
        let path = String(run.text.split(separator: "\n").last { $0.hasSuffix(".ahr") } ?? "")
        return Run(status: run.status, errorText: run.errorText, recorded: try sandbox.recorded(path))
    }

    private func prepared() throws -> Sandbox {
        let sandbox = try Sandbox(Agents.environment)
        for name in ["state", "state/home", "state/home/.claude", "state/codex"] {
            try FileManager.default.createDirectory(atPath: sandbox(name), withIntermediateDirectories: true)
        }
        return sandbox
    }

    private func conversations(_ sandbox: Sandbox) throws -> [String: Data] {
        var result: [String: Data] = [:]
        for folder in [sandbox("state/home/.claude/projects"), sandbox("state/codex/sessions")] {
            for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            where name.hasSuffix("jsonl") {
                result["\(folder)/\(name)"] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            }
        }
        return result
    }

    private func privateFolders(_ sandbox: Sandbox) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: sandbox("ah/sessions")).filter { $0.hasSuffix(".agent") }
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `each use of a tool is one moment, a user's own hooks run, and nothing is left`(agent: String) throws {
        let sandbox = try prepared()
        // Claude reads the user's and the project's settings; both have hooks of their own.
        let hook =
            #"{"hooks":{"PostToolUse":[{"hooks":[{"type":"command","command":"echo x >> "# + sandbox("log")
            + #""}]}]}}"#
        try sandbox.folder.write(hook, to: "state/home/.claude/settings.json")
        let run = try start(sandbox, agent, [], prompt: "write #fail")
        #expect(run.status == 0, "\(run.errorText)")
        let moments = run.recorded.summary.moments.map(\.value)
        let tools = moments.filter { $0.type == "tool_boundary" }
        #expect(
            tools.map(\.label) == [
                "Bash echo running; false → 1", "Write fix.txt +1",
            ])
        #expect(Set(tools.compactMap { $0.attributes?["tool.id"] }).count == 2)
        #expect(moments.filter { $0.type == "prompt" }.map(\.label) == ["Prompt: write #fail"])
        #expect(run.recorded.summary.snapshots.contains { $0.value.label == "Write fix.txt +1" })
        #expect(try privateFolders(sandbox).isEmpty)
        if agent == "claude" {
            let log = try String(contentsOf: URL(filePath: sandbox("log")), encoding: .utf8)
            #expect(log == "x\n", "one tool succeeded, the other failed")
        }
        #expect(!FileManager.default.fileExists(atPath: sandbox("state/codex/hooks.json")))
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `a branch of the second edit goes on from there, and the original is as it was`(agent: String) throws {
        let sandbox = try prepared()
        let parent = try start(sandbox, agent, [], prompt: "write #two")
        let session = try #require(parent.recorded.summary.metadata?.sessionID)
        let second = try #require(parent.recorded.summary.snapshots.first { $0.value.label == "Write b.txt +1" })
        let before = try conversations(sandbox)
        #expect(before.count == 1)
        let branch = try start(
            sandbox, agent, ["--from-snapshot", "\(session)@\(second.value.id)", "--cwd", sandbox("workspace")],
            prompt: "Try #fail")
        #expect(branch.status == 0, "\(branch.errorText)")
        #expect(branch.errorText.contains("the conversation goes on by resume"))
        #expect(branch.recorded.summary.branch?.contextReconstruction == "resume")
        let moments = branch.recorded.summary.moments.map(\.value)
        #expect(moments.contains { $0.label == "Conversation resume" })
        #expect(moments.contains { $0.label == "Write fix.txt +1" })
        #expect(try conversations(sandbox) == before)
        let files = try FileManager.default.contentsOfDirectory(atPath: sandbox("workspace"))
        #expect(Set(files).isSuperset(of: ["a.txt", "b.txt", "c.txt"]) && !files.contains("fix.txt"))
        #expect(try asked(sandbox, prompt: "Try #fail") == (agent == "claude" ? 8 : 11))
        // The branch's own conversation was kept, so that it can be branched in turn.
        let own = try #require(branch.recorded.summary.metadata?.sessionID)
        let last = try #require(branch.recorded.summary.snapshots.last)
        let again = try start(
            sandbox, agent, ["--from-snapshot", "\(own)@\(last.value.id)", "--cwd", sandbox("workspace")],
            prompt: "Then #chat")
        #expect(again.recorded.summary.branch?.contextReconstruction == "resume", "\(again.errorText)")
        #expect(try privateFolders(sandbox).isEmpty)
    }

    /// How many messages the model was first sent with this prompt: those before the branch, and the prompt's own.
    private func asked(_ sandbox: Sandbox, prompt: String) throws -> Int? {
        let log = try String(contentsOf: URL(filePath: sandbox("state/stub.jsonl")), encoding: .utf8)
        struct Entry: Decodable {
            var n: Int?
            var prompt: String?
        }
        return try log.split(separator: "\n").map { try JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
            .first { $0.prompt == prompt }?.n
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `inside a recorded session an agent is recorded once`(agent: String) throws {
        let sandbox = try prepared()
        let own = agent == "claude" ? ["--", "--dangerously-skip-permissions"] : []
        let run = try run(
            sandbox,
            [
                "record", "--headless", "-o", sandbox.recording, "--", BuiltProduct.ah, "agent", "start", "--agent",
                agent,
                "--trust-hooks", "--non-interactive", "--prompt", "write #fail",
            ] + own)
        #expect(run.status == 0, "\(run.errorText)")
        let tools = try sandbox.recorded().summary.moments.filter { $0.value.type == "tool_boundary" }
        #expect(tools.count == 2)
        #expect(!FileManager.default.fileExists(atPath: sandbox("ah/recordings")))
        #expect(try privateFolders(sandbox).isEmpty)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"))
    func `what a killed session left is removed by the next start`() throws {
        let sandbox = try prepared()
        let command = [
            Agents.runner, "-w", sandbox("workspace"), "-s", sandbox("state"), "with", "--", BuiltProduct.ah, "agent",
            "start", "--agent", "claude", "--prompt", "write #slow", "--non-interactive", "--headless", "--",
            "--dangerously-skip-permissions",
        ]
        let background = try BackgroundCommand(
            command, environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        try background.wait(for: "the session") { try sandbox.hostPID() != nil && !privateFolders(sandbox).isEmpty }
        let host = try #require(try sandbox.hostPID())
        kill(host, SIGKILL)
        try background.waitForExit()
        #expect(try privateFolders(sandbox).count == 1)
        let next = try sandbox.ah(
            "agent", "start", "--agent", "bash", "--no-record", "--non-interactive", "--prompt", "true")
        #expect(next.status == 0, "\(next.errorText)")
        #expect(try privateFolders(sandbox).isEmpty)
    }

    @Test func `an absent agent says how to get it, and an unknown one what is near`() throws {
        let sandbox = try Sandbox()
        sandbox.environment["PATH"] = "/nowhere"
        let absent = try sandbox.ah("agent", "start", "--agent", "goose")
        #expect(absent.status == 1)
        #expect(absent.errorText.contains("goose is not installed") && absent.errorText.contains("block/goose"))
        let unknown = try sandbox.ah("agent", "start", "--agent", "cladue")
        #expect(unknown.errorText.contains("did you mean “claude”?"))
        #expect(try sandbox.ah("agent", "list").text.contains("not installed; to get it: npm install"))
    }
}

struct ShellStartTests {
    @Test func `a shell's commands are moments, its user's own prompt and settings hold, and nothing is left`() throws {
        let sandbox = try Sandbox()
        sandbox.environment["PS1"] = nil
        try sandbox.folder.write(
            "PS1='mine> '; PROMPT_COMMAND='count=$((count+1))'; greet() { echo hello; }\n", to: ".bashrc")
        let driver = try sandbox.terminal(
            ["agent", "start", "--agent", "bash", "-o", sandbox.recording, "--snapshots", "disable"])
        try driver.wait(for: "the user's prompt") { $0.text.contains("mine>") }
        driver.send("greet\r")
        try driver.wait(for: "the user's function") { $0.text.contains("hello") }
        driver.send("false\r")
        driver.send("echo ran $((count > 1))\r")
        try driver.wait(for: "the user's prompt command") { $0.text.contains("ran 1") }
        driver.send("exit\r")
        try driver.wait(for: "the shell's end") { _ in driver.termination != nil }
        let moments = try sandbox.recorded().summary.moments.map(\.value.label)
        #expect(moments.contains { $0.contains("greet") }, "\(moments)")
        #expect(moments.contains { $0.contains("false") && $0.contains("1") }, "\(moments)")
        #expect(moments.count == 3, "\(moments)")
        // The session's host goes a moment after its viewer.
        #expect(sandbox.isLeftEmpty())
        let sessions = try FileManager.default.contentsOfDirectory(atPath: sandbox("ah/sessions"))
        #expect(!sessions.contains { $0.hasSuffix(".agent") })
    }
}
