import FoundationEssentials
import Glibc
import Testing

@testable import RESTServer

/// A session's recording and screens.
@Suite struct RecordingRouteTests {
    private static let ways = TestServer.Way.allCases

    @Test(arguments: ways)
    func `the file itself comes whole or in ranges`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        let path = try server.record("s") { $0.text = String(repeating: "text ", count: 5000) }
        let file = Array(try #require(FileManager.default.contents(atPath: path)))
        let target = "/sessions/s/recording?format=ahr"
        let whole = try await server.get(target)
        #expect(whole.body == file && whole.header("Accept-Ranges") == "bytes")
        let part = try await server.get(target, headers: [("Range", "bytes=10-19")])
        #expect(part.status == 206 && part.body == Array(file[10..<20]))
        #expect(part.header("Content-Range") == "bytes 10-19/\(file.count)")
        let tail = try await server.get(target, headers: [("Range", "bytes=-5")])
        #expect(tail.body == Array(file.suffix(5)))
        let beyond = try await server.get(target, headers: [("Range", "bytes=\(file.count)-")])
        #expect(beyond.status == 416 && beyond.header("Content-Range") == "bytes */\(file.count)")
        let other = try await server.get(target, headers: [("Range", "bytes=0-1"), ("If-Range", "\"other\"")])
        #expect(other.status == 200 && other.body.count == file.count)
        #expect(try await server.get("\(target)&startTime=1").status == 422)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a recording comes as asciicast's events, whole or a stretch of it`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s") {
            $0.moments = 2
            $0.text = "hé\"llo\r\n"
        }
        let reply = try await server.get("/sessions/s/recording")
        #expect(reply.json["format"] == "cast" && reply.json["width"]?.int == 40 && reply.json["height"]?.int == 5)
        let events = try #require(reply.json["events"]?.items)
        #expect(events.contains([.number(0.01), "o", "hé\"llo\r\n"]), "\(events)")
        #expect(reply.json["moments"]?.items.map { $0["id"] } == ["m1", "m2"])
        let stretch = try await server.get("/sessions/s/recording?startTime=0.05&endTime=0.1")
        #expect(stretch.json["events"]?.items.count == 1 && stretch.json["moments"]?.items.count == 1)
        let nothing = try await server.get("/sessions/s/recording?startTime=2&endTime=1")
        #expect(nothing.status == 200 && nothing.json["events"]?.items == [])
        let raw = try await server.get("/sessions/s/recording?format=raw")
        #expect(raw.text == "hé\"llo\r\n")
        let cast = try await server.get("/sessions/s/recording?format=asciicast-v2")
        #expect(cast.text.hasPrefix("{\"version\":2,\"width\":40,\"height\":5") && cast.text.contains("\"o\""))
        #expect(try await server.get("/sessions/s/recording?format=gif").status == 422)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a screen is shown as text, as cells and as a picture`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s") { $0.text = "plain \u{1B}[1;31mred <&>\u{1B}[0m\r\n日本\u{1B}]0;a <title>\u{7}" }
        let text = try await server.get("/sessions/s/screen")
        #expect(text.text.hasPrefix("plain red <&>\n日本\n"))
        let cells = try await server.get("/sessions/s/screen?format=json").json
        let route = try #require(RouteTable.all.routes.first { $0.name == "getScreen" })
        let schema = try #require(route.answers.compactMap(\.schema).first)
        #expect(schema.faults(in: cells, at: "", named: Schemas.byName).isEmpty)
        let runs = try #require(cells["lines"]?.items.first?.items)
        #expect(
            runs.contains { $0["text"] == "red <&>" && $0["fg"]?.int == 1 && $0["attributes"] == ["bold"] }, "\(runs)")
        #expect(cells["lines"]?.items[1].items.first?["cells"]?.int == 4)
        let picture = try await server.get("/sessions/s/screen?format=svg")
        #expect(picture.header("Content-Type") == "image/svg+xml")
        #expect(picture.text.contains("red &lt;&amp;&gt;") && picture.text.contains("<title>a &lt;title&gt;</title>"))
        #expect(try await server.get("/sessions/s/screen?ts=0").text.hasPrefix("\n"))
        #expect(try await server.get("/sessions/s/screen?ts=-1").status == 422)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a text is found at the time it came onto the screen`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s") { $0.text = "one\r\nNeedle here\r\n" }
        let found = try await server.get("/sessions/s/search?q=Needle").json
        #expect(found["hits"]?.items.count == 1 && found["complete"] == true)
        #expect(found["hits"]?.items.first?["ts"]?.double == 0.01)
        #expect(found["hits"]?.items.first?["text"] == "Needle here")
        #expect(try await server.get("/sessions/s/search?q=needle").json["hits"]?.items == [])
        #expect(try await server.get("/sessions/s/search?q=needle&ignoreCase=true").json["hits"]?.items.count == 1)
        #expect(try await server.get("/sessions/s/search").status == 422)
        #expect(try await server.get("/sessions/s/search?q=").status == 422)
        await server.stop()
    }

    @Test(arguments: ways)
    func `a recording that others could read or replace is not shown`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        let path = try server.record("s")
        chmod(path, 0o644)
        for target in ["recording", "recording?format=ahr", "screen", "pty", "events"] {
            let reply = try await server.get("/sessions/s/\(target)")
            #expect(reply.status == 403 && reply.text.contains("chmod 600"), "\(target): \(reply.text)")
        }
        chmod(path, 0o600)
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        chmod(folder, 0o777)
        #expect(try await server.get("/sessions/s/screen").status == 403)
        chmod(folder, 0o700)
        #expect(try await server.get("/sessions/s/screen").status == 200)
        await server.stop()
    }
}
