import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What an agent's tools run in process groups and sessions of their own is paused and ends with it.
@Suite(.serialized) struct DescendantTests {
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

    /// A program that runs a command in a session of its own.
    private func session(_ sandbox: Sandbox, before: String = "", within: String = "") throws -> (
        BackgroundCommand, tool: Int32
    ) {
        let script =
            before
            + #"setsid bash -c '\#(within)echo $$ > tool.pid; mv tool.pid tool; while :; do sleep 1000; done' & wait"#
        let command = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell(script))
        var pid: Int32?
        try wait("the command") {
            pid = (try? String(contentsOfFile: sandbox("tool"), encoding: .utf8))
                .flatMap { Int32($0.prefix { $0.isNumber }) }
            return try pid != nil && sandbox.hostPID() != nil
        }
        return (command, try #require(pid))
    }

    private func state(_ pid: Int32) -> Character? {
        (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)).flatMap {
            $0[($0.lastIndex(of: ")") ?? $0.startIndex)...].dropFirst(2).first
        }
    }

    private func hasEnded(_ pid: Int32) -> Bool { state(pid).map { $0 == "Z" || $0 == "X" } ?? true }

    @Test(arguments: [("kill", 137), ("stop", 143)] as [(String, Int32)])
    func `nothing that it runs outlives a session that is ended`(verb: String, status: Int32) throws {
        let sandbox = try Sandbox()
        let (command, tool) = try session(sandbox)
        #expect(try sandbox.ah("agent", verb, "-").status == 0)
        #expect(try command.waitForExit() == status)
        #expect(hasEnded(tool))
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `what ignores its end is killed with a program that heeds it`() throws {
        let sandbox = try Sandbox()
        let (command, tool) = try session(sandbox, within: #"trap "" TERM HUP; "#)
        #expect(try sandbox.ah("agent", "stop", "-").status == 0)
        _ = try command.waitForExit()
        #expect(hasEnded(tool))
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `a pause reaches it, and so does going on`() throws {
        let sandbox = try Sandbox()
        let (command, tool) = try session(sandbox)
        #expect(try sandbox.ah("agent", "pause", "-").status == 0)
        try wait("the command to stand still") { state(tool) == "T" }
        #expect(try sandbox.ah("agent", "resume", "-").status == 0)
        try wait("the command to go on") { state(tool) != "T" }
        #expect(try sandbox.ah("agent", "pause", "-").status == 0)
        #expect(try sandbox.ah("agent", "stop", "-").status == 0)
        _ = try command.waitForExit()
        #expect(hasEnded(tool))
    }

    @Test func `a session that was started within another goes on without it`() throws {
        let sandbox = try Sandbox()
        let inner = #""$AH" agent record --detach -- sleep 1000 >/dev/null 2>&1; touch inner; "#
        let (command, tool) = try session(sandbox, before: inner)
        let before = sandbox.processes
        let list = try sandbox.ah("session", "list", "--status", "live", "--json").text
        struct Listed: Decodable {
            var id: String
            var command: [String]
        }
        let live = try JSONDecoder().decode([Listed].self, from: Data(list.utf8))
        let outer = try #require(live.first { $0.command.first == "bash" })
        let other = try #require(live.first { $0.command.first == "sleep" })
        #expect(try sandbox.ah("agent", "kill", outer.id).status == 0)
        #expect(try command.waitForExit() == 137)
        #expect(hasEnded(tool) && !before.isEmpty)
        let left = try sandbox.ah("session", "list", "--status", "live", "--json").text
        #expect(try JSONDecoder().decode([Listed].self, from: Data(left.utf8)).map(\.id) == [other.id])
        #expect(try sandbox.ah("agent", "kill", other.id).status == 0)
        #expect(sandbox.isLeftEmpty())
    }
}
