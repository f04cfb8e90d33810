import FoundationEssentials
import Glibc
import Recording
import TestSupport
import Testing

/// Real agents at work: questions, parallel tools, long commands, crashes. States and moments at each point.
@Suite(.serialized) struct AgentWorkTests {
    private func wait(
        _ driver: TerminalDriver, _ sandbox: AgentSandbox, for what: String,
        until condition: (StateTests.Explained) -> Bool
    ) throws -> StateTests.Explained {
        var last: StateTests.Explained?
        try driver.wait(for: what, timeout: .seconds(90)) {
            guard let told = try? StateTests.explained(sandbox.sandbox, "-") else { return false }
            last = told
            return condition(told)
        }
        return try #require(last)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `a question, its answer, a refusal and the end are states, and each use of a tool one moment`(agent: String)
        throws
    {
        let sandbox = try AgentSandbox()
        let driver = try sandbox.terminal(agent, prompt: "write #two", asks: true)
        let first = try wait(driver, sandbox, for: "the first question") { $0.state == "waits-for-permission" }
        #expect(first.source == "hook" && first.evidence.contains("a.txt"))
        #expect(first.agent == agent && first.openTools == ["Write a.txt"])
        try driver.wait(for: "the status line") { $0.text.contains("waits for permission") }
        driver.send("\r")
        let second = try wait(driver, sandbox, for: "the second question") {
            $0.state == "waits-for-permission" && $0.evidence.contains("b.txt")
        }
        let states = second.history.map(\.state)
        #expect(states.contains("working") && second.history.map(\.time) == second.history.map(\.time).sorted())
        // It is refused, and the agent stops.
        driver.send("\u{1B}")
        let refused = try wait(driver, sandbox, for: "the end of the turn") {
            $0.state == "idle" && $0.openTools.isEmpty
        }
        #expect(refused.isRunning)
        while driver.termination == nil {
            driver.send("\u{3}")
            usleep(300_000)
            _ = driver.frame
        }
        try driver.waitForExit()
        let recorded = try sandbox.sandbox.recorded()
        let tools = recorded.tools.map(\.value.label)
        #expect(
            tools.count == 2 && tools.first == "Write a.txt +1" && tools.last == "Write b.txt → refused", "\(tools)")
        #expect(recorded.summary.snapshots.count { $0.value.label == "Write a.txt +1" } == 1)
        #expect(recorded.summary.states.last?.value.source == "exit")
        // A tool's moment stands after the question that was shown before it, and before what was shown after it.
        let question = try #require(recorded.summary.moments.first { $0.value.type == "question" })
        let next = try #require(recorded.summary.moments.last { $0.value.type == "question" })
        let edit = try #require(recorded.tools.first)
        #expect(question.offset <= edit.offset && edit.offset < next.offset)
        #expect(sandbox.sandbox.isLeftEmpty())
        #expect(try sandbox.privateFolders().isEmpty)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `an agent that is killed in the middle of a long command has failed, and that use is one moment`(agent: String)
        throws
    {
        let sandbox = try AgentSandbox()
        let driver = try sandbox.terminal(agent, prompt: "do #slow", asks: false)
        let working = try wait(driver, sandbox, for: "the command") { !$0.openTools.isEmpty }
        #expect(working.state == "working" && working.source == "hook")
        let pid = try #require(sandbox.agentProcess(agent))
        kill(pid, SIGKILL)
        try driver.waitForExit()
        let recorded = try sandbox.sandbox.recorded()
        #expect(recorded.isFinished)
        #expect(recorded.tools.count == 1)
        #expect(recorded.tools.first?.value.label.hasSuffix("→ unfinished") == true)
        let last = try #require(recorded.summary.states.last?.value)
        #expect(last.state == "failed" && last.source == "exit")
        #expect(sandbox.sandbox.isLeftEmpty())
        #expect(try sandbox.privateFolders().isEmpty)
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `tools that run side by side are a moment each, and the session tells what it cost`(agent: String) throws {
        let sandbox = try AgentSandbox()
        let run = try sandbox.start(agent, prompt: "do #parallel")
        #expect(run.status == 0, "\(run.errorText)")
        let tools = run.recorded.tools.map(\.value)
        #expect(tools.map(\.label) == ["Bash sleep 1; echo A", "Bash sleep 2; echo B"])
        #expect(Set(tools.compactMap { $0.attributes?["tool.id"] }).count == 2)
        #expect(tools.allSatisfy { $0.attributes?["exit"] == "0" && $0.attributes?["success"] == "true" })
        let durations = tools.compactMap { $0.attributes?["duration_ms"].flatMap { Int($0) } }
        #expect(durations.count == 2 && durations.allSatisfy { $0 >= 500 }, "\(durations)")
        #expect(run.recorded.summary.states.map(\.value.state).suffix(2) == ["idle", "done"])
        let turn = try #require(run.recorded.summary.moments.last { $0.value.type == "state" }?.value.attributes)
        #expect(turn["model"]?.isEmpty == false && turn["tokens.output"]?.isEmpty == false)
        #expect(run.recorded.summary.metadata?.agent == agent)
        #expect(run.recorded.summary.metadata?.prompt == "do #parallel")
    }

    @Test(.enabled(if: Agents.isPresent, "\(Agents.skipped)"), arguments: ["claude", "codex"])
    func `without hooks the screen tells`(agent: String) throws {
        let sandbox = try AgentSandbox()
        let own = agent == "claude" ? ["--", "--permission-mode=manual"] : []
        let words = [
            "start", "--agent", agent, "--prompt", "write #two", "--no-hooks", "-o", sandbox.sandbox.recording,
        ]
        let driver = try TerminalDriver(
            sandbox.command(words + own, options: ["-m", "ask"]), size: .init(columns: 100, rows: 32),
            environment: sandbox.sandbox.environment, workingDirectory: sandbox.sandbox.folder.path)
        let asking = try wait(driver, sandbox, for: "the question") { $0.state == "waits-for-permission" }
        #expect(asking.source == "screen rule" || asking.source == "terminal notification", "\(asking)")
        #expect(asking.history.contains { $0.state == "working" })
        driver.send("\u{1B}")
        let idle = try wait(driver, sandbox, for: "the refusal") { $0.state == "idle" }
        #expect(idle.source == "screen rule")
        while driver.termination == nil {
            driver.send("\u{3}")
            usleep(300_000)
            _ = driver.frame
        }
        try driver.waitForExit()
        #expect(try sandbox.sandbox.recorded().tools.isEmpty)
    }
}
