import FoundationEssentials
import Recording
import ScreenModel
import TestSupport
import Testing

/// Real coding agents with a scripted model, recorded and replayed.
@Suite(.serialized) struct AgentJourneyTests {
    private func arguments(_ sandbox: Sandbox, _ options: [String], agent: String) -> [String] {
        [Agents.runner] + options + ["-w", sandbox("workspace"), "-s", sandbox("state"), agent]
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `an agent's one-shot run is recorded headless`(agent: String) throws {
        let sandbox = try Sandbox(Agents.environment)
        let command = arguments(sandbox, ["-p"], agent: agent)
        let run = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--headless", "-o", sandbox.recording, "--"] + command,
            environment: sandbox.environment, workingDirectory: sandbox.folder.path, timeout: .seconds(120))
        let recorded = try sandbox.recorded()
        #expect(run.status == 0, "\(recorded.text)")
        #expect(recorded.isFinished && !recorded.output.isEmpty)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `each of an agent's edits is in a snapshot, and a branch of the second hasn't the third`(agent: String) throws
    {
        let sandbox = try Sandbox(Agents.environment)
        try FileManager.default.createDirectory(atPath: sandbox("workspace"), withIntermediateDirectories: true)
        // Three files are written, a turn each; the agent's own hooks wait for a snapshot after each.
        let hook = "\(BuiltProduct.ah) agent fs snapshot --quiet"
        let command = arguments(sandbox, ["-p", "-P", "write #two", "-H", hook], agent: agent)
        let run = try CommandRun(
            [
                BuiltProduct.ah, "agent", "record", "--headless", "-o", sandbox.recording, "--workspace",
                sandbox("workspace"), "--snapshots", "git", "--",
            ] + command,
            environment: sandbox.environment, workingDirectory: sandbox.folder.path, timeout: .seconds(120))
        #expect(run.status == 0, "\(run.errorText)")
        let snapshots = try sandbox.recorded().summary.snapshots.map(\.value)
        let session = try #require(try sandbox.recorded().summary.metadata?.sessionID)
        // The one in which a file came.
        func first(with file: String) throws -> UInt64? {
            try snapshots.map(\.id).first {
                try sandbox.ah("agent", "fs", "cat", "\(session)@\($0):\(file)").status == 0
            }
        }
        let second = try #require(try first(with: "b.txt"))
        let third = try #require(try first(with: "c.txt"))
        #expect(try first(with: "a.txt") != nil)
        #expect(second < third, "\(snapshots)")
        #expect(snapshots.contains { $0.reason == "manual" && $0.label == "PostToolUse" })
        let branch = try CommandRun(
            [
                BuiltProduct.ah, "agent", "record", "--headless", "-o", sandbox("branch.ahr"), "--from-snapshot",
                "\(session)@\(second)", "--cwd", sandbox("workspace"), "--", "ls",
            ],
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(branch.status == 0, "\(branch.errorText)")
        let listing = try sandbox.recorded(sandbox("branch.ahr")).text
        #expect(listing.contains("b.txt") && !listing.contains("c.txt"))
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `an agent's screens come through the viewer, and the replay ends on the last one`(agent: String) throws {
        let sandbox = try Sandbox(Agents.environment)
        let driver = try sandbox.terminal(
            ["agent", "record", "-o", sandbox.recording, "--"] + arguments(sandbox, [], agent: agent),
            size: Size(columns: 101, rows: 31))
        // The scripted model writes this file through the agent's tools and then talks about it.
        try driver.wait(for: "the agent's work to be done", timeout: .seconds(120)) { $0.text.contains("hello") }
        try driver.resize(to: Size(columns: 91, rows: 28))
        try driver.wait(for: "the agent to draw itself anew") { $0.size.columns == 91 && $0.text.contains("hello") }
        driver.send("\u{3}")
        driver.send("\u{3}")
        try driver.wait(for: "the agent's end", timeout: .seconds(60)) {
            if driver.termination == nil { driver.send("\u{3}") }
            return driver.termination != nil
        }
        let recorded = try sandbox.recorded()
        #expect(recorded.isFinished)
        #expect(recorded.warnings.isEmpty)
        let replayed = try sandbox.ah("agent", "replay", "--fast", sandbox.recording)
        #expect(replayed.status == 0 && !replayed.text.isEmpty)
    }
}
