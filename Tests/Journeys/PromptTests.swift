import FoundationEssentials
import Glibc
import Recording
import TestSupport
import Testing

/// Prompts for programs that aren't ready for one, or ask for something else.
@Suite(.serialized) struct PromptTests {
    private static let payload = #"{"tool_name":"Bash","tool_input":{"command":"rm x"},"tool_use_id":"t1"}"#

    /// A home with an agent of its own, which is a script.
    private func sandbox(agent script: String, screen: String = "") throws -> Sandbox {
        let sandbox = try Sandbox()
        for name in [".config", ".config/ah"] { try #require(mkdir(sandbox(name), 0o700) == 0) }
        try sandbox.folder.write(
            """
            [mine]
            command = "\(sandbox("mine"))"
            how-to-get = "it is here"
            interactive = ["{options}"]

            [mine.screen]
            \(screen)
            """, to: ".config/ah/agents.toml")
        try sandbox.folder.write("#!/bin/bash\n\(script)\n", to: "mine")
        chmod(sandbox("mine"), 0o755)
        try sandbox.folder.write(Self.payload, to: "payload.json")
        return sandbox
    }

    private func start(_ sandbox: Sandbox, _ options: String...) throws -> BackgroundCommand {
        let command = try sandbox.start(
            ["agent", "start", "--agent", "mine", "--headless", "--snapshots", "disable", "-o", sandbox.recording]
                + options)
        try wait("the host") { try sandbox.hostPID() != nil }
        return command
    }

    private func wait(_ what: String, until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited in vain for \(what)")
                return
            }
            usleep(10_000)
        }
    }

    private func isThere(_ sandbox: Sandbox, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: sandbox(name))
    }

    @Test func `while it waits for a permission, a prompt is refused and nothing is typed`() throws {
        let sandbox = try sandbox(
            agent: #"""
                echo ready; "$AH" __hook claude PermissionRequest < payload.json; touch asked
                read -r line; echo "got:$line"; "$AH" __hook claude PostToolUse < payload.json; touch answered
                read -r line; echo "then:$line"
                """#)
        let command = try start(sandbox)
        try wait("the question") { isThere(sandbox, "asked") }
        let refused = try sandbox.ah("agent", "prompt", "-", "do something else")
        #expect(refused.status == 1)
        #expect(
            refused.errorText.contains("it waits for permission") && refused.errorText.contains("ah agent answer")
                && refused.errorText.split(separator: "\n").count == 1, "\(refused.errorText)")
        #expect(try sandbox.ah("agent", "answer", "-", "2", "Enter").status == 0)
        try wait("the answer") { isThere(sandbox, "answered") }
        #expect(try sandbox.ah("agent", "prompt", "-", "go on").status == 0)
        #expect(try command.waitForExit() == 0)
        let recorded = try sandbox.recorded()
        #expect(recorded.text.contains("got:2") && recorded.text.contains("then:go on"))
        #expect(recorded.summary.moments.filter { $0.value.type == "prompt" }.map(\.value.label) == ["Prompt: go on"])
    }

    @Test func `a question that opens on the screen is not answered by a prompt's Enter`() throws {
        // The question comes with the first character, so that Enter would be an answer.
        let sandbox = try sandbox(
            agent: #"""
                echo ready; read -rsn1 first; echo 'Do you want it?'; touch asked; IFS= read -rs line; clear
                echo "got:$line"
                """#, screen: "waits-for-permission = ['^Do you want']")
        let command = try start(sandbox)
        let sent = try sandbox.ah("agent", "prompt", "-", "abc")
        #expect(sent.status == 1)
        #expect(sent.errorText.contains("the text was typed, but not submitted"), "\(sent.errorText)")
        #expect(isThere(sandbox, "asked"))
        #expect(try sandbox.ah("agent", "answer", "-", "Enter").status == 0)
        #expect(try command.waitForExit() == 0)
        #expect(try sandbox.recorded().text.contains("got:bc"))
    }

    @Test func `what an agent was started with waits until its first question is answered`() throws {
        let sandbox = try sandbox(
            agent: #"""
                echo 'Do you trust this?'; touch asked; read -rsn1 key; clear; echo "key:$key"; touch answered
                read -r line; echo "got:$line"
                """#, screen: "waits-for-permission = ['^Do you trust']")
        let command = try start(sandbox, "--prompt", "fix it")
        try wait("the question") { isThere(sandbox, "asked") }
        try wait("the state") {
            try sandbox.ah("agent", "explain", "-", "--json").text.contains("waits-for-permission")
        }
        #expect(!isThere(sandbox, "answered"))
        #expect(try sandbox.ah("agent", "answer", "-", "y").status == 0)
        #expect(try command.waitForExit() == 0)
        let text = try sandbox.recorded().text
        #expect(text.contains("key:y") && text.contains("got:fix it"))
    }

    @Test func `a prompt for an agent that is still starting waits until it takes one`() throws {
        // Like most, it drops what was typed before it was ready.
        let sandbox = try sandbox(
            agent: """
                stty -echo; read -rt 0.7; while read -rt 0.01 -n 1; do :; done; echo ready; stty echo
                read -rt 20 line; echo "got:$line"
                """)
        let command = try start(sandbox)
        let sent = try sandbox.ah("agent", "prompt", "-", "early bird")
        #expect(sent.status == 0, "\(sent.errorText)")
        #expect(try command.waitForExit() == 0)
        #expect(try sandbox.recorded().text.contains("got:early bird"))
    }

    @Test func `a prompt that the agent tells of, too, is one moment`() throws {
        let sandbox = try sandbox(
            agent: #"""
                echo ready; read -r line; "$AH" __hook claude UserPromptSubmit < prompt.json
                "$AH" __hook claude UserPromptSubmit < prompt.json
                """#)
        try sandbox.folder.write(#"{"prompt":"fix the tests"}"#, to: "prompt.json")
        let command = try start(sandbox)
        #expect(try sandbox.ah("agent", "prompt", "-", "fix the tests", "--sender", "ci").status == 0)
        #expect(try command.waitForExit() == 0)
        let prompts = try sandbox.recorded().summary.moments.map(\.value).filter { $0.type == "prompt" }
        // The second was typed by somebody at the terminal.
        #expect(prompts.map(\.label) == ["Prompt: fix the tests", "Prompt: fix the tests"])
        #expect(prompts.map { $0.attributes?["sender"] } == ["ci", nil])
        #expect(prompts.map { $0.attributes?["prompt"] } == ["fix the tests", "fix the tests"])
    }

    @Test func `a paused session takes no prompt`() throws {
        let sandbox = try sandbox(agent: "echo ready; touch begun; read -r line; echo \"got:$line\"")
        let command = try start(sandbox)
        try wait("the agent") { isThere(sandbox, "begun") }
        #expect(try sandbox.ah("agent", "pause", "-").status == 0)
        let refused = try sandbox.ah("agent", "prompt", "-", "x")
        #expect(refused.status == 1 && refused.errorText.contains("ah agent resume"), "\(refused.errorText)")
        #expect(try sandbox.ah("agent", "resume", "-").status == 0)
        #expect(try sandbox.ah("agent", "prompt", "-", "y").status == 0)
        #expect(try command.waitForExit() == 0)
        #expect(try sandbox.recorded().text.contains("got:y"))
    }
}
