import FoundationEssentials
import Glibc
import Processes
import Recording
import TestSupport
import Testing

/// `ah agent start` with the real agents and a scripted model.
@Suite(.serialized) struct AgentStartTests {
    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `each use of a tool is one moment, a user's own hooks run, and nothing is left`(agent: String) throws {
        let sandbox = try AgentSandbox()
        // Both have hooks of their user's own; Codex is told by its user to run them.
        let hook =
            #"{"hooks":{"PostToolUse":[{"hooks":[{"type":"command","command":"echo x >> "# + sandbox("log")
            + #""}]}]}}"#
        let own = ["claude": "state/home/.claude/settings.json", "codex": "state/codex/hooks.json"]
        try sandbox.sandbox.folder.write(hook, to: own[agent] ?? "")
        let run = try sandbox.start(agent, prompt: "write #fail", extra: ["--dangerously-bypass-hook-trust"])
        #expect(run.status == 0, "\(run.errorText)")
        let moments = run.recorded.summary.moments.map(\.value)
        let tools = moments.filter { $0.type == "tool_boundary" }
        #expect(
            tools.map(\.label) == [
                "Bash echo running; false → 1", "Write fix.txt +1",
            ])
        #expect(Set(tools.compactMap { $0.attributes?["tool.id"] }).count == 2)
        #expect(moments.filter { $0.type == "prompt" }.map(\.label) == ["Prompt: write #fail"])
        // One snapshot has the file, called after the edit, or after the turn's end where that came close behind.
        let edit = try #require(run.recorded.tools.last)
        let after = run.recorded.summary.snapshots.filter { $0.time >= edit.time && $0.value.reason == "moment" }
        #expect(Set(after.map(\.value.id)).count == 1, "\(after)")
        #expect(try sandbox.privateFolders().isEmpty)
        // Claude's event is that of success, and one of the tools failed.
        let log = try String(contentsOf: URL(filePath: sandbox("log")), encoding: .utf8)
        #expect(log == (agent == "claude" ? "x\n" : "x\nx\n"))
        let kept = try String(contentsOf: URL(filePath: sandbox(own[agent] ?? "")), encoding: .utf8)
        // Claude writes its own settings anew; nothing of ours is in them.
        #expect(!kept.contains("__hook"))
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `a branch of the second edit goes on from there, and the original is as it was`(agent: String) throws {
        let sandbox = try AgentSandbox()
        let parent = try sandbox.start(agent, prompt: "write #two")
        let session = try #require(parent.recorded.summary.metadata?.sessionID)
        let second = try #require(parent.recorded.summary.snapshots.first { $0.value.label == "Write b.txt +1" })
        let before = try sandbox.conversations()
        #expect(before.count == 1)
        let branch = try sandbox.start(
            agent, ["--from-snapshot", "\(session)@\(second.value.id)", "--cwd", sandbox("workspace")],
            prompt: "Try #fail")
        #expect(branch.status == 0, "\(branch.errorText)")
        #expect(branch.errorText.contains("the conversation goes on by resume"))
        #expect(branch.recorded.summary.branch?.contextReconstruction == "resume")
        let moments = branch.recorded.summary.moments.map(\.value)
        #expect(moments.contains { $0.label == "Conversation resume" })
        #expect(moments.contains { $0.label == "Write fix.txt +1" })
        #expect(try sandbox.conversations() == before)
        let files = try FileManager.default.contentsOfDirectory(atPath: sandbox("workspace"))
        #expect(Set(files).isSuperset(of: ["a.txt", "b.txt", "c.txt"]) && !files.contains("fix.txt"))
        #expect(try sandbox.asked(prompt: "Try #fail") == (agent == "claude" ? 8 : 11))
        // The branch's own conversation was kept, so that it can be branched in turn.
        let own = try #require(branch.recorded.summary.metadata?.sessionID)
        let last = try #require(branch.recorded.summary.snapshots.last)
        let again = try sandbox.start(
            agent, ["--from-snapshot", "\(own)@\(last.value.id)", "--cwd", sandbox("workspace")],
            prompt: "Then #chat")
        #expect(again.recorded.summary.branch?.contextReconstruction == "resume", "\(again.errorText)")
        #expect(try sandbox.privateFolders().isEmpty)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `inside a recorded session an agent is recorded once`(agent: String) throws {
        let sandbox = try AgentSandbox()
        let own = agent == "claude" ? ["--", "--dangerously-skip-permissions"] : []
        let run = try sandbox.run(
            [
                "record", "--headless", "-o", sandbox.sandbox.recording, "--", BuiltProduct.ah, "agent", "start",
                "--agent",
                agent,
                "--trust-hooks", "--non-interactive", "--prompt", "write #fail",
            ] + own)
        #expect(run.status == 0, "\(run.errorText)")
        let tools = try sandbox.sandbox.recorded().tools
        #expect(tools.count == 2)
        let names = try FileManager.default.subpathsOfDirectory(atPath: sandbox("ah/recordings"))
        #expect(names.count { $0.hasSuffix(".ahr") } == 1, "\(names)")
        #expect(try sandbox.privateFolders().isEmpty)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"))
    func `what a killed session left is removed by the next start`() throws {
        let sandbox = try AgentSandbox()
        let background = try BackgroundCommand(
            sandbox.command(AgentSandbox.words("claude", [], prompt: "write #slow")),
            environment: sandbox.sandbox.environment, workingDirectory: sandbox.sandbox.folder.path)
        try background.wait(for: "the session") {
            try sandbox.sandbox.hostPID() != nil && !sandbox.privateFolders().isEmpty
        }
        let host = try #require(try sandbox.sandbox.hostPID())
        kill(host, SIGKILL)
        try background.waitForExit()
        #expect(try sandbox.privateFolders().count == 1)
        let next = try sandbox.sandbox.ah(
            "agent", "start", "--agent", "bash", "--no-record", "--non-interactive", "--prompt", "true")
        #expect(next.status == 0, "\(next.errorText)")
        #expect(try sandbox.privateFolders().isEmpty)
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
