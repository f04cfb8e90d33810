import FoundationEssentials
import Glibc
import Recording
import Synchronization
import Testing

@testable import Access
@testable import RESTServer

/// Who is let in, from where, and to what.
@Suite struct AdmissionTests {
    @Test func `from elsewhere nobody is let in without a token`() async throws {
        let server = try await TestServer()
        try server.record("s")
        for route in RouteTable.all.routes where route.role != nil {
            let path = route.path.replacing("{id}", with: "s").replacing("{snapshot}", with: "s1")
            let reply = try await server.send(route.method, "/api/v1\(path)", peer: .remote("192.0.2.1"))
            #expect(reply.status == 401 && reply.header("WWW-Authenticate") == "Bearer", "\(route.name)")
        }
        await server.stop()
    }

    @Test func `another user's process is turned away at the socket`() async throws {
        let server = try await TestServer()
        #expect(try await server.send("GET", "/api/v1/sessions", peer: .local(uid: 12345)).status == 401)
        #expect(try await server.send("GET", "/api/v1/sessions", peer: .local(uid: getuid())).status == 200)
        await server.stop()
    }

    @Test func `each role may do what it is for`() async throws {
        let server = try await TestServer()
        try server.record("s")
        let tokens = try Role.allCases.map { ($0, try server.token($0)) }
        for route in RouteTable.all.routes where route.answers.allSatisfy({ $0.type != "text/event-stream" }) {
            guard let role = route.role, route.name != "startSession", route.name != "deleteSession" else { continue }
            let path = route.path.replacing("{id}", with: "s").replacing("{snapshot}", with: "s1")
            for (own, token) in tokens where own < role {
                let reply = try await server.send(route.method, "/api/v1\(path)", token: token)
                #expect(reply.status == 403, "\(own) \(route.name)")
            }
            let reply = try await server.send(route.method, "/api/v1\(path)", token: try server.token(role))
            #expect(![401, 403].contains(reply.status), "\(role) \(route.name): \(reply.text)")
        }
        await server.stop()
    }

    @Test func `a token for one session sees that one and no trace of others`() async throws {
        let server = try await TestServer()
        try server.record("mine")
        try server.record("other") { $0.name = "secret" }
        let token = try server.token(.admin, sessions: ["mine"])
        let list = try await server.get("/sessions", token: token)
        #expect(list.json["items"]?.items.compactMap { $0["id"] } == ["mine"] && list.json["total"]?.int == 1)
        #expect(try await server.get("/sessions/mine", token: token).status == 200)
        let absent = try await server.get("/sessions/absent", token: token)
        #expect(try await server.get("/sessions/-", token: token).json["id"] == "mine")
        for name in ["other", "oth", "secret"] {
            let hidden = try await server.get("/sessions/\(name)", token: token)
            #expect(hidden.status == 404, "\(name)")
            #expect(hidden.text == absent.text.replacing("absent", with: name))
        }
        #expect(try await server.get("/metrics", token: token).status == 403, "its counts are of all sessions")
        #expect(try await server.post("/sessions", "{\"command\":[\"true\"]}", token: token).status == 403)
        #expect(try await server.send("DELETE", "/api/v1/sessions/other", token: token).status == 404)
        await server.stop()
    }

    @Test func `a token for one session finds it by its name, and hears of no branch but its own`() async throws {
        let server = try await TestServer()
        var branch = BranchMetadata(parentSessionID: "mine-1")
        branch.snapshotID = 1
        try server.record("mine-1") {
            $0.name = "alpha"
            $0.snapshots = 1
        }
        try server.record("other-2", startedAt: 1_793_577_700_000) {
            $0.name = "alpha"
            $0.branch = branch
        }
        let token = try server.token(.viewer, sessions: ["mine-1"])
        for name in ["alpha", "-", "mine"] {
            #expect(try await server.get("/sessions/\(name)", token: token).json["id"] == "mine-1", "\(name)")
        }
        #expect(try await server.get("/sessions/alpha").json["id"] == "other-2")
        for path in ["events", "fs-snapshots", "branches", "timeline"] {
            let reply = try await server.get("/sessions/mine-1/\(path)", token: token)
            #expect(reply.status == 200 && !reply.text.contains("other-2"), "\(path): \(reply.text)")
        }
        #expect(try await server.get("/sessions/mine-1/events").text.contains("other-2"))
        let child = try server.token(.viewer, sessions: ["other-2"])
        for path in ["/sessions", "/sessions/other-2"] {
            let reply = try await server.get(path, token: child)
            #expect(reply.status == 200 && !reply.text.contains("mine-1"), "\(path): \(reply.text)")
        }
        await server.stop()
    }

    @Test func `a damaged file of tokens lets nobody in, and only the server's owner hears of it`() async throws {
        let lines = LineBox()
        let server = try await TestServer { $0.log = { lines.add($0) } }
        let token = try server.token(.admin)
        try server.folder.write("{broken", to: "tokens.json")
        let reply = try await server.get("/sessions", token: token)
        #expect(reply.status >= 400 && !reply.text.contains(server.folder.path) && !reply.text.contains("tokens.json"))
        #expect(lines.all.contains { $0.contains("tokens.json") }, "\(lines.all)")
        await server.stop()
    }

    @Test func `names that aren't the server's own are refused, whoever asks`() async throws {
        let server = try await TestServer()
        for host in [
            "b.example", "localhost.b.example", "127.0.0.1.b.example", "", "localhost@b.example", "192.0.2.1",
            "localhost:abc", "localhost:0", "localhost:65536", "[::1]x", "[::1]:99999", "localhost:1:2",
        ] {
            #expect(try await server.get("/sessions", headers: [("Host", host)]).status == 421, "\(host)")
        }
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:80"] {
            #expect(try await server.get("/sessions", headers: [("Host", host)]).status == 200, "\(host)")
        }
        await server.stop()
    }

    @Test func `pages of other origins are refused, and nothing tells a browser otherwise`() async throws {
        let server = try await TestServer()
        for origin in ["https://b.example", "null", "http://b.example:80", "file://", "http://127.0.0.1:9"] {
            let reply = try await server.get("/sessions", headers: [("Host", "localhost"), ("Origin", origin)])
            #expect(reply.status == 403, "\(origin)")
            #expect(reply.header("Access-Control-Allow-Origin") == nil)
        }
        let own = try await server.get(
            "/sessions", headers: [("Host", "localhost:80"), ("Origin", "http://localhost:80")])
        #expect(own.status == 200)
        await server.stop()
    }

    @Test func `who read and steered what is in the log, and nothing secret is`() async throws {
        let server = try await TestServer()
        try server.record("s")
        let token = try server.token(.viewer)
        _ = try await server.get("/sessions/s/screen", token: token)
        _ = try await server.post("/sessions/s/prompt", "{\"prompt\":\"the secret text\"}", token: token)
        _ = try await server.get("/sessions", token: token + "0")
        _ = try await server.get("/health")
        let log = try String(
            contentsOfFile: server.service.settings.audit.path(at: 1_793_600_000_000), encoding: .utf8)
        let lines = log.split(separator: "\n")
        #expect(lines.count == 3, "\(log)")
        #expect(
            lines[0].contains("\"getScreen\"") && lines[0].contains("\"session\":\"s\"") && lines[0].contains("token "))
        #expect(lines[1].contains("\"status\":403") && lines[2].contains("\"status\":401"))
        #expect(!log.contains("secret text") && !log.contains(token.split(separator: "_")[2]))
        await server.stop()
    }

    @Test func `a request that is sent again with its key is carried out once`() async throws {
        let server = try await TestServer()
        try server.record("s")
        let key = [(name: "Idempotency-Key", value: "k1")]
        let first = try await server.post("/sessions/s/seek", "{\"ts\":1}", headers: key)
        let again = try await server.post("/sessions/s/seek", "{\"ts\":1}", headers: key)
        #expect(first.header("Idempotent-Replayed") == nil && again.header("Idempotent-Replayed") == "true")
        #expect(first.body == again.body)
        #expect(try await server.post("/sessions/s/seek", "{\"ts\":2}", headers: key).status == 422)
        let elsewhere = try await server.post(
            "/sessions/s/seek", "{\"ts\":2}", headers: key, token: server.token(.admin))
        #expect(elsewhere.status == 200, "another one's key is another key")
        #expect(try await server.post("/sessions/s/seek", headers: [("Idempotency-Key", "")]).status == 422)
        await server.stop()
    }
}

/// What a server says to its owner.
private final class LineBox: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }
}
