import Agents
import Testing

struct MilestoneRulesTests {
    private static func use(_ command: String, _ output: String, status: Int?) throws -> ToolUse {
        var json = JSONValue.object([])
        json.set("hook_event_name", .string("PostToolUse"))
        json.set("tool_name", .string("Bash"))
        json.set("tool_input", .object([JSONValue.Member("command", .string(command))]))
        var response = JSONValue.object([JSONValue.Member("stdout", .string(output))])
        if let status { response.set("exit_code", .number("\(status)")) }
        json.set("tool_response", status == nil ? .string(output) : response)
        let event = HookEvent.parse(kind: status == nil ? .codex : .claude, name: "", payload: json.encoded)
        guard case .toolEnded(let use) = event.meaning else {
            throw AgentError.malformed(path: command, line: nil, reason: "no use of a tool")
        }
        return use
    }

    @Test(
        arguments: [
            ("python3 -m pytest -q", "..\n2 passed in 0.01s\n", 0, "Tests passed: 2 passed in 0.01s"),
            ("pytest", "== 1 failed, 3 passed in 0.12s ==", 1, "Tests failed: == 1 failed, 3 passed in 0.12s =="),
            (
                "cd x && go test ./...", "ok  \tex/a\t0.1s\nFAIL\tex/b\t0.2s\nok  \tex/c\t0.1s", 1,
                "Tests failed: FAIL ex/b 0.2s"
            ),
            (
                "cargo test", "test result: ok. 3 passed; 0 failed", nil,
                "Tests passed: test result: ok. 3 passed; 0 failed"
            ),
            (
                "npx jest", "Tests:       1 failed, 4 passed, 5 total", nil,
                "Tests failed: Tests: 1 failed, 4 passed, 5 total"
            ),
            ("npm test", "done", 1, "Tests failed: npm test → 1"),
            (
                "swift test", "✔ Test run with 12 tests in 3 suites passed after 0.1 seconds.", 0,
                "Tests passed: ✔ Test run with 12 tests in 3 suites passed after 0.1 seconds."
            ),
            (
                "mvn -q test", "[ERROR] Tests run: 4, Failures: 1, Errors: 0, Skipped: 0", nil,
                "Tests failed: [ERROR] Tests run: 4, Failures: 1, Errors: 0, Skipped: 0"
            ),
            ("make -j4", "cc x.c\nmake: *** [all] Error 1", nil, "Build failed: make: *** [all] Error 1"),
            ("cargo build", "    Finished `dev` profile in 0.1s", nil, "Build ok: Finished `dev` profile in 0.1s"),
            ("swift build", "Build complete! (1.0s)", 0, "Build ok: Build complete! (1.0s)"),
            (
                "swift build", "/w/a.swift:3:7: error: no such module\nBuild complete!", nil,
                "Build failed: /w/a.swift:3:7: error: no such module"
            ), ("/opt/rust/bin/cargo test", "test result: ok. 1 passed", 0, "Tests passed: test result: ok. 1 passed"),
            ("/usr/local/go/bin/go test .", "ok  \tx\t0.1s", 0, "Tests passed: ok x 0.1s"),
            ("/usr/bin/git commit -m x", "[main 1a2b3c4] x", 0, "Commit made: [main 1a2b3c4] x"),
            ("ls /x/mygo test", "PASS", 0, nil), ("git commit -qm x", "", 0, nil),
            ("git add -A && git commit -m x", "[main 1a2b3c4] x\n 1 file changed", 0, "Commit made: [main 1a2b3c4] x"),
            (
                "git commit -m x", "nothing to commit, working tree clean", 1,
                "Commit failed: nothing to commit, working tree clean"
            ),
            ("echo pytester", "2 passed in 0.1s", 0, nil), ("cat go.test", "FAIL", 0, nil), ("ls", "ok", 0, nil),
        ] as [(String, String, Int?, String?)])
    func `a command's output tells at most one milestone of a kind`(
        command: String, output: String, status: Int?, label: String?
    ) throws {
        let found = MilestoneRules.standard().milestones(of: try Self.use(command, output, status: status))
        #expect(found.map(\.label) == (label.map { [$0] } ?? []))
    }

    @Test func `words of success don't outweigh a status of failure`() throws {
        let use = try Self.use("pytest && false", "2 passed in 0.01s", status: 1)
        #expect(MilestoneRules.standard().milestones(of: use).map(\.hasSucceeded) == [false])
    }

    @Test func `one command can tell of a test and a commit`() throws {
        let use = try Self.use("pytest && git commit -m x", "2 passed in 0.01s\n[main 1a2b3c4] x", status: 0)
        #expect(MilestoneRules.standard().milestones(of: use).map(\.kind) == [.tests, .commit])
    }

    @Test func `the screen tells as well, and only once in a run`() throws {
        let rules = MilestoneRules.standard()
        let milestone = try #require(rules.milestone(onScreen: "=== 3 passed in 0.20s ==="))
        #expect(milestone.hasSucceeded)
        for line in [
            "I think that 3 tests passed", "error: unknown option", "codex: error: no such file", "ls: x: error: y",
            "Fix: the error: it was 3:4",
        ] { #expect(rules.milestone(onScreen: line) == nil, "\(line)") }
        #expect(rules.milestone(onScreen: "Sources/a b/c.swift:12:5: error: no")?.rule == "swift-build")
        var history = MilestoneHistory()
        let first = history.isNew(milestone)
        #expect(first)
        var padded = milestone
        padded.evidence += "    "
        let again = history.isNew(padded)
        #expect(!again)
        history.beginRun()
        let afterwards = history.isNew(milestone)
        #expect(afterwards)
    }

    @Test func `a user's rules win by name, and mistakes are told with their line`() throws {
        let text = """
            [pytest]
            kind = "tests"
            command = 'mytest'
            passed = '^fine$'

            [other]
            kind = "test"

            [third]
            kind = "build"
            comand = 'x'
            failed = '(['
            """
        let (rules, problems) = MilestoneRules.standard().overlaid(by: text, file: "m.toml")
        #expect(rules.milestones(of: try Self.use("mytest", "fine", status: 0)).map(\.rule) == ["pytest"])
        #expect(rules.milestones(of: try Self.use("pytest", "2 passed in 1s", status: 0)).isEmpty)
        #expect(problems.map(\.line) == [6, 11, 12])
        #expect(problems.contains { $0.text.contains("did you mean “command”?") })
    }
}
