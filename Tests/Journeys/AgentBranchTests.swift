import FoundationEssentials
import Glibc
import Recording
import TestSupport
import Testing

/// Branches of real agents' sessions in the harder cases: the parent runs, or the workspace is gone.
@Suite(.serialized) struct AgentBranchTests {
    /// Two files, a wait for a file that the test makes, and a third.
    private static let scenarios = #"""
        {"paused": [
          {"say": "First.", "calls": [["write", {"path": "a.txt", "content": "alpha\n"}]]},
          {"say": "Second.", "calls": [["write", {"path": "b.txt", "content": "beta\n"}]]},
          {"say": "Waiting.", "calls": [["bash", {"command": "until [ -e go ]; do sleep 0.1; done"}]]},
          {"say": "Third.", "calls": [["write", {"path": "c.txt", "content": "gamma\n"}]]},
          {"say": "Done."}
        ]}
        """#

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `a branch of the second edit is made while the parent runs, which goes on as if nothing had been`(
        agent: String
    ) throws {
        let sandbox = try AgentSandbox()
        try sandbox.sandbox.folder.write(Self.scenarios, to: "scenarios.json")
        // Recorded into a file of the user's own choice.
        let path = sandbox("parent.ahr")
        let parent = try BackgroundCommand(
            sandbox.command(
                AgentSandbox.words(agent, ["-o", path], prompt: "write #paused"),
                options: ["-S", sandbox("scenarios.json")]),
            environment: sandbox.sandbox.environment, workingDirectory: sandbox.sandbox.folder.path)
        func second() -> Anchored<SnapshotReference>? {
            (try? sandbox.sandbox.recorded(path))?.summary.snapshots.first { $0.value.label == "Write b.txt +1" }
        }
        try parent.wait(for: "the second edit's snapshot", timeout: .seconds(120)) { second() != nil }
        let session = try #require(try sandbox.sandbox.recorded(path).summary.metadata?.sessionID)
        let before = try sandbox.conversations()
        let branch = try sandbox.start(
            agent, ["--from-snapshot", "\(session)@\(try #require(second()).value.id)", "--cwd", sandbox("workspace")],
            prompt: "Try #fail")
        #expect(branch.status == 0, "\(branch.errorText)")
        #expect(branch.recorded.summary.branch?.contextReconstruction == "resume", "\(branch.errorText)")
        #expect(branch.recorded.summary.branch?.injectedMessage == "Try #fail")
        #expect(branch.recorded.tools.map(\.value.label) == ["Bash echo running; false → 1", "Write fix.txt +1"])
        #expect(parent.status == nil, "the parent has ended meanwhile")
        try sandbox.sandbox.folder.write("", to: "workspace/go")
        #expect(try parent.waitForExit(timeout: .seconds(120)) == 0)
        let tools = try sandbox.sandbox.recorded(path).tools.map(\.value.label)
        #expect(tools.count == 4 && tools.last == "Write c.txt +1", "\(tools)")
        #expect(!FileManager.default.fileExists(atPath: sandbox("workspace/fix.txt")))
        // The parent's own conversation has only grown.
        let after = try sandbox.conversations()
        #expect(after.keys == before.keys)
        for (name, bytes) in before { #expect(after[name]?.starts(with: bytes) == true) }
        #expect(try sandbox.privateFolders().isEmpty)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `where the branch lies elsewhere, the conversation speaks of that place`(agent: String) throws {
        let sandbox = try AgentSandbox()
        let parent = try sandbox.start(agent, prompt: "write #two")
        let session = try #require(parent.recorded.summary.metadata?.sessionID)
        let second = try #require(parent.recorded.summary.snapshots.first { $0.value.label == "Write b.txt +1" })
        // Nothing can be mounted over a workspace that isn't there.
        try FileManager.default.moveItem(atPath: sandbox("workspace"), toPath: sandbox("away"))
        let before = try sandbox.conversations()
        let branch = try sandbox.start(
            agent, ["--from-snapshot", "\(session)@\(second.value.id)", "--name", "moved"], prompt: "Try #fail",
            folder: "other")
        #expect(branch.status == 0, "\(branch.errorText)")
        #expect(branch.errorText.contains("not at \(sandbox("workspace"))"))
        #expect(branch.recorded.summary.branch?.contextReconstruction == "resume", "\(branch.errorText)")
        #expect(branch.recorded.tools.map(\.value.label) == ["Bash echo running; false → 1", "Write fix.txt +1"])
        #expect(try sandbox.conversations() == before)
        for folder in ["away", "other"] {
            #expect(!FileManager.default.fileExists(atPath: sandbox("\(folder)/fix.txt")), "\(folder)")
        }
        #expect(!FileManager.default.fileExists(atPath: sandbox("workspace")))
        // What the agent was told of earlier paths leads into the branch.
        let own = try #require(branch.recorded.summary.metadata?.sessionID)
        let kept = sandbox("ah/conversations/\(own)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: kept).filter { $0.hasSuffix(".jsonl") }
        #expect(names.count == 1, "\(names)")
        for name in names {
            let text = try String(contentsOf: URL(filePath: "\(kept)/\(name)"), encoding: .utf8)
            let old = text.firstRange(of: sandbox("workspace"))
            #expect(old == nil, "\(old.map { text[$0.lowerBound...].prefix(200) } ?? "")")
            #expect(text.contains("/branches/moved/files"))
        }
        let diff = try sandbox.sandbox.ah("agent", "fs", "diff", "\(session)@\(second.value.id)", "moved")
        #expect(diff.text.contains("fix.txt"), "\(diff.errorText)")
    }
}
