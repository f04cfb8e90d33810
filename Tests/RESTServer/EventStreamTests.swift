import FoundationEssentials
import Recording
import ScreenModel
import SessionHost
import Testing

@testable import RESTServer

/// Following sessions: what is told, from where, and when it ends.
@Suite struct EventStreamTests {
    private static let ways = TestServer.Way.allCases

    struct Told {
        var event: String
        var id: String?
        var data: JSON
    }

    static func read(_ text: String) -> [Told] {
        text.split(separator: "\n\n").compactMap { block in
            var told = Told(event: "", data: .null)
            for line in block.split(separator: "\n") {
                if line.hasPrefix("event: ") { told.event = String(line.dropFirst(7)) }
                if line.hasPrefix("id: ") { told.id = String(line.dropFirst(4)) }
                if line.hasPrefix("data: ") { told.data = (try? JSON(parsing: Array(line.dropFirst(6).utf8))) ?? .null }
            }
            return told.event.isEmpty ? nil : told
        }
    }

    static func output(_ told: [Told]) -> [UInt8] {
        told.filter { $0.data["type"] == "terminal" }.flatMap {
            Array(Data(base64Encoded: $0.data["data"]?.text ?? "") ?? Data())
        }
    }

    @Test(arguments: ways)
    func `a finished session's terminal is told whole, with its end`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        let text = (0..<20000).map { "line \($0)\r\n" }.joined()
        try server.record("s") { $0.text = text }
        let reply = try await server.get("/sessions/s/pty")
        #expect(reply.status == 200 && reply.header("Content-Type") == "text/event-stream")
        let told = Self.read(reply.text)
        #expect(Self.output(told) == Array(text.utf8))
        #expect(
            told.contains { $0.event == "pty" && $0.data["type"] == "terminal_resize" && $0.data["cols"]?.int == 40 })
        #expect(told.filter { $0.event == "pty" }.allSatisfy { $0.id != nil && $0.data["timestamp"]?.double != nil })
        #expect(told.last?.event == "end" && told.last?.data["status"] == "completed")
        await server.stop()
    }

    @Test(arguments: ways)
    func `whoever comes back goes on after what they know, at any event`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        let path = try server.record("s") { $0.finishes = false }
        _ = path
        let text = (0..<3000).map { "row \($0)\r\n" }.joined()
        try server.record("t") {
            $0.text = text
            $0.moments = 4
        }
        let whole = Self.read(try await server.get("/sessions/t/pty").text)
        let ids = whole.compactMap(\.id)
        for id in [ids.first, ids[ids.count / 2], ids.dropLast().last].compactMap({ $0 }) {
            let index = try #require(whole.firstIndex { $0.id == id })
            let rest = Self.read(try await server.get("/sessions/t/pty", headers: [("Last-Event-ID", id)]).text)
            #expect(rest.compactMap(\.id) == whole[(index + 1)...].compactMap(\.id))
            #expect(Self.output(rest) == Self.output(Array(whole[(index + 1)...])))
        }
        let done = try await server.get("/sessions/t/pty", headers: [("Last-Event-ID", try #require(ids.last))])
        #expect(done.status == 204, "an event source that gets this doesn't ask again")
        for id in ["x", "1", "-1-2", "1-2-3-4", "99999999999999999999-1"] {
            #expect(try await server.get("/sessions/t/pty", headers: [("Last-Event-ID", id)]).status == 422, "\(id)")
        }
        await server.stop()
    }

    @Test func `a position within what is one read now gives the rest of it`() throws {
        var block = DecodedBlock(startOffset: ByteOffset(100), startTime: SessionTime(milliseconds: 5))
        block.output = Array("abcdefghij".utf8)
        block.reads = [.init(time: SessionTime(milliseconds: 5), start: 0, count: 10)]
        block.endTime = SessionTime(milliseconds: 5)
        let all = FeedEncoding.encode(block, session: "s")
        #expect(Self.output(Self.read(String(buffer: all.terminal[0]))) == Array("abcdefghij".utf8))
        let rest = FeedEncoding.encode(block, session: "s", after: FeedPosition(offset: 104, time: 5))
        #expect(Self.output(Self.read(String(buffer: rest.terminal[0]))) == Array("efghij".utf8))
        #expect(FeedEncoding.encode(block, session: "s", after: all.end).terminal.isEmpty)
    }

    @Test(arguments: ways)
    func `what happened in a session is told in order, with its branches`(_ way: TestServer.Way) async throws {
        let server = try await TestServer(way)
        try server.record("s") {
            $0.moments = 2
            $0.snapshots = 1
        }
        var branch = BranchMetadata(parentSessionID: "s")
        branch.snapshotID = 1
        try server.record("child") { $0.branch = branch }
        let told = Self.read(try await server.get("/sessions/s/events").text)
        #expect(told.allSatisfy { $0.event == "session" && $0.data["sessionId"] == "s" })
        let types = told.compactMap { $0.data["type"]?.text }
        #expect(types.first == "status" && types.last == "status")
        #expect(types.filter { $0 == "timeline.sessionMoment" }.count == 2)
        #expect(types.contains("timeline.fsSnapshot.created") && types.contains("timeline.sessionBranch.created"))
        let moment = try #require(told.first { $0.data["type"] == "timeline.sessionMoment" })
        #expect(Schemas.moment.faults(in: moment.data["moment"] ?? .null, at: "").isEmpty)
        #expect(told.last?.data["status"] == "completed")
        await server.stop()
    }

    @Test func `a session that is written meanwhile is followed to its end`() async throws {
        let server = try await TestServer()
        let live = try LiveRecording("live", in: server)
        let service = server.service
        let following = Task {
            try await service.reply(to: Self.request("/api/v1/sessions/live/pty"))
        }
        live.write("one ")
        while service.feeds.figures.followers == 0 { try await Task.sleep(for: .milliseconds(5)) }
        live.write("two ")
        try await Task.sleep(for: .milliseconds(100))
        live.write("three")
        try live.finish()
        let reply = try await following.value
        #expect(Self.output(Self.read(String(decoding: reply.body, as: UTF8.self))) == Array("one two three".utf8))
        await server.stop()
    }

    @Test func `a hundred followers are told the same, and a late one only what comes`() async throws {
        let server = try await TestServer()
        let live = try LiveRecording("live", in: server)
        let service = server.service
        live.write("before ")
        let all = (0..<100).map { _ in
            Task { try await service.reply(to: Self.request("/api/v1/sessions/live/pty")) }
        }
        while service.feeds.figures.followers < 100 { try await Task.sleep(for: .milliseconds(5)) }
        let late = Task { try await service.reply(to: Self.request("/api/v1/sessions/live/pty?from=now")) }
        while service.feeds.figures.followers < 101 { try await Task.sleep(for: .milliseconds(5)) }
        // The late one has looked where the end is once it waits.
        try await Task.sleep(for: .milliseconds(200))
        live.write("after")
        try live.finish()
        for follower in all {
            let reply = try await follower.value
            #expect(Self.output(Self.read(String(decoding: reply.body, as: UTF8.self))) == Array("before after".utf8))
        }
        let told = Self.read(String(decoding: try await late.value.body, as: UTF8.self))
        #expect(Self.output(told) == Array("after".utf8) && told.first?.data["type"] == "terminal_resize")
        #expect(service.feeds.figures.dropped == 0)
        await server.stop()
    }

    @Test func `who takes too long for a part is told so behind a whole event, and can go on from there`() async throws
    {
        let server = try await TestServer { $0.slowestReader = .zero }
        try server.record("s") { $0.text = (0..<200_000).map { "row \($0)\r\n" }.joined() }
        let reply = try await server.get("/sessions/s/pty")
        #expect(reply.text.hasSuffix("\n\n"))
        let told = Self.read(reply.text)
        #expect(told.last?.event == "notice" && told.last?.data["type"] == "dropped", "\(told.suffix(1))")
        let last = try #require(told.last?.data["lastEventId"]?.text ?? told.last?.id)
        #expect(told.compactMap(\.id).contains(last) || told.count == 1 || FeedPosition(last) != nil)
        #expect(server.service.feeds.figures.dropped == 1)
        await server.stop()
    }

    @Test func `a follower whose token is revoked is let go`() async throws {
        let server = try await TestServer()
        let live = try LiveRecording("live", in: server)
        let service = server.service
        let token = try server.token(.viewer)
        let following = Task {
            try await service.reply(to: Self.request("/api/v1/sessions/live/pty", token: token))
        }
        while service.feeds.figures.followers == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try server.tokens.revoke(String(token.split(separator: "_")[1]))
        live.write("secret")
        let told = Self.read(String(decoding: try await following.value.body, as: UTF8.self))
        #expect(told.last?.event == "notice" && told.last?.data["type"] == "revoked")
        #expect(Self.output(told).isEmpty)
        try live.finish()
        await server.stop()
    }

    @Test func `followers are let go when the server ends`() async throws {
        let server = try await TestServer()
        let live = try LiveRecording("live", in: server)
        let service = server.service
        let following = Task { try await service.reply(to: Self.request("/api/v1/sessions/live/events")) }
        while service.feeds.figures.followers == 0 { try await Task.sleep(for: .milliseconds(5)) }
        await server.stop()
        _ = try await following.value
        try live.finish()
    }

    private static func request(_ target: String, token: String? = nil) -> Exchange {
        var headers: [(name: String, value: String)] = [("Host", "localhost")]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        return Exchange(
            method: "GET", target: target, headers: headers, peer: token == nil ? .local(uid: 0) : .remote("192.0.2.1"))
    }
}

/// A session that a host seems to run: this process writes its recording and its facts.
final class LiveRecording {
    private let writer: RecordingWriter
    private let facts: String
    private var time: Int64 = 0

    init(_ id: String, in server: TestServer) throws {
        let folders = server.folders
        let path = folders.recording(id, startedAt: 1_793_577_600_000)
        let metadata = SessionMetadata(sessionID: id, command: ["sh"], startedAt: 1_793_577_600_000)
        writer = try RecordingWriter.create(at: path, metadata: metadata, size: Size(columns: 40, rows: 5))
        try writer.flush(durable: false)
        facts = folders.facts(id)
        let value = SessionFacts(
            sessionID: id, pid: ProcessInfo.processInfo.processIdentifier, socketPath: server.folder("none.sock"),
            recordingPath: path, command: ["sh"], startedAt: 1_793_577_600_000)
        try FileManager.default.createDirectory(
            atPath: "\(folders.home)/sessions", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try JSONEncoder().encode(value).write(to: URL(filePath: facts))
    }

    func write(_ text: String) {
        time += 10
        writer.append(.output(Array(text.utf8)), at: SessionTime(milliseconds: time))
        try? writer.flush(durable: false)
    }

    func finish() throws {
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: time))
        try FileManager.default.removeItem(atPath: facts)
    }
}
