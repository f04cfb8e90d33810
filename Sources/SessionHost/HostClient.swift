import Glibc
import Processes

/// The other end of a session host's socket. Blocking to connect, then driven by its user's poll loop.
public final class HostClient {
    public let sessionID: String
    private let socket: UnixSocket
    private var incoming = MessageAssembler()
    private var outgoing = PendingBytes(limit: 1 << 20)
    public private(set) var isDisconnected = false
    private var terminal = DirectTerminal()

    public init(sessionID: String, socketPath: String) throws(SessionError) {
        self.sessionID = sessionID
        do {
            socket = try UnixSocket.connect(to: socketPath)
        } catch {
            throw .process(error)
        }
        socket.setNonBlocking(true)
        outgoing.append(SessionProtocol.greeting)
        flush()
    }

    public var descriptor: Int32 { socket.descriptor }
    public var wantsToWrite: Bool { !outgoing.isEmpty }
    /// Whether the host takes what it is sent; when not, hold the source of input back.
    public var hasRoom: Bool { outgoing.hasRoom }

    public func send(_ message: ClientMessage) {
        for part in terminal.route(message) { outgoing.append(part.encoded()) }
        flush()
    }

    public func flush() {
        while !outgoing.isEmpty {
            guard let count = outgoing.withBytes({ socket.write($0) }) else {
                isDisconnected = true
                return
            }
            if count == 0 { return }
            outgoing.drop(count)
        }
    }

    /// The messages that have come. Never waits.
    public func receive() throws(SessionError) -> [HostMessage] {
        withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 16) { buffer in
            guard let count = socket.read(into: buffer, descriptor: &terminal.received) else {
                isDisconnected = true
                return
            }
            incoming.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        var messages: [HostMessage] = []
        while true {
            switch incoming.next() {
            case .incomplete: return messages
            case .tooLong(let length): throw .protocolMismatch("a message of \(length) bytes")
            case .message(let type, let body):
                guard let message = HostMessage(type: type, body: body) else {
                    throw .protocolMismatch("message type \(type)")
                }
                for part in terminal.take(message) {
                    outgoing.append(part.encoded())
                    flush()
                }
                if case .terminal = message { continue }
                messages.append(message)
            }
        }
    }

    /// Sends a request and waits for the first message that `answer` accepts.
    ///
    /// - Parameter milliseconds: how long the host may take.
    @discardableResult
    public func request<T>(
        _ message: ClientMessage, milliseconds: Int = 10_000, _ answer: (HostMessage) throws(SessionError) -> T?
    ) throws(SessionError) -> T {
        send(message)
        let deadline = MonotonicClock.now() + UInt64(milliseconds) * 1_000_000
        while !isDisconnected {
            let now = MonotonicClock.now()
            guard now < deadline else { throw .noAnswer(milliseconds: milliseconds) }
            var poller = Poller()
            poller.add(descriptor, wantsToWrite ? [.read, .write] : .read)
            guard poller.wait(milliseconds: Int((deadline - now) / 1_000_000) + 1) else { continue }
            flush()
            for message in try receive() {
                if let result = try answer(message) { return result }
            }
        }
        throw .disconnected(session: sessionID)
    }
}
