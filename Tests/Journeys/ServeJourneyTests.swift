import FoundationEssentials
import Glibc
import Recording
import TestSupport
import Testing

/// `ah serve` and `ah token`, as their users have them.
@Suite(.serialized) struct ServeJourneyTests {
    /// A server on its usual socket.
    private final class Serving {
        let sandbox: Sandbox
        let command: BackgroundCommand

        init(_ options: [String] = [], in sandbox: Sandbox) throws {
            self.sandbox = sandbox
            let command = try sandbox.start(["serve"] + options)
            self.command = command
            try command.wait(for: "the server") { command.text.contains("listening on") || command.status != nil }
            if let status = command.status { throw DriverError.timeout("status \(status)", screen: command.errorText) }
        }

        var socket: HTTPConnection.Place { .socket(sandbox("run/serve.sock")) }

        /// The port of the TCP address, which the system chose.
        func port() throws -> Int {
            try command.wait(for: "the address") { command.text.contains("http://") }
            let line = command.text.split(separator: "\n").first { $0.contains("http://") } ?? ""
            return line.split(separator: ":").last.flatMap { Int($0) } ?? 0
        }

        func send(
            _ method: String, _ path: String, _ body: String = "", token: String? = nil,
            to place: HTTPConnection.Place? = nil
        ) throws -> HTTPConnection.Reply {
            var headers = [(name: "Content-Type", value: "application/json")]
            if let token { headers.append(("Authorization", "Bearer \(token)")) }
            return try HTTPConnection.send(
                method, "/api/v1\(path)", to: place ?? socket, headers: headers, body: Array(body.utf8))
        }

        func stop() throws {
            command.child.signal(SIGTERM)
            #expect(try command.waitForExit() == 0, "\(command.errorText)")
        }
    }

    private func wait(_ what: String, until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited in vain for \(what)")
                return
            }
            usleep(20_000)
        }
    }

    @Test func `a session is started, steered, followed and ended over HTTP`() throws {
        let sandbox = try Sandbox()
        let server = try Serving(in: sandbox)
        let script = "echo ready; read -r line; echo \\\"got $line\\\"; read -r more"
        let started = try server.send(
            "POST", "/sessions",
            "{\"command\":[\"bash\",\"--norc\",\"-c\",\"\(script)\"],\"name\":\"tour\",\"snapshots\":\"disable\",\"cols\":50}"
        )
        #expect(started.status == 201, "\(started.text)")
        #expect(started.text.contains("\"status\":\"running\"") && started.text.contains("\"name\":\"tour\""))
        let follower = try HTTPConnection(server.socket)
        follower.write("GET /api/v1/sessions/tour/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try server.send("POST", "/sessions/tour/prompt", "{\"prompt\":\"hello\"}").status == 200)
        try wait("the answer") { try server.send("GET", "/sessions/tour/screen").text.contains("got hello") }
        let moment = try server.send("POST", "/sessions/tour/moments", "{\"label\":\"greeted\",\"type\":\"milestone\"}")
        #expect(moment.status == 201 && moment.text.contains("\"label\":\"greeted\""), "\(moment.text)")
        #expect(follower.read(until: "greeted") != nil)
        #expect(try server.send("GET", "/sessions/tour/timeline").text.contains("greeted"))
        #expect(try server.send("POST", "/sessions/tour/pause").status == 200)
        #expect(try server.send("GET", "/sessions/tour").text.contains("\"status\":\"paused\""))
        #expect(try server.send("GET", "/sessions?status=paused").text.contains("\"total\":1,"))
        #expect(try server.send("GET", "/sessions?status=running").text.contains("\"total\":0,"))
        #expect(follower.read(until: "\"status\":\"paused\"") != nil)
        for arguments in [["session", "list", "--status", "paused"], ["session", "show", "tour"]] {
            let run = try CommandRun([BuiltProduct.ah] + arguments, environment: sandbox.environment)
            #expect(run.text.contains("paused"), "\(arguments): \(run.text) \(run.errorText)")
        }
        #expect(try server.send("POST", "/sessions/tour/resume").status == 200)
        #expect(try server.send("POST", "/sessions/tour/stop", "{\"force\":true}").status == 200)
        #expect(follower.read(until: "\"status\":\"stopped\"") != nil)
        let shown = try server.send("GET", "/sessions/tour")
        #expect(shown.text.contains("\"exitSignal\":9"), "\(shown.text)")
        try server.stop()
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `a snapshot's files are read, compared and branched over HTTP`() throws {
        let sandbox = try Sandbox()
        let work = sandbox("work")
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        try sandbox.folder.write("one\n", to: "work/a.txt")
        let server = try Serving(in: sandbox)
        let started = try server.send(
            "POST", "/sessions",
            "{\"command\":[\"bash\",\"--norc\",\"-c\",\"read -r go; echo two > a.txt; read -r end\"],\"name\":\"desk\",\"cwd\":\"\(work)\",\"snapshots\":\"git\"}"
        )
        #expect(started.status == 201, "\(started.text)")
        try wait("the first snapshot") { try server.send("GET", "/sessions/desk/fs-snapshots").text.contains("\"s1\"") }
        #expect(try server.send("POST", "/sessions/desk/prompt", "{\"prompt\":\"go\"}").status == 200)
        try wait("the change") { try String(contentsOfFile: "\(work)/a.txt", encoding: .utf8) == "two\n" }
        let taken = try server.send("POST", "/sessions/desk/fs-snapshots", "{\"label\":\"after\"}")
        #expect(taken.status == 201 && taken.text.contains("\"branchable\":true"), "\(taken.text)")
        let name = try #require(taken.text.firstMatch(of: #/"id":"(s\d+)"/#).map { String($0.1) })
        let base = "/sessions/desk/fs-snapshots"
        #expect(try server.send("GET", "\(base)/s1/file?path=a.txt").text == "one\n")
        #expect(try server.send("GET", "\(base)/\(name)/file?path=a.txt").text == "two\n")
        #expect(try server.send("GET", "\(base)/\(name)/tree").text.contains("\"path\":\"a.txt\""))
        #expect(try server.send("GET", "\(base)/\(name)/diff?base=s1&format=patch").text.contains("-one\n+two\n"))
        #expect(try server.send("GET", "\(base)/\(name)/diff?base=s1").text.contains("\"status\":\"modified\""))
        for path in ["../../etc/passwd", "/etc/passwd", "a.txt/x", "%2e%2e/x"] {
            #expect([404, 422].contains(try server.send("GET", "\(base)/s1/file?path=\(path)").status), "\(path)")
        }
        let branch = try server.send(
            "POST", "/sessions/desk/session-branch",
            "{\"fsSnapshotId\":\"s1\",\"name\":\"again\",\"injectedMessage\":\"go\"}")
        #expect(branch.status == 201 && branch.text.contains("\"parentSessionId\""), "\(branch.text)")
        #expect(branch.text.contains("/branches/again/"), "where its files are: \(branch.text)")
        let users = try server.send("GET", base).text
        let sought = try server.send("POST", "/sessions/desk/seek", "{\"fsSnapshotId\":\"s1\",\"mountReadonly\":true}")
        let mount = try #require(sought.text.firstMatch(of: #/"mountPath":"([^"]+)"/#).map { String($0.1) })
        #expect(try String(contentsOfFile: "\(mount)/a.txt", encoding: .utf8) == "one\n")
        #expect(users.contains(#/"used_in_branches":\["[^"]+"\]/#), "\(users)")
        #expect(try server.send("GET", "/sessions/desk/branches").text.contains("\"name\":\"again\""))
        for session in ["desk", "again"] {
            #expect(try server.send("POST", "/sessions/\(session)/stop", "{\"force\":true}").status == 200)
        }
        try wait("the sessions' ends") {
            try !server.send("GET", "/sessions?status=running").text.contains("\"status\":\"running\"")
        }
        #expect(try String(contentsOfFile: "\(work)/a.txt", encoding: .utf8) == "two\n", "the original is as it was")
        let removed = try sandbox.ah("session", "rm", "desk")
        #expect(removed.status != 0 && removed.errorText.contains("is shown at"), "\(removed.errorText)")
        try server.stop()
        #expect(
            access(mount, F_OK) != 0 && access(sandbox("run/seek"), F_OK) != 0, "what was shown goes with the server")
        // By hand, so that its branch stays, whatever limits there are.
        let gone = try sandbox.ah("session", "rm", "again")
        #expect(gone.status == 0 && gone.errorText.contains("stays"), "\(gone.text) \(gone.errorText)")
        #expect(try sandbox.ah("retention", "set", "--max-count", "1000").status == 0)
        #expect(try sandbox.ah("retention", "apply").status == 0)
        #expect(try sandbox.ah("agent", "fs", "branch", "list").text.contains("again"))
        #expect(try sandbox.ah("session", "show", "again").errorText.contains("by hand"))
    }

    @Test func `over TCP a token is needed, and a revoked one opens nothing`() throws {
        let sandbox = try Sandbox()
        let without = try sandbox.ah("serve", "--no-socket", "--bind", "127.0.0.1:0")
        #expect(without.status == 1 && without.errorText.contains("ah token create"), "\(without.errorText)")
        let made = try sandbox.ah("token", "create", "--role", "viewer", "--name", "ci")
        let token = String(made.text.dropLast())
        #expect(made.status == 0 && token.hasPrefix("ah_"))
        let list = try sandbox.ah("token", "list")
        #expect(list.text.contains("viewer") && list.text.contains("ci") && !list.text.contains(token))
        let server = try Serving(["--bind", "127.0.0.1:0"], in: sandbox)
        let place = HTTPConnection.Place.port(try server.port())
        #expect(try server.send("GET", "/sessions", to: place).status == 401)
        #expect(try server.send("GET", "/sessions", token: token, to: place).status == 200)
        #expect(try server.send("POST", "/sessions", "{\"command\":[\"true\"]}", token: token, to: place).status == 403)
        let follower = try HTTPConnection(place)
        follower.write("GET /api/v1/metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n")
        #expect(follower.read(until: "ah_followers") != nil)
        #expect(try sandbox.ah("token", "revoke", "ci").status == 0)
        #expect(try server.send("GET", "/sessions", token: token, to: place).status == 401)
        try server.stop()
    }

    @Test func `a server that is killed harms no session, and the next one takes its place`() throws {
        let sandbox = try Sandbox()
        let server = try Serving(in: sandbox)
        let started = try server.send(
            "POST", "/sessions",
            "{\"command\":[\"bash\",\"--norc\",\"-c\",\"for i in {1..2000}; do echo line $i; read -rt 0.01; done; echo all\"],\"name\":\"busy\",\"snapshots\":\"disable\"}"
        )
        #expect(started.status == 201, "\(started.text)")
        let followers = try (0..<20).map { _ in
            let follower = try HTTPConnection(server.socket)
            follower.write("GET /api/v1/sessions/busy/pty HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return follower
        }
        for follower in followers { #expect(follower.read(until: "event: pty") != nil) }
        server.command.child.signal(SIGKILL)
        #expect(try server.command.waitForExit() == 137)
        let again = try Serving(in: sandbox)
        try wait("the session to go on") { try again.send("GET", "/sessions/busy/screen").text.contains("line ") }
        #expect(try again.send("GET", "/sessions/busy").text.contains("\"status\":\"running\""))
        var info = stat()
        #expect(stat(sandbox("run/serve.sock"), &info) == 0 && info.st_mode & 0o777 == 0o600)
        let second = try sandbox.ah("serve")
        #expect(second.status == 1 && second.errorText.contains("listens there already"), "\(second.errorText)")
        #expect(try again.send("POST", "/sessions/busy/stop", "{\"force\":true}").status == 200)
        try wait("the session's end") {
            try again.send("GET", "/sessions/busy").text.contains("\"status\":\"stopped\"")
        }
        let raw = try again.send("GET", "/sessions/busy/recording?format=raw")
        #expect(raw.text.hasPrefix("line 1\r\nline 2\r\n"))
        try again.stop()
    }

    @Test func `limits are applied while a server runs, though no session ends`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.ah("config", "set", "retention.automatic", "false").status == 0)
        for name in ["a", "b", "c"] {
            let run = try sandbox.ah(
                "agent", "record", "--headless", "--name", name, "--snapshots", "disable", "--", "true")
            #expect(run.status == 0, "\(run.errorText)")
        }
        #expect(sandbox.isLeftEmpty())
        #expect(try sandbox.ah("retention", "set", "--max-count", "1").status == 0)
        #expect(try sandbox.ah("config", "set", "retention.automatic", "true").status == 0)
        let server = try Serving(in: sandbox)
        try wait("the limit") { try server.send("GET", "/sessions").text.contains("\"total\":1,") }
        #expect(try server.send("GET", "/sessions/c").status == 200)
        #expect(try server.send("GET", "/health").text.contains("\"status\":\"ok\""))
        try server.stop()
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `what an agent's program does is told while it runs, and deleting it takes its end`() throws {
        let sandbox = try Sandbox()
        let server = try Serving(in: sandbox)
        let started = try server.send(
            "POST", "/sessions", "{\"agent\":\"shell\",\"name\":\"desk\",\"snapshots\":\"disable\"}")
        #expect(started.status == 201, "\(started.text)")
        try wait("the prompt") {
            let text = try server.send("GET", "/sessions/desk").text
            return text.contains("\"state\":\"idle\"") && text.contains("\"stateSource\":\"shell mark\"")
        }
        #expect(try server.send("POST", "/sessions/desk/prompt", "{\"prompt\":\"read x\"}").status == 200)
        try wait("the command") { try server.send("GET", "/sessions").text.contains("it runs read x") }
        let refused = try server.send("DELETE", "/sessions/desk")
        #expect(refused.status == 409 && refused.text.contains("end it first"), "\(refused.text)")
        #expect(try server.send("POST", "/sessions/desk/stop", "{\"force\":true}").status == 200)
        try wait("its end") { try server.send("GET", "/sessions/desk").text.contains("\"state\":\"done\"") }
        try wait("its deletion") { try server.send("DELETE", "/sessions/desk").status == 204 }
        #expect(try server.send("GET", "/sessions/desk").status == 404)
        try server.stop()
    }

    @Test func `what can't be served is refused with the reason`() throws {
        let sandbox = try Sandbox()
        for (arguments, words) in [
            (["serve", "--no-socket"], "--bind"), (["serve", "--bind", "0.0.0.0:80"], "--allow-remote"),
            (["serve", "--bind", "nonsense"], "ADDRESS:PORT"), (["token", "create", "--expires", "soon"], "30d"),
            (["token", "create", "--role", "king"], "viewer"), (["token", "revoke", "none"], "ah token list"),
            (["token", "create", "--session", "none"], "no session none"),
        ] {
            let run = try CommandRun(
                [BuiltProduct.ah] + arguments, environment: sandbox.environment, workingDirectory: sandbox.folder.path)
            #expect(run.status != 0 && run.errorText.contains(words), "\(arguments): \(run.errorText)")
        }
        try sandbox.folder.write("not a socket", to: "file")
        let run = try sandbox.ah("serve", "--socket", "file")
        #expect(run.status == 1 && run.errorText.contains("something else"), "\(run.errorText)")
        #expect(try String(contentsOfFile: sandbox("file"), encoding: .utf8) == "not a socket")
        let far = try sandbox.ah("serve", "--socket", "\(sandbox("none/deep"))/x.sock")
        #expect(far.status == 1 && far.errorText.contains("no such folder"), "\(far.errorText)")
        #expect(access(sandbox("none"), F_OK) != 0)
        #expect(try sandbox.ah("token", "create", "--role", "viewer").status == 0)
        let server = try Serving(["--no-socket", "--bind", "127.0.0.1:0"], in: sandbox)
        let taken = try sandbox.ah("serve", "--bind", "127.0.0.1:\(try server.port())")
        #expect(taken.status == 1 && taken.errorText.contains("another program listens there"), "\(taken.errorText)")
        #expect(taken.text.isEmpty && access(sandbox("run/serve.sock"), F_OK) != 0)
        try server.stop()
        for name in ["-", "@x", "a\u{7}b"] {
            let run = try sandbox.ah("agent", "record", "--headless", "--name", name, "--", "true")
            #expect(run.status != 0 && run.errorText.contains("--name"), "\(run.errorText)")
        }
    }

    @Test func `the README's examples with curl work`() throws {
        guard access("/usr/bin/curl", X_OK) == 0 else {
            print("curl isn't there; its examples are not tried")
            return
        }
        let sandbox = try Sandbox()
        let page = try String(contentsOfFile: "\(Self.root)/README.md", encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).drop { $0 != "<!-- curl -->" }
            .dropFirst(2).prefix { $0 != "```" }
        #expect(lines.count > 5)
        let server = try Serving(in: sandbox)
        let run = try CommandRun(
            ["bash", "-euo", "pipefail", "-c", lines.joined(separator: "\n")], environment: sandbox.environment,
            workingDirectory: sandbox.folder.path)
        #expect(run.status == 0, "\(run.errorText) \(run.text.suffix(2000))")
        #expect(run.text.contains("\"label\":\"greeted\"") && run.text.contains("event: pty"))
        #expect(run.text.contains("{\"version\":2,"))
        try server.stop()
        #expect(sandbox.isLeftEmpty())
    }

    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}
