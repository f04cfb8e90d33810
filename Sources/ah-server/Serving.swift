import Access
import Catalog
import Glibc
import Processes
import RESTServer
import SessionHost
import Synchronization

/// Carries out `ah serve`.
struct Serving {
    let plan: ListenPlan
    let environment: [String: String]

    func run() async throws {
        // Whatever is made here is its owner's alone, the socket too.
        umask(0o077)
        raiseFileLimit()
        let folders = SessionFolders(environment: environment)
        let catalogue = try SessionCatalogue(folders: folders)
        var settings = ServiceSettings(
            version: plan.version, folders: folders, environment: environment, executable: plan.executable,
            audit: AuditLog(folder: "\(folders.home)/audit"), now: { WallClock.now() })
        settings.tokens = TokenBook(TokenFile(path: plan.tokenFile))
        settings.hosts = Set(plan.hosts.map { $0.lowercased() })
        settings.keepsHouse = true
        settings.log = Self.log()
        var places: [HTTPListener.Place] = []
        // Nothing is begun unless all of it can be.
        if let host = plan.host, let port = plan.port {
            try PortCheck.check(host, port)
            places.append(.address(host, port: port))
        }
        if let socket = plan.socket {
            try prepare(socket, own: folders.runtime)
            places.insert(.socket(socket), at: 0)
        }
        try await HTTPListener(RESTService(settings, catalogue: catalogue)).run(
            places,
            overdue: {
                Self.write(2, "ah: a request doesn't end, so it is cut off; nothing that was answered is lost\n")
                exit(1)
            }
        ) { place, address in
            switch place {
            case .socket(let path):
                chmod(path, 0o600)
                Self.say("listening on \(path)")
            case .address: Self.say("listening on http://\(address)")
            }
        }
    }

    /// Makes the socket's folder if it is our own, and takes away a socket that nobody listens at.
    private func prepare(_ path: String, own: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard folder == own || folder.hasPrefix("\(own)/") || access(folder.isEmpty ? "/" : folder, F_OK) == 0 else {
            throw ServingError.noFolder(folder)
        }
        try SessionFolders.makePrivate(folder.isEmpty ? "/" : folder)
        guard path.utf8.count < 108 else { throw ServingError.pathTooLong(path) }
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFSOCK else { throw ServingError.notASocket(path) }
        if (try? UnixSocket.connect(to: path)) != nil { throw ServingError.taken(path) }
        unlink(path)
    }

    /// Each follower is an open file.
    private func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Says each line once: what goes wrong at every request would fill the terminal.
    private static func log() -> @Sendable (String) -> Void {
        let said = Mutex<Set<String>>([])
        return { text in
            let isNew = said.withLock { said in
                if said.count > 1000 { said = [] }
                return said.insert(text).inserted
            }
            if isNew { write(2, "ah: \(text)\n") }
        }
    }

    private static func say(_ text: String) { write(1, text + "\n") }

    static func write(_ descriptor: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}

enum ServingError: Error, CustomStringConvertible {
    case taken(String)
    case notASocket(String)
    case pathTooLong(String)
    case noFolder(String)
    /// An address that can't be listened at, and why.
    case address(String, reason: String)

    var description: String {
        switch self {
        case .taken(let path): "\(path): a server listens there already; end it, or choose another --socket"
        case .notASocket(let path): "\(path): there is something else of that name; choose another --socket"
        case .noFolder(let folder): "\(folder): there is no such folder for --socket; make it, or choose another one"
        case .address(let address, let reason): "\(address): \(reason); choose another --bind"
        case .pathTooLong(let path): "\(path): longer than the 107 bytes that a socket's path may have"
        }
    }
}

extension Serving {
    /// The program's entry: what to do is its only argument.
    static func start() async -> Never {
        signal(SIGPIPE, SIG_IGN)
        // Each thread's own pool of memory would keep what its busiest moment took.
        MemoryPools.limit(to: 2)
        guard CommandLine.arguments.count == 2, let plan = ListenPlan(CommandLine.arguments[1]) else {
            write(2, "ah-server: this is started by: ah serve\n")
            exit(64)
        }
        do {
            try await Serving(plan: plan, environment: variables).run()
            exit(0)
        } catch {
            write(2, "ah: \(error)\n")
            exit(1)
        }
    }

    private static var variables: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }
}
