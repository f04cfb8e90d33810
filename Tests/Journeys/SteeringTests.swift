import FoundationEssentials
import Glibc
import Recording
import TestSupport
import Testing

/// Running sessions steered from outside: prompts, keys, pauses, ends.
@Suite(.serialized) struct SteeringTests {
    /// A session that runs `script` headless, once its host can be reached.
    private func session(_ sandbox: Sandbox, _ script: String) throws -> BackgroundCommand {
        let command = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell(script))
        let deadline = ContinuousClock.now + .seconds(20)
        while try sandbox.hostPID() == nil, ContinuousClock.now < deadline { usleep(10_000) }
        return command
    }

    private func wait(_ what: String, until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited in vain for \(what)")
                return
            }
            usleep(10_000)
        }
    }

    @Test func `a prompt is typed, submitted, and recorded with its sender`() throws {
        let sandbox = try Sandbox()
        let command = try session(sandbox, "read -r line; echo \"got $line\" | tee \"$HOME/got\"")
        let sent = try sandbox.ah("agent", "prompt", "-", "fix the tests", "--sender", "ci")
        #expect(sent.status == 0, "\(sent.errorText)")
        #expect(try command.waitForExit() == 0)
        let recorded = try sandbox.recorded()
        #expect(recorded.text.contains("got fix the tests"))
        let moment = try #require(recorded.summary.moments.first)
        #expect(moment.value.type == "prompt" && moment.value.attributes?["sender"] == "ci")
    }

    @Test func `a program that takes pastes gets a prompt as one`() throws {
        let sandbox = try Sandbox()
        let command = try session(
            sandbox,
            "printf '\\033[?2004hready'; touch \"$HOME/ready\"; IFS= read -r line; printf '%q' \"$line\" > \"$HOME/line\""
        )
        try wait("the program") { FileManager.default.fileExists(atPath: sandbox("ready")) }
        #expect(try sandbox.ah("agent", "prompt", "-", "a b").status == 0)
        #expect(try command.waitForExit() == 0)
        let line = String(decoding: FileManager.default.contents(atPath: sandbox("line")) ?? Data(), as: UTF8.self)
        #expect(line.contains("200~") && line.contains("a") && line.contains("201~"), "\(line)")
    }

    @Test func `keys answer a question`() throws {
        let sandbox = try Sandbox()
        let command = try session(sandbox, "read -rsn1 key; echo \"key $key\"")
        #expect(try sandbox.ah("agent", "answer", "-", "y").status == 0)
        #expect(try command.waitForExit() == 0)
        #expect(try sandbox.recorded().text.contains("key y"))
    }

    @Test func `a paused session stands still until it is resumed`() throws {
        let sandbox = try Sandbox()
        let command = try session(sandbox, "while :; do echo tick; read -rt 0.02; done")
        #expect(try sandbox.ah("agent", "pause", "-").status == 0)
        func stopped() -> Int32? {
            sandbox.processes.first { pid in
                (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") T ") == true
            }
        }
        try wait("the program to stand still") { stopped() != nil }
        let child = try #require(stopped())
        #expect(child > 0)
        #expect(try sandbox.ah("agent", "resume", "-").status == 0)
        try wait("the program to go on") {
            (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8))?.contains(") T ") != true
        }
        #expect(try sandbox.ah("agent", "kill", "-").status == 0)
        #expect(try command.waitForExit() == 137)
    }

    @Test func `a session is stopped, and its recording is whole`() throws {
        let sandbox = try Sandbox()
        let command = try session(
            sandbox, "trap 'echo bye; exit 3' TERM; touch \"$HOME/ready\"; while :; do read -rt 0.05; done")
        try wait("the program") { FileManager.default.fileExists(atPath: sandbox("ready")) }
        #expect(try sandbox.ah("agent", "stop", "-").status == 0)
        #expect(try command.waitForExit() == 3)
        let recorded = try sandbox.recorded()
        #expect(recorded.isFinished && recorded.text.contains("bye"))
    }

    @Test func `without a session, one line says so`() throws {
        let sandbox = try Sandbox()
        for command in [["prompt", "-", "x"], ["answer", "-", "y"], ["stop", "-"], ["pause", "nothing"]] {
            let run = try CommandRun(
                [BuiltProduct.ah, "agent"] + command, environment: sandbox.environment,
                workingDirectory: sandbox.folder.path)
            #expect(run.status == 1)
            #expect(run.errorText.split(separator: "\n").count == 1)
        }
    }
}
