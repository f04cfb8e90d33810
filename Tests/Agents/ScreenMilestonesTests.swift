import Agents
import Testing

struct ScreenMilestonesTests {
    private let rules = MilestoneRules.standard()

    private func told(_ screens: [String]) -> [[String]] {
        var milestones = ScreenMilestones()
        return screens.map { screen in
            let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            milestones.look(at: lines, rules: rules)
            return milestones.settle().map { "\($0.hasSucceeded ? "passed" : "failed"): \($0.rule)" }
        }
    }

    @Test func `a line counts once, when it has come`() {
        #expect(
            told(["$ pytest", "$ pytest\n3 passed in 0.2s", "$ pytest\n3 passed in 0.2s\n$", "3 passed in 0.2s\n$ ls"])
                == [[], ["passed: pytest"], [], []])
    }

    @Test func `the same line twice is told twice`() {
        #expect(told(["3 passed in 0.2s", "3 passed in 0.2s\n$ pytest\n3 passed in 0.2s"]).map(\.count) == [1, 1])
    }

    @Test func `a failed part outweighs what passed beside it, whichever comes last`() {
        #expect(told(["ok  \ta\t0.1s\nFAIL\tb\t0.2s\nok  \tc\t0.1s"]) == [["failed: go-test"]])
    }

    @Test func `what stands on a screen that was made anew is not new`() {
        var milestones = ScreenMilestones()
        milestones.look(at: ["= 3 passed in 0.20s ="], rules: rules)
        #expect(milestones.settle().count == 1)
        milestones.forget()
        milestones.look(at: ["3 passed in 0.20s"], rules: rules)
        #expect(milestones.settle().isEmpty)
    }

    @Test(arguments: [
        ("pytest", "3 passed in 0.20s", 0, "Tests passed"), ("go test ./...", "FAIL\tx\t0.2s", 1, "Tests failed"),
        ("cargo test", "test result: ok. 3 passed; 0 failed", 0, "Tests passed"),
        ("npx jest", "Tests:       1 failed, 2 passed, 3 total", 1, "Tests failed"),
        ("swift test", "✔ Test run with 3 tests passed after 0.1 seconds.", 0, "Tests passed"),
        ("make", "make: *** [x] Error 1", 2, "Build failed"), ("npm ci", "added 3 packages in 2s", 0, "Provisioned"),
        ("pip install -r r.txt", "ERROR: No matching distribution", 1, "Provisioning failed"),
        ("swift build", "Build complete! (1.2s)", 0, "Build ok"),
        ("git commit -m x", "[main 1a2b3c4] x", 0, "Commit made"),
    ])
    func `the end of a command tells by its output and status`(
        command: String, output: String, status: Int, label: String
    ) {
        let found = rules.milestones(ofCommand: command, output: output, status: status)
        #expect(found.count == 1)
        #expect(found.first?.label.hasPrefix(label) == true)
    }

    @Test func `output is read as lines without sequences, each as it was last written`() {
        let raw =
            "\u{1B}[1mone\u{1B}[0m\r\n10%\r50%\r100% done\r\n\u{1B}]0;title\u{7}\u{1B}]8;;x\u{1B}\\two\tthree\u{1B}(B"
        #expect(PlainText.text(Array(raw.utf8)) == "one\n100% done\ntwo three")
    }
}
