import FoundationEssentials
import Glibc
import Recording
import Testing

@testable import Access
@testable import Catalog
@testable import RESTServer

/// The same requests, in memory and over a socket.
@Suite struct SessionRouteTests {
    private static let ways = TestServer.Way.allCases

    /// Checks an answer against what the description says of it.
    private func check(_ server: TestServer, _ operation: String, _ json: JSON, status: Int = 200) throws {
        let route = try #require(RouteTable.all.routes.first { $0.name == operation })
        let kind = try #require(route.answers.first { $0.status == status && $0.schema != nil })
        let faults = try #require(kind.schema).faults(in: json, at: "", named: Schemas.byName)
        #expect(faults.isEmpty, "\(operation): \(faults)")
    }

    @Test(arguments: ways)
    func `sessions are listed page by page, newest first`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        for number in 0..<5 { try server.record("s\(number)", startedAt: 1_793_577_600_000 + Int64(number) * 1000) }
        let first = try await server.get("/sessions?perPage=2")
        try check(server, "listSessions", first.json)
        #expect(first.json["items"]?.items.compactMap { $0["id"]?.text } == ["s4", "s3"])
        #expect(first.json["total"]?.int == 5 && first.json["nextPage"]?.int == 2)
        let last = try await server.get("/sessions?perPage=2&page=3")
        #expect(last.json["items"]?.items.compactMap { $0["id"]?.text } == ["s0"])
        #expect(last.json["nextPage"] == nil)
        let beyond = try await server.get("/sessions?perPage=200&page=1000000")
        #expect(beyond.status == 200 && beyond.json["items"]?.items == [])
        await server.stop()
    }

    @Test(arguments: ways)
    func `a list is narrowed by state and text`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("good")
        try server.record("bad") { $0.exit = ExitStatus(code: 3) }
        try server.record("named") { $0.name = "the build" }
        func ids(_ query: String) async throws -> Set<String> {
            let reply = try await server.get("/sessions?\(query)")
            return Set(reply.json["items"]?.items.compactMap { $0["id"]?.text } ?? [])
        }
        #expect(try await ids("status=failed") == ["bad"])
        #expect(try await ids("status=failed,completed") == ["bad", "good", "named"])
        #expect(try await ids("text=the%20build") == ["named"])
        let wrong = try await server.get("/sessions?status=failing")
        #expect(wrong.status == 422 && wrong.json["errors"]?.items.first?["field"] == "status")
        await server.stop()
    }

    @Test(arguments: ways)
    func `a session is shown by its id, the beginning of it, its name or as the newest`(
        _ way: TestServer.Way
    ) async throws {
        let server = try await TestServer(way)
        try server.record("abc-1") { $0.name = "mine" }
        try server.record("abd-1", startedAt: 1_793_577_700_000)
        for name in ["abc-1", "abc", "mine"] {
            let reply = try await server.get("/sessions/\(name)")
            try check(server, "getSession", reply.json)
            #expect(reply.json["id"] == "abc-1")
        }
        #expect(try await server.get("/sessions/-").json["id"] == "abd-1")
        #expect(try await server.get("/sessions/ab").status == 409)
        let missing = try await server.get("/sessions/zzz")
        #expect(missing.status == 404 && missing.header("Content-Type") == "application/problem+json")
        #expect(Schemas.problem.faults(in: missing.json, at: "").isEmpty)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a timeline has Agent Harbor's shape`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s") {
            $0.moments = 3
            $0.snapshots = 2
        }
        let reply = try await server.get("/sessions/s/timeline")
        try check(server, "getTimeline", reply.json)
        #expect(reply.json["durationSec"]?.double == 5 && reply.json["currentTime"]?.double == 5)
        #expect(reply.json["recording"]?["format"] == "ahr" && reply.json["recording"]?["width"]?.int == 40)
        let moment = try #require(reply.json["moments"]?.items.first)
        #expect(moment["id"] == "m1" && moment["ts"]?.double == 0.1 && moment["kind"] == "auto")
        let snapshot = try #require(reply.json["fsSnapshots"]?.items.last)
        #expect(snapshot["id"] == "s2" && snapshot["snapshot"]?["id"] == "s@2" && snapshot["branchable"] == false)
        let list = try await server.get("/sessions/s/fs-snapshots?limit=1")
        try check(server, "listSnapshots", list.json)
        #expect(list.json["total"]?.int == 2 && list.json["snapshots"]?.items.count == 1)
        #expect(try await server.get("/sessions/s/fs-snapshots?branchable=true").json["total"]?.int == 0)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a snapshot that is told of twice is one, and another session's isn't taken for it`(
        _ way: TestServer.Way
    ) async throws {
        let server = try await TestServer(way)
        for id in ["s", "t"] {
            try server.record(id) {
                $0.snapshots = 2
                $0.repetitions = 2
            }
        }
        let timeline = try await server.get("/sessions/s/timeline").json
        #expect(timeline["fsSnapshots"]?.items.compactMap { $0["id"]?.text } == ["s1", "s2"])
        #expect(try await server.get("/sessions/s/fs-snapshots").json["total"]?.int == 2)
        #expect(try await server.get("/sessions/s").json["snapshotCount"]?.int ?? 2 == 2)
        #expect(SnapshotID.number("s@2", of: "s") == 2 && SnapshotID.number("s2", of: "s") == 2)
        #expect(SnapshotID.number("t@2", of: "s") == nil && SnapshotID.number("s@x@2", of: "s") == nil)
        for id in ["t@2", "t@s2", "s@s2", "@2", "x@2"] {
            let reply = try await server.post("/sessions/s/seek", "{\"fsSnapshotId\":\"\(id)\"}")
            #expect(reply.status == 404, "\(id): \(reply.text)")
            let branch = try await server.post("/sessions/s/session-branch", "{\"fsSnapshotId\":\"\(id)\"}")
            #expect(branch.status == 404, "\(id): \(branch.text)")
            let tree = try await server.get("/sessions/s/fs-snapshots/\(id)/tree")
            #expect(tree.status == 404, "\(id): \(tree.text)")
        }
        await server.stop()
    }

    @Test(arguments: ways)
    func `what can't be started is named before anything is begun`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        for (body, field) in [
            ("{\"command\":[\"/no/such/program\"]}", "command[0]"),
            ("{\"command\":[\"no-such-program-x\"]}", "command[0]"),
            ("{\"command\":[\"true\"],\"cwd\":\"/no/such/folder\"}", "cwd"), ("{\"agent\":\"no-such-agent\"}", "agent"),
            ("{\"command\":[\"true\"],\"name\":\"-\"}", "name"), ("{\"command\":[\"true\"],\"name\":\"@x\"}", "name"),
            ("{\"command\":[\"true\"],\"name\":\"a\\u0007b\"}", "name"), ("{\"command\":[]}", "command"),
            ("{}", "command"), ("{\"command\":[\"true\"],\"cwd\":\"x\"}", "cwd"),
        ] {
            let reply = try await server.post("/sessions", body)
            let fields = reply.json["errors"]?.items.compactMap { $0["field"]?.text } ?? []
            #expect(reply.status == 422 && fields.contains(field), "\(body): \(reply.text)")
        }
        try server.record("s") { $0.snapshots = 1 }
        let branch = try await server.post(
            "/sessions/s/session-branch", "{\"fsSnapshotId\":\"s1\",\"name\":\"a/../b\"}")
        #expect(branch.status == 422, "\(branch.text)")
        await server.stop()
    }

    @Test(arguments: ways)
    func `how long a session has run is told while it runs`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        let live = try LiveRecording("live", in: server)
        let expected = Double(1_793_600_000_000 - 1_793_577_600_000) / 1000
        #expect(try await server.get("/sessions/live").json["durationSec"]?.double == expected)
        let list = try await server.get("/sessions?status=running").json
        #expect(list["items"]?.items.first?["durationSec"]?.double == expected && list["total"]?.int == 1)
        #expect(try await server.get("/sessions?status=paused").json["total"]?.int == 0)
        try live.finish()
        await server.stop()
    }

    @Test(arguments: ways)
    func `a recording that others may read isn't searched either`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        let path = try server.record("open") { $0.text = "needle one\r\n" }
        try server.record("closed") { $0.text = "needle two\r\n" }
        #expect(try await server.get("/search?q=needle").json["hits"]?.items.count == 2)
        chmod(path, 0o644)
        let seen = try await server.get("/search?q=needle")
        #expect(seen.json["hits"]?.items.compactMap { $0["sessionId"]?.text } == ["closed"], "\(seen.text)")
        await server.stop()
    }

    @Test(arguments: ways)
    func `what didn't change isn't sent again`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s")
        for path in ["/sessions", "/sessions/s", "/sessions/s/timeline", "/sessions/s/recording?format=ahr"] {
            let first = try await server.get(path)
            let tag = try #require(first.header("ETag"))
            let second = try await server.get(path, headers: [("If-None-Match", "\"x\", \(tag)")])
            #expect(second.status == 304 && second.body.isEmpty, "\(path)")
        }
        await server.stop()
    }

    @Test(arguments: ways)
    func `HEAD tells what GET would, without sending it`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s")
        for path in ["/sessions/s", "/sessions/s/recording?format=ahr"] {
            let whole = try await server.get(path)
            let head = try await server.send("HEAD", "/api/v1\(path)")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.header("Content-Length") == "\(whole.body.count)")
        }
        await server.stop()
    }

    @Test(arguments: ways)
    func `what a session does or how it ended is told with who says so`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s") { $0.exit = ExitStatus(code: 3) }
        let live = try LiveRecording("live", in: server)
        let ended = try await server.get("/sessions/s").json
        #expect(ended["state"] == "failed" && ended["stateSource"] == "exit" && ended["stateSinceSec"]?.double == 5)
        #expect(ended["stateEvidence"] == "it ended with status 3")
        // Nobody listens at its socket.
        let shown = try await server.get("/sessions/live").json
        try check(server, "getSession", shown)
        #expect(shown["state"] == "unknown" && shown["stateEvidence"]?.text?.contains("none.sock") == true)
        try live.finish()
        await server.stop()
    }

    @Test(arguments: ways)
    func `a session is deleted as by the command, which refuses those that run or are pinned`(
        _ way: TestServer.Way
    ) async throws {
        let server = try await TestServer(way)
        let path = try server.record("s")
        let live = try LiveRecording("live", in: server)
        func delete(_ session: String) async throws -> (status: Int, text: String) {
            let reply = try await server.send("DELETE", "/api/v1/sessions/\(session)")
            return (reply.status, reply.text)
        }
        let running = try await delete("live")
        #expect(running.status == 409 && running.text.contains("/live/stop"), "\(running)")
        try server.service.catalogue.notes.change("s") { $0.isPinned = true }
        let pinned = try await delete("s")
        #expect(pinned.status == 409 && pinned.text.contains("pinned"), "\(pinned)")
        #expect(access(path, F_OK) == 0)
        #expect(try await delete("s?force=true").status == 204)
        #expect(access(path, F_OK) != 0)
        #expect(try await delete("s").status == 404)
        try live.finish()
        #expect(try await delete("live").status == 204)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a text is searched for in all sessions that one may see`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("one") {
            $0.text = "the needle in hay\r\n"
            $0.name = "first"
        }
        try server.record("two") { $0.text = "Needle two\r\nneedle three\r\n" }
        let found = try await server.get("/search?q=needle")
        try check(server, "search", found.json)
        let sessions = found.json["hits"]?.items.compactMap { $0["sessionId"]?.text } ?? []
        #expect(sessions.sorted() == ["one", "two", "two"] && found.json["complete"] == true, "\(found.text)")
        #expect(found.json["unread"]?.int == 0)
        #expect(try await server.get("/search?q=needle&session=one").json["hits"]?.items.first?["name"] == "first")
        #expect(try await server.get("/search?q=needle&limit=1").json["complete"] == false)
        #expect(try await server.get("/search?q=needle&perSession=1").json["hits"]?.items.count == 2)
        let own = try server.token(.viewer, sessions: ["one"])
        let seen = try await server.get("/search?q=needle", token: own)
        #expect(seen.json["hits"]?.items.compactMap { $0["sessionId"]?.text } == ["one"])
        #expect(try await server.get("/search?q=needle&session=two", token: own).status == 404)
        for wrong in ["", "?q=ab", "?q=a%0Abc", "?q=a%00bc", "?q=needle&limit=0"] {
            #expect(try await server.get("/search\(wrong)").status == 422, "\(wrong)")
        }
        for odd in ["%22AND", "NEAR(x%20y)", "%25%25%25", "%F0%9F%8F%B3%EF%B8%8F%E2%80%8D%F0%9F%8C%88"] {
            #expect(try await server.get("/search?q=\(odd)").status == 200, "\(odd)")
        }
        await server.stop()
    }

    @Test(arguments: ways)
    func `branches are listed with where they came from`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("parent")
        var branch = BranchMetadata(parentSessionID: "parent")
        branch.snapshotID = 2
        branch.parentTime = 1500
        branch.injectedMessage = "try again"
        try server.record("child", startedAt: 1_793_577_700_000) { $0.branch = branch }
        let reply = try await server.get("/sessions/parent/branches")
        try check(server, "listBranches", reply.json)
        let item = try #require(reply.json["branches"]?.items.first)
        #expect(item["id"] == "child" && item["branchFromTs"]?.double == 1.5 && item["fsSnapshotId"] == "s2")
        #expect(item["injectedMessageId"] != nil)
        await server.stop()
    }

    @Test(arguments: ways)
    func `what needs a running session says so of a finished one`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s")
        for (path, body) in [
            ("stop", "{}"), ("pause", "{}"), ("resume", "{}"), ("prompt", "{\"prompt\":\"x\"}"),
            ("keys", "{\"keys\":[\"y\"]}"), ("moments", "{\"label\":\"x\"}"), ("fs-snapshots", "{}"),
        ] {
            let reply = try await server.post("/sessions/s/\(path)", body)
            #expect(reply.status == 409, "\(path): \(reply.text)")
        }
        #expect(try await server.post("/sessions/s/session-branch", "{\"fromTs\":1}").status == 404)
        await server.stop()
    }

    @Test(arguments: ways)
    func `unknown paths and methods are told from each other`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s")
        for path in ["/", "/api", "/api/v2/sessions", "/api/v1/nothing", "/api/v1/sessions/s/", "/api/v1//sessions"] {
            #expect(try await server.send("GET", path).status == 404, "\(path)")
        }
        let reply = try await server.send("PUT", "/api/v1/sessions/s")
        #expect(reply.status == 405 && reply.header("Allow") == "GET, HEAD, DELETE")
        #expect(try await server.send("OPTIONS", "/api/v1/sessions").header("Access-Control-Allow-Origin") == nil)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a seek finds the time, and says that there is nothing to look at`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s")
        let reply = try await server.post("/sessions/s/seek", "{\"ts\":1.25,\"pausePlayer\":true}")
        try check(server, "seek", reply.json)
        #expect(reply.json["seekTime"]?.double == 1.25 && reply.json["playerPaused"] == true)
        #expect(reply.json["workspaceView"] == "none")
        #expect(try await server.post("/sessions/s/seek", "{\"fsSnapshotId\":\"s9\"}").status == 404)
        await server.stop()
    }

    @Test(arguments: ways)
    func `the server tells about itself`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        let health = try await server.get("/health")
        try check(server, "getHealth", health.json)
        #expect(health.json["status"] == "ok")
        try check(server, "getVersion", try await server.get("/version").json)
        let metrics = try await server.get("/metrics")
        #expect(metrics.text.contains("ah_http_requests_total{operation=\"getHealth\",status=\"200\"} 1"))
        #expect(metrics.text.contains("ah_sessions_running 0.0"))
        #expect(try await server.get("/openapi.json").json["openapi"] == "3.1.0")
        await server.stop()
    }
}
