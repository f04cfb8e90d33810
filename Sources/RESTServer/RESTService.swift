import Access
import Catalog
import Crypto
import Processes
import SessionHost
import Snapshots
import Synchronization

/// Everything that routes work with, and the way of a request through them.
public final class RESTService: Sendable {
    let settings: ServiceSettings
    let workers = Workers(count: 8)
    /// For what plays whole recordings: few at a time, so that it doesn't take all there is.
    private let players = Workers(count: 2)
    let catalogue: SessionCatalogue
    let feeds: FeedShelf
    let metrics = ServerMetrics()
    let launcher: SessionLauncher
    let routes: RouteTable
    let startedAt: Int64
    let seekMounts: SeekMounts
    /// What of a killed server's mounts couldn't be taken away.
    let mountProblems = Mutex<[String]>([])
    /// Why the last round of upkeep was none.
    let upkeepProblem = Mutex<String?>(nil)
    private let gate: RequestGate
    private let idempotency = Idempotency()
    private let knownAgents = Mutex<(at: Int64, list: JSON)?>(nil)
    private let branches = Mutex<[String: (at: Int64, found: [SessionEntry])]>([:])

    public init(_ settings: ServiceSettings, catalogue: SessionCatalogue) {
        self.settings = settings
        self.catalogue = catalogue
        feeds = FeedShelf(workers: workers, catalogue: catalogue, longestWrite: settings.slowestReader)
        launcher = SessionLauncher(settings)
        routes = RouteTable.all
        startedAt = settings.now()
        gate = RequestGate(tokens: settings.tokens, hosts: settings.hosts, log: settings.log)
        let (home, path) = (settings.folders.home, ChildProcess.Launch.searchPath(settings.environment))
        seekMounts = SeekMounts(runtime: settings.folders.runtime) { SnapshotArchive(state: home, searchPath: path) }
    }

    /// Takes away what a killed server left.
    func begin() async throws {
        let problems = try await workers.run { [seekMounts] in seekMounts.collectLeftovers() }
        mountProblems.withLock { $0 = problems }
    }

    /// Lets all followers go, waits for what is under way, and takes away what was shown at folders.
    public func stop() async {
        feeds.stop()
        await workers.stop()
        await players.stop()
        for problem in seekMounts.hideAll() { settings.log(problem) }
    }

    // MARK: A request's way

    /// Answers a request; what goes wrong becomes a problem document.
    func answer(_ exchange: Exchange) async -> Answer {
        let begin = MonotonicClock.now()
        var operation = "unknown"
        var who: String?
        var session: String?
        var answer: Answer
        var reason: String?
        var isAudited = true
        do {
            guard exchange.target.utf8.count <= Interface.longestTarget else {
                throw RESTError.targetTooLong(limit: Interface.longestTarget)
            }
            let headers = Self.headers(exchange)
            let principal = try gate.admit(headers, from: exchange.peer, now: settings.now())
            who = principal?.name
            let target = try RequestTarget(exchange.target)
            let found = try routes.find(exchange.method, target.path)
            operation = found.route.name
            isAudited = found.route.isAudited
            let call = try await call(found, target, headers, exchange, principal, &session)
            answer = try await carryOut(found.route, call, exchange)
        } catch {
            let problem = RESTError(error)
            // What somebody is refused is of interest; what they mistyped isn't.
            isAudited = isAudited && operation != "unknown" || problem.status == 401 || problem.status == 403
            reason = problem.detail
            answer = problem.answer
        }
        if exchange.method == "HEAD" { answer = answer.withoutBody }
        answer.headers.append(("X-Content-Type-Options", "nosniff"))
        if answer.header("Cache-Control") == nil { answer.headers.append(("Cache-Control", "private, no-cache")) }
        metrics.add(operation, status: answer.status, nanoseconds: MonotonicClock.now() - begin)
        if isAudited {
            settings.audit.add(
                AuditLog.Entry(
                    at: settings.now(), who: who, from: Self.text(exchange.peer), operation: operation,
                    session: session,
                    status: answer.status, detail: reason))
        }
        return answer
    }

    private func call(
        _ found: RouteTable.Match, _ target: RequestTarget, _ headers: [String: String], _ exchange: Exchange,
        _ principal: Principal?, _ session: inout String?
    ) async throws -> Call {
        let route = found.route
        if let role = route.role {
            guard let principal else {
                throw RESTError.unauthorized(reason: "send “Authorization: Bearer TOKEN”; `ah token create` makes one")
            }
            guard principal.mayDo(role) else {
                throw RESTError.forbidden(
                    reason: "this takes the role \(role.rawValue), yours is \(principal.role.rawValue)")
            }
        }
        try route.check(query: target.query)
        var call = Call(
            method: route.method, target: exchange.target, headers: headers, path: found.parameters,
            query: target.query, body: .null,
            principal: principal ?? Principal(name: "nobody", role: .viewer, sessions: []), now: settings.now())
        if let name = found.parameters["id"] {
            let listed = try await find(name, for: call.principal)
            call.session = listed
            session = listed.id
        }
        if let schema = route.body { call.body = try Self.body(exchange, headers, schema) }
        return call
    }

    /// A session that somebody may see; for one that they may not, the answer is that there is none.
    func find(_ name: String, for principal: Principal) async throws -> SessionEntry {
        guard name.utf8.count <= 200 else { throw RESTError.noSession("\(name.prefix(40))…") }
        let own = principal.sessions
        do {
            let found = try await workers.run { [catalogue] in try catalogue.resolve(name, among: own.map { Set($0) }) }
            return found.seen(by: principal)
        } catch CatalogError.noSession {
            throw RESTError.noSession(String(name.prefix(100)))
        }
    }

    private static func body(_ exchange: Exchange, _ headers: [String: String], _ schema: Schema) throws -> JSON {
        guard !exchange.body.isEmpty else {
            let faults = schema.faults(in: .object([]), at: "")
            guard faults.isEmpty else { throw RESTError.invalid(faults) }
            return .object([])
        }
        let type = headers["content-type"] ?? ""
        let plain = type.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
        guard plain == "application/json" else { throw RESTError.unsupportedMediaType(String(type.prefix(100))) }
        let value = try JSON(parsing: exchange.body)
        let faults = schema.faults(in: value, at: "")
        guard faults.isEmpty else { throw RESTError.invalid(faults) }
        return value
    }

    private func carryOut(_ route: Route, _ call: Call, _ exchange: Exchange) async throws -> Answer {
        guard let key = call.headers["idempotency-key"], route.method == "POST" else {
            return Self.conditional(try await route.handle(call, self), route, call)
        }
        guard (1...255).contains(key.utf8.count) else {
            throw RESTError.invalid([.init(field: "Idempotency-Key", message: "must have 1 to 255 characters")])
        }
        let name = Idempotency.Key(principal: call.principal.name, key: key)
        let request = Idempotency.Request(
            method: route.method, target: exchange.target,
            body: Array(SHA256.hash(data: exchange.body)))
        if let known = try idempotency.begin(name, request, now: call.now) { return known }
        do {
            let answer = try await route.handle(call, self)
            idempotency.end(name, answer)
            return answer
        } catch {
            idempotency.end(name, RESTError(error).answer)
            throw error
        }
    }

    /// Gives a whole answer its ETag, or says that nothing changed.
    private static func conditional(_ answer: Answer, _ route: Route, _ call: Call) -> Answer {
        guard route.isCacheable, answer.status == 200, case .bytes(let bytes) = answer.body else { return answer }
        let digest = SHA256.hash(data: bytes).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let tag = "\"\(digest.joined())\""
        var tagged = answer
        tagged.headers.append(("ETag", tag))
        guard call.headers["if-none-match"].map({ EntityTag.matches($0, tag) }) == true else { return tagged }
        return Answer(status: 304, headers: [("ETag", tag)])
    }

    // MARK: For routes

    func work<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await workers.run(work)
    }

    func workHard<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await players.run(work)
    }

    /// Whether somebody who was let in may still be.
    func mayStay(_ principal: Principal) -> Bool {
        settings.tokens?.isValid(principal, now: settings.now()) ?? (principal.tokenID == nil)
    }

    /// Sessions that were branched off this one; looked for every two seconds at most.
    func branchNews(of session: String) async throws -> [SessionEntry] {
        let now = settings.now()
        let known = branches.withLock { $0[session] }
        if let known, abs(now - known.at) < 2000 { return known.found }
        let found = try await workers.run { [catalogue] in
            try catalogue.bringUpToDate()
            var filter = SessionFilter()
            filter.parent = session
            filter.isOldestFirst = true
            return try catalogue.sessions(filter)
        }
        branches.withLock { branches in
            if branches.count > 1000 { branches = [:] }
            branches[session] = (now, found)
        }
        return found
    }

    /// The agents that can be started here; asked for their versions once a minute at most.
    func agents() async throws -> JSON {
        let now = settings.now()
        if let known = knownAgents.withLock({ $0 }), abs(now - known.at) < 60_000 { return known.list }
        let list = try await workers.run { [launcher] in
            try JSON(parsing: launcher.run(["agent", "list", "--json"]))
        }
        knownAgents.withLock { $0 = (now, list) }
        return list
    }

    /// What was just branched is told at once.
    func forgetBranches(of session: String) { branches.withLock { $0[session] = nil } }

    var archive: SnapshotArchive {
        SnapshotArchive(
            state: settings.folders.home, searchPath: ChildProcess.Launch.searchPath(settings.environment))
    }

    /// What is known of sessions now, for somebody who may see them.
    func asked(_ session: SessionEntry) async throws -> SessionEntry {
        let now = settings.now()
        return try await workers.run { [catalogue] in catalogue.asked([session], now: now)[0] }
    }

    private static func headers(_ exchange: Exchange) -> [String: String] {
        Dictionary(exchange.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + ", " + $1 }
    }

    private static func text(_ peer: Exchange.Peer) -> String {
        switch peer {
        case .local(let uid): "unix, uid \(uid)"
        case .remote(let address): address
        }
    }

    /// Answers a request of the same process, and reads the answer to its end or its first so many bytes.
    public func reply(to exchange: Exchange, limit: Int = 64 << 20) async throws -> Exchange.Reply {
        let answer = await answer(exchange)
        var reply = Exchange.Reply(status: answer.status, headers: answer.headers, body: [])
        switch answer.body {
        case .bytes(let bytes): reply.body = bytes
        case .stream(_, let write):
            let collector = PartCollector(limit: limit)
            do {
                try await write(collector)
            } catch is PartCollector.Full {
                // That much was asked for.
            }
            reply.body = collector.bytes
        }
        return reply
    }
}

/// Takes the parts of a body in memory.
private final class PartCollector: PartWriter, OpenConnection {
    struct Full: Error {}
    private let limit: Int
    private let collected = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    var bytes: [UInt8] { collected.withLock { $0 } }

    func write(_ part: Part) async throws {
        let count = collected.withLock { bytes in
            bytes += part.readableBytesView
            return bytes.count
        }
        if count > limit { throw Full() }
    }

    var connection: any OpenConnection { self }
    func abort() {}
}
