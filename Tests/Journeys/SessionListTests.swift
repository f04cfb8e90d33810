import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `ah session` and the index behind it, as a person finds sessions again.
struct SessionListTests {
    private struct Listed: Decodable {
        var id: String
        var name: String?
        var status: String
        var command: [String]
        var exitCode: Int?
    }

    private func list(_ sandbox: Sandbox, _ options: String...) throws -> [Listed] {
        let run = try CommandRun(
            [BuiltProduct.ah, "session", "list", "--json"] + options, environment: sandbox.environment,
            workingDirectory: sandbox.folder.path)
        #expect(run.status == 0, "\(run.errorText)")
        return try JSONDecoder().decode([Listed].self, from: Data(run.output))
    }

    @Test func `finished sessions are listed, shown, and found by name, beginning and as the newest`() throws {
        let sandbox = try Sandbox()
        let first = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--headless", "--name", "first", "--"]
                + sandbox.shell("\"$AH\" agent moment 'half way' >/dev/null; exit 3"),
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(first.status == 3)
        try sandbox.record("echo two", options: ["--name", "second"])
        let all = try list(sandbox)
        #expect(all.map(\.name) == ["second", "first"])
        #expect(all.map(\.status) == ["completed", "failed"] && all[1].exitCode == 3)
        #expect(try list(sandbox, "--status", "failed").map(\.name) == ["first"])
        #expect(try list(sandbox, "--text", "echo two").map(\.name) == ["second"])
        let shown = try sandbox.ah("session", "show", "first").text
        #expect(shown.contains(all[1].id) && shown.contains("exit status 3"), "\(shown)")
        #expect(try sandbox.ah("session", "timeline", String(all[1].id.prefix(8))).text.contains("half way"))
        // One that was recorded into a file of the user's choice is found as well.
        #expect(try sandbox.ah("session", "show", "-").text.contains(sandbox.recording))
        #expect(try sandbox.ah("agent", "replay", "second").text.contains("two"))
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `the index made anew from the files says the same`() throws {
        let sandbox = try Sandbox()
        try sandbox.record("\"$AH\" agent moment one >/dev/null", options: ["--name", "first"])
        #expect(sandbox.isLeftEmpty())
        func answers() throws -> [String] {
            try [["list", "--json"], ["show", "first", "--json"], ["timeline", "first", "--json"]].map {
                try CommandRun(
                    [BuiltProduct.ah, "session"] + $0, environment: sandbox.environment,
                    workingDirectory: sandbox.folder.path
                ).text
            }
        }
        let before = try answers()
        #expect(before[2].contains("one"))
        for suffix in ["", "-wal", "-shm"] { unlink(sandbox("ah/catalog.sqlite\(suffix)")) }
        #expect(try answers() == before)
        let rebuilt = try sandbox.ah("catalog", "rebuild")
        #expect(rebuilt.status == 0 && rebuilt.text.hasPrefix("1 session in "), "\(rebuilt.text)")
        #expect(try answers() == before)
    }

    @Test func `a running session is listed as such, and with the moments that its host knows`() throws {
        let sandbox = try Sandbox()
        let command = try sandbox.start(
            ["agent", "record", "--headless", "--name", "long", "--"]
                + sandbox.shell("\"$AH\" agent moment begun; touch \"$HOME/begun\"; read -r line"))
        try command.wait(for: "its moment") { FileManager.default.fileExists(atPath: sandbox("begun")) }
        #expect(try list(sandbox, "--status", "live").map(\.name) == ["long"])
        #expect(try sandbox.ah("session", "timeline", "long").text.contains("begun"))
        #expect(try sandbox.ah("agent", "stop", "long").status == 0)
        try command.waitForExit()
        #expect(try list(sandbox, "--status", "live").isEmpty)
        #expect(try list(sandbox).map(\.status) == ["stopped"])
    }

    @Test func `a session that isn't there has its own exit status, and so has one of several`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.ah("session", "show", "-").status == 2)
        try sandbox.record("true")
        let missing = try sandbox.ah("session", "show", "nothing-like-it")
        #expect(missing.status == 2 && missing.errorText.contains("no session nothing-like-it"))
        #expect(try sandbox.ah("session", "list", "--status", "runing").errorText.contains("running"))
        #expect(try sandbox.ah("session", "list", "--status", "runing").status == 64)
    }
}
