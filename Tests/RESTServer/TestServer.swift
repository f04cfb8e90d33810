import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import SessionHost
import TestSupport

@testable import Access
@testable import Catalog
@testable import RESTServer

/// A server for a test, with an `AH_HOME` of its own; asked in memory, or over its socket.
final class TestServer {
    /// The same requests go either way.
    enum Way: String, CaseIterable, Sendable { case memory, socket }

    let folder: TemporaryFolder
    let folders: SessionFolders
    let service: RESTService
    let tokens: TokenFile
    private let way: Way
    private var listening: Task<Void, any Error>?
    private var threads: OwnThreads?
    private var socket: String { folder("run/serve.sock") }

    /// - Parameter executable: the `ah` that sessions are started with.
    /// - Parameter change: what else of the settings isn't as usual.
    init(
        _ way: Way = .memory, executable: String = BuiltProduct.ah, change: (inout ServiceSettings) -> Void = { _ in }
    ) async throws {
        self.way = way
        folder = try TemporaryFolder()
        let environment = TestEnvironment.variables(
            home: folder.path, adding: ["AH_HOME": folder("home"), "AH_RUNTIME_DIR": folder("run")])
        folders = SessionFolders(environment: environment)
        tokens = TokenFile(path: folder("tokens.json"))
        var settings = ServiceSettings(
            version: "0.0.0", folders: folders, environment: environment, executable: executable,
            audit: AuditLog(folder: folder("audit")), now: { 1_793_600_000_000 })
        settings.tokens = TokenBook(tokens)
        change(&settings)
        service = RESTService(settings, catalogue: try SessionCatalogue(folders: folders))
        guard way == .socket else { return }
        try FileManager.default.createDirectory(
            atPath: folders.runtime, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let (service, path) = (service, socket)
        let (started, ready) = AsyncStream.makeStream(of: Void.self)
        let threads = OwnThreads()
        self.threads = threads
        listening = Task(executorPreference: threads) {
            try await HTTPListener(service).run([.socket(path)]) { _, _ in ready.finish() }
            ready.finish()
        }
        for await _ in started {}
    }

    deinit {
        guard let listening, let threads else { return }
        listening.cancel()
        Task {
            _ = await listening.result
            threads.end()
        }
    }

    func stop() async {
        listening?.cancel()
        _ = await listening?.result
        if way == .memory { await service.stop() }
    }

    /// Sends a request as this user, or with a token as somebody from elsewhere.
    func send(
        _ method: String, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        token: String? = nil, peer: Exchange.Peer? = nil
    ) async throws -> HTTPConnection.Reply {
        var headers = headers
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        guard way == .memory || peer != nil else {
            let (all, place) = (headers, HTTPConnection.Place.socket(socket))
            return try await Self.onThread {
                try HTTPConnection.send(method, target, to: place, headers: all, body: body)
            }
        }
        if !headers.contains(where: { $0.name == "Host" }) { headers.append(("Host", "localhost")) }
        let from = peer ?? (token == nil ? .local(uid: getuid()) : .remote("192.0.2.1"))
        let reply = try await service.reply(
            to: Exchange(method: method, target: target, headers: headers, body: body, peer: from))
        return HTTPConnection.Reply(status: reply.status, headers: reply.headers, body: reply.body)
    }

    func get(_ path: String, headers: [(name: String, value: String)] = [], token: String? = nil) async throws
        -> HTTPConnection.Reply
    { try await send("GET", "/api/v1\(path)", headers: headers, token: token) }

    func post(
        _ path: String, _ body: String = "{}", headers: [(name: String, value: String)] = [], token: String? = nil
    ) async throws -> HTTPConnection.Reply {
        try await send(
            "POST", "/api/v1\(path)", headers: headers + [("Content-Type", "application/json")],
            body: Array(body.utf8), token: token)
    }

    func token(_ role: Role, sessions: [String]? = nil) throws -> String {
        var random = SystemRandomNumberGenerator()
        return try tokens.create(
            name: nil, role: role, sessions: sessions, lifetime: nil, now: 0, random: &random
        ).text
    }

    /// Blocking work, off the threads that the server itself needs.
    static func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let box = Unmanaged.passRetained(ThreadWork { continuation.resume(with: Result { try work() }) })
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { pointer in
                    guard let pointer else { return nil }
                    Unmanaged<ThreadWork>.fromOpaque(pointer).takeRetainedValue().run()
                    return nil
                }, box.toOpaque())
            pthread_detach(thread)
        }
    }

    // MARK: Sessions

    struct Recipe {
        var moments = 0
        var snapshots = 0
        var text = "hello\r\n"
        var duration: Int64 = 5000
        var finishes = true
        var branch: BranchMetadata?
        var exit = ExitStatus(code: 0)
        var name: String?
        /// How often each snapshot is told of.
        var repetitions = 1
    }

    /// Writes the recording of a finished session.
    @discardableResult
    func record(_ id: String, startedAt: Int64 = 1_793_577_600_000, _ change: (inout Recipe) -> Void = { _ in }) throws
        -> String
    {
        var recipe = Recipe()
        change(&recipe)
        var metadata = SessionMetadata(sessionID: id, command: ["make", "-j4"], startedAt: startedAt)
        metadata.cwd = "/srv/project"
        metadata.name = recipe.name
        let path = folders.recording(id, startedAt: startedAt)
        let writer = try RecordingWriter.create(
            at: path, metadata: metadata, branch: recipe.branch, size: Size(columns: 40, rows: 5))
        writer.append(.output(Array(recipe.text.utf8)), at: SessionTime(milliseconds: 10))
        for index in 0..<recipe.moments {
            writer.append(
                .moment(
                    Moment(id: UInt64(index + 1), label: "step \(index + 1)", type: "milestone", isAutomatic: true)),
                at: SessionTime(milliseconds: Int64(100 + index)))
        }
        for index in (0..<recipe.snapshots).flatMap({ Array(repeating: $0, count: recipe.repetitions) }) {
            writer.append(
                .snapshot(SnapshotReference(id: UInt64(index + 1), label: "s", provider: "git")),
                at: SessionTime(milliseconds: Int64(200 + index)))
        }
        if recipe.finishes {
            try writer.finish(exit: recipe.exit, at: SessionTime(milliseconds: recipe.duration))
        } else {
            try writer.flush(durable: false)
        }
        return path
    }
}

private final class ThreadWork {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

extension HTTPConnection.Reply {
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
}
