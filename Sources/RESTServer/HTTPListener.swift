import Access
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves a service over sockets until it is told to end (SIGTERM, SIGINT).
public struct HTTPListener: Sendable {
    private let service: RESTService

    public init(_ service: RESTService) { self.service = service }

    /// Where to listen.
    public enum Place: Hashable, Sendable {
        case socket(String)
        case address(String, port: Int)
    }

    /// Bytes of a request's head that are read; connections at a time, for each place.
    private static let headSize = 64 << 10
    private static let headCount = 100
    private static let connections = 1000
    /// A connection on which nothing comes for so long is closed.
    private static let idleTime = TimeAmount.seconds(20)

    /// How long requests that are under way may take after the server was told to end.
    private static let endingTime = Duration.seconds(5)

    /// - Parameters:
    ///   - overdue: called when the server was told to end, and hasn't twice the time after that it gives to requests
    ///     that are under way.
    ///   - started: called with each place once it can be reached.
    public func run(
        _ places: [Place], overdue: @escaping @Sendable () -> Void = {},
        started: @escaping @Sendable (Place, String) -> Void
    ) async throws {
        try await service.begin()
        var logger = Logger(label: "ah-server") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let applications = places.map { application($0, logger, started) }
        let ending = Ending(service: service, overdue: overdue)
        defer { ending.isOver() }
        var configuration = ServiceGroupConfiguration(
            services: applications.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
                + [.init(service: ending), .init(service: Housekeeping(service: service))],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Followers are let go at once. What is late after that is cancelled; a bound on that too would be kept by
        // a crash of the whole process.
        configuration.maximumGracefulShutdownDuration = Self.endingTime
        try await ServiceGroup(configuration: configuration).run()
        for case .socket(let path) in places { unlink(path) }
        await service.stop()
    }

    private func application(
        _ place: Place, _ logger: Logger, _ started: @escaping @Sendable (Place, String) -> Void
    ) -> Application<Responder> {
        let address: BindAddress =
            switch place {
            case .socket(let path): .unixDomainSocket(path: path)
            case .address(let host, let port): .hostname(host, port: port)
            }
        return Application(
            responder: Responder(service: service),
            server: .http1(
                configuration: .init(
                    idleTimeout: Self.idleTime,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.headSize / 4 * 3, maxHeaderListSize: Self.headSize,
                        maxHeaderFieldCount: Self.headCount))),
            configuration: .init(
                address: address, serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections, logger: logger)),
            onServerRunning: { channel in
                started(place, channel.localAddress.map { Self.text($0) } ?? "")
            }, logger: logger)
    }

    private static func text(_ address: SocketAddress) -> String {
        switch address {
        case .unixDomainSocket: address.pathname ?? ""
        case .v4: "\(address.ipAddress ?? ""):\(address.port ?? 0)"
        case .v6: "[\(address.ipAddress ?? "")]:\(address.port ?? 0)"
        }
    }

    /// Lets followers go as soon as the server is to end, since their streams have no end of their own; and watches
    /// that the server ends.
    private final class Ending: Service {
        private let service: RESTService
        private let overdue: @Sendable () -> Void
        private let watch = Mutex<Task<Void, Never>?>(nil)

        init(service: RESTService, overdue: @escaping @Sendable () -> Void) {
            (self.service, self.overdue) = (service, overdue)
        }

        func run() async throws {
            try? await gracefulShutdown()
            service.feeds.stop()
            let (limit, overdue) = (HTTPListener.endingTime * 2, overdue)
            let task = Task.detached {
                guard (try? await Task.sleep(for: limit)) != nil else { return }
                overdue()
            }
            watch.withLock { $0 = task }
        }

        func isOver() { watch.withLock { $0?.cancel() } }
    }
}

/// Turns requests of the HTTP library into the service's, and its answers back.
private struct Responder: HTTPResponder {
    typealias Context = ConnectionContext

    let service: RESTService

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let exchange: Exchange
        do {
            exchange = Exchange(
                method: request.method.rawValue, target: request.head.path ?? "", headers: Self.headers(request),
                body: try await Self.body(request), peer: try await context.peer())
        } catch {
            return response(RESTError(error).answer, context)
        }
        return response(await service.answer(exchange), context)
    }

    private static func headers(_ request: Request) -> [(name: String, value: String)] {
        var headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        if let host = request.head.authority { headers.append(("Host", host)) }
        return headers
    }

    /// The whole body, if it isn't too long and comes in time.
    private static func body(_ request: Request) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Interface.longestBody {
            throw RESTError.bodyTooLong(limit: Interface.longestBody)
        }
        let isWithout = request.headers[.contentLength] == nil && request.headers[.transferEncoding] == nil
        if isWithout || request.headers[.contentLength] == "0" { return [] }
        do {
            return try await whole(request.body)
        } catch let error as RESTError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw RESTError.malformedTransfer
        }
    }

    private static func whole(_ body: RequestBody) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                for try await part in body {
                    bytes += part.readableBytesView
                    guard bytes.count <= Interface.longestBody else {
                        throw RESTError.bodyTooLong(limit: Interface.longestBody)
                    }
                }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: .seconds(Interface.slowestBody))
                throw RESTError.bodyTooSlow(seconds: Interface.slowestBody)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func response(_ answer: Answer, _ context: ConnectionContext) -> Response {
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        let status = HTTPResponse.Status(code: answer.status)
        let channel = context.channel
        switch answer.body {
        case .bytes(let bytes) where answer.closesConnection:
            // What the client goes on sending is not read.
            fields[.connection] = "close"
            return Response(
                status: status, headers: fields,
                body: ResponseBody(contentLength: bytes.count) { writer in
                    try await writer.write(ByteBuffer(bytes: bytes))
                    try await writer.finish(nil)
                    channel.close(promise: nil)
                })
        case .bytes(let bytes):
            let hasNone = answer.status == 204 || answer.status == 304
            return Response(
                status: status, headers: fields,
                body: bytes.isEmpty ? ResponseBody(hasNone) : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let length, let write):
            return Response(
                status: status, headers: fields,
                body: ResponseBody(contentLength: length) { writer in
                    do {
                        try await write(ChannelWriter(writer, channel))
                    } catch {
                        // The head is out already: a closed connection says that something is missing.
                        channel.close(promise: nil)
                        throw error
                    }
                    try await writer.finish(nil)
                })
        }
    }
}

extension ResponseBody {
    /// An empty one; whether the status says already that there is none.
    fileprivate init(_ hasNone: Bool) { self = hasNone ? ResponseBody(contentLength: nil) { _ in } : ResponseBody() }
}

/// Writes parts to a connection, each when the one before was taken.
private final class ChannelWriter: PartWriter {
    private var writer: any ResponseBodyWriter
    private let channel: any Channel

    init(_ writer: any ResponseBodyWriter, _ channel: any Channel) {
        self.writer = writer
        self.channel = channel
    }

    func write(_ part: Part) async throws { try await writer.write(part) }

    var connection: any OpenConnection { ChannelEnd(channel: channel) }
}

private struct ChannelEnd: OpenConnection {
    let channel: any Channel

    func abort() { channel.close(promise: nil) }
}

/// What is known of a connection.
private struct ConnectionContext: RequestContext, InitializableFromSource {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Who is at the other end.
    func peer() async throws -> Exchange.Peer {
        guard case .unixDomainSocket? = channel.localAddress else {
            return .remote(channel.remoteAddress?.ipAddress ?? "unknown")
        }
        guard let options = channel as? any SocketOptionProvider else {
            throw RESTError.unauthorized(reason: "it can't be told who you are")
        }
        let credentials: Credentials = try await options.unsafeGetSocketOption(
            level: .init(rawValue: CInt(SOL_SOCKET)), name: .init(rawValue: CInt(SO_PEERCRED))
        ).get()
        return .local(uid: credentials.uid)
    }

    /// As the system gives them for SO_PEERCRED.
    private struct Credentials: Sendable {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }
}
