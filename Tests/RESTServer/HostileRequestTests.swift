import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Access
@testable import RESTServer

/// Requests that nobody sends by mistake: nothing is leaked, nothing goes down.
@Suite struct HostileRequestTests {
    private static let secret = "TOP-SECRET-CONTENT"

    /// Parts that wrong requests are made of.
    private static let pieces = [
        "..", "../", "%2e%2e", "%2e%2e%2f", "..%2f", "%252e%252e%252f", "/", "//", "%2f", "\\", "%5c", "%00", "a%00b",
        "~",
        "$HOME", "`id`", "';--", "{}", "*", "?", "#", "%", "%zz", "%e2%82", "é", "-", ".", "s", "s1", "sessions",
        "secret",
        "etc", "passwd", "proc", "self", "environ", "file:", "http:", "fs-snapshots", "tree", "file", "recording", "-1",
        "9999999999999999999999", String(repeating: "A", count: 300), "\u{202E}", "null", "undefined",
    ]

    private func target(_ random: inout SeededRandom) -> String {
        let roots = [
            "/", "/api/v1/", "/api/v1/sessions/", "/api/v1/sessions/s/",
            "/api/v1/sessions/s/fs-snapshots/s1/file?path=",
            "/api/v1/sessions/s/fs-snapshots/s1/tree?path=", "/api/v1/sessions/s/recording?format=",
            "/api/v1/sessions?text=",
            "/api/v1/sessions/s/screen?ts=", "/api/v1/sessions/s/search?q=",
        ]
        var text = roots.randomElement(using: &random) ?? "/"
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            text += Self.pieces.randomElement(using: &random) ?? ""
            if Bool.random(using: &random) { text += "/" }
        }
        return text
    }

    private func body(_ random: inout SeededRandom) -> [UInt8] {
        let bodies = [
            "", "{", "[]", "null", "\"x\"", "{\"label\":1}", "{\"prompt\":null}", "{\"keys\":\"x\"}", "{\"ts\":1e999}",
            "{\"ts\":\"1\"}", "{\"fsSnapshotId\":\"../../x\"}", "{\"command\":[]}", "{\"command\":[\"\"]}",
            "{\"command\":[\"a\\u0000b\"]}", "{\"agent\":\"--help\",\"command\":[\"x\"]}",
            "{\"cwd\":\"relative\",\"command\":[\"x\"]}",
            "{\"environment\":{\"A=B\":\"x\"},\"command\":[\"x\"]}",
            "{\"label\":\"\(String(repeating: "x", count: 5000))\"}",
            String(repeating: "[", count: 3000), "{\"a\":" + String(repeating: "{\"a\":", count: 600) + "1",
            "\u{FEFF}{}", "{\"label\":\"\\ud800\"}",
        ]
        return Array((bodies.randomElement(using: &random) ?? "").utf8)
    }

    @Test func `ten thousand bad requests leak nothing and break nothing`() async throws {
        let server = try await TestServer(executable: "/bin/false")
        try server.record("s") { $0.text = "shown\r\n" }
        try server.record("secret") { $0.text = Self.secret }
        try server.folder.write(Self.secret, to: "secret.txt")
        let token = try server.token(.admin, sessions: ["s"])
        var random = SeededRandom(seed: 7)
        let methods = ["GET", "POST", "DELETE", "PUT", "HEAD", "PATCH", "OPTIONS", "TRACE", "get", "X"]
        for number in 0..<10_000 {
            let method = methods.randomElement(using: &random) ?? "GET"
            var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
            if number % 7 == 0 { headers.append(("Host", Self.pieces.randomElement(using: &random) ?? "")) }
            if number % 11 == 0 {
                headers.append(("Origin", "http://" + (Self.pieces.randomElement(using: &random) ?? "")))
            }
            if number % 13 == 0 {
                headers.append(("Range", "bytes=" + (Self.pieces.randomElement(using: &random) ?? "")))
            }
            let forged = number % 5 == 0 ? String(token.dropLast(3)) + "000" : token
            let target = target(&random)
            let body = method == "GET" ? [] : body(&random)
            // A session that is really deleted would end the test early.
            guard !(method == "DELETE" && target.hasPrefix("/api/v1/sessions/s")) else { continue }
            let reply = try await server.send(method, target, headers: headers, body: body, token: forged)
            #expect((200..<500).contains(reply.status) || reply.status == 501, "\(method) \(target): \(reply.text)")
            #expect(!reply.text.contains(Self.secret), "\(method) \(target)")
            #expect(!reply.text.contains(server.folder.path), "\(method) \(target): \(reply.text)")
            if reply.status >= 400, method != "HEAD" {
                #expect(Schemas.problem.faults(in: reply.json, at: "").isEmpty, "\(method) \(target)")
            }
        }
        #expect(try await server.get("/sessions/s/screen", token: token).text.hasPrefix("shown"))
        await server.stop()
    }

    @Test func `bytes that are no HTTP, and ever slower ones, take nothing from others`() async throws {
        let server = try await TestServer(.socket)
        try server.record("s")
        let place = HTTPConnection.Place.socket(server.folder("run/serve.sock"))
        try await TestServer.onThread {
            var kept: [HTTPConnection] = []
            for text in [
                "\0\0\0\0", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 500) + "\r\n",
                "GET /" + String(repeating: "a", count: 90_000) + " HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: " + String(repeating: "a", count: 90_000) + "\r\n\r\n",
                "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n{",
                "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\n{}",
            ] {
                let connection = try HTTPConnection(place)
                connection.write(text)
                kept.append(connection)
            }
            // Heads that never end, two hundred at once.
            for _ in 0..<200 {
                let connection = try HTTPConnection(place)
                connection.write("GET /api/v1/sessions HTTP/1.1\r\nHost: loc")
                kept.append(connection)
            }
            let reply = try HTTPConnection.send("GET", "/api/v1/sessions/s", to: place)
            #expect(reply.status == 200)
            withExtendedLifetime(kept) {}
        }
        await server.stop()
    }

    @Test func `a body that is too long is refused, however its length is told`() async throws {
        let server = try await TestServer(.socket)
        try server.record("s")
        let place = HTTPConnection.Place.socket(server.folder("run/serve.sock"))
        try await TestServer.onThread {
            let body = [UInt8](repeating: 0x20, count: Interface.longestBody + 1)
            let told = try HTTPConnection.send("POST", "/api/v1/sessions/s/moments", to: place, body: body)
            #expect(told.status == 413)
            let connection = try HTTPConnection(place)
            connection.write(
                "POST /api/v1/sessions/s/moments HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65536) + Array("\r\n".utf8)
            for _ in 0..<40 where connection.write(chunk) {}
            #expect(connection.read(until: "413") != nil)
            #expect(try HTTPConnection.send("GET", "/api/v1/sessions/s", to: place).status == 200)
        }
        await server.stop()
    }

    @Test func `chunks that are none are the sender's fault`() async throws {
        let server = try await TestServer(.socket)
        try server.record("s")
        let place = HTTPConnection.Place.socket(server.folder("run/serve.sock"))
        for chunk in ["zz\r\n", "-1\r\nx\r\n", "5\r\nabcdefgh\r\n", "ffffffffffffffffffff\r\nx"] {
            let answer = try await TestServer.onThread {
                let connection = try HTTPConnection(place)
                connection.write(
                    "POST /api/v1/sessions/s/moments HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)"
                )
                return connection.read(until: "HTTP/1.1 400")
            }
            #expect(answer != nil, "\(chunk)")
        }
        await server.stop()
    }

    @Test func `a connection on which nothing comes is closed`() async throws {
        let server = try await TestServer(.socket)
        let place = HTTPConnection.Place.socket(server.folder("run/serve.sock"))
        let isClosed = try await TestServer.onThread {
            let connection = try HTTPConnection(place)
            connection.write("GET /api/v1/health HTTP/1.1\r\nHost: loc")
            return connection.read(milliseconds: 60_000)?.isEmpty == true
        }
        #expect(isClosed)
        await server.stop()
    }

    @Test func `the socket is its owner's alone`() async throws {
        let server = try await TestServer(.socket)
        var info = stat()
        #expect(stat(server.folder("run"), &info) == 0 && info.st_mode & 0o777 == 0o700)
        await server.stop()
    }
}
