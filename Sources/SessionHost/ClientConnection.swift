import Processes
import ScreenModel

/// One client of a session host: what it sent so far, what it still has to get, and which frame it has.
final class ClientConnection {
    let id: UInt64
    private let socket: UnixSocket
    private var incoming = MessageAssembler()
    private var outgoing: [UInt8] = []
    private var sent = 0
    private(set) var dialect = Dialect.unknown
    /// The window of a viewer; nil for a client that only asks and says.
    var window: Size?
    /// Whether it is told what viewers are told, without frames.
    var isSubscribed = false
    /// Whether it waits for an answer about the child's terminal.
    var wantsTerminal = false
    var known = FrameUpdate.Known()
    private var lastFrame: UInt64 = 0
    private var acknowledged: UInt64 = 0
    /// Set when the connection is to be closed once everything is sent.
    var isClosing = false
    /// Whether it is told what happens.
    var hears: Bool { window != nil || isSubscribed }
    private(set) var isGone = false

    enum Dialect { case unknown, ours, agentHarbor }

    enum Incoming {
        case message(ClientMessage)
        case agentHarbor(AgentHarborRequest)
        case broken(String)
    }

    init(id: UInt64, socket: UnixSocket) {
        self.id = id
        self.socket = socket
    }

    var descriptor: Int32 { socket.descriptor }
    var wantsToWrite: Bool { sent < outgoing.count }

    /// A viewer gets the next frame when it has drawn the last but one and its socket is empty.
    var isReadyForFrame: Bool {
        window != nil && !isGone && !wantsToWrite && lastFrame - acknowledged < Self.framesInFlight
    }

    func acknowledge(_ frame: UInt64) { acknowledged = min(max(acknowledged, frame), lastFrame) }

    func send(_ message: HostMessage) { send(message.encoded()) }

    func sendFrame(_ update: FrameUpdate, version: UInt64) {
        lastFrame += 1
        known.size = update.size
        known.version = version
        known.clusters = update.firstCluster + update.clusters.count
        known.extras = update.firstExtra + update.extras.count
        send(HostMessage.frame(number: lastFrame, update).encoded())
    }

    func send(_ bytes: [UInt8]) {
        guard !isGone else { return }
        // A client that doesn't read is dropped before it can eat memory.
        guard outgoing.count - sent + bytes.count <= Self.outgoingLimit else {
            isGone = true
            return
        }
        outgoing += bytes
        flush()
    }

    /// A message with a descriptor, which must be the socket's next: whether that could be sent.
    func send(_ message: HostMessage, with descriptor: Int32) -> Bool {
        guard !isGone, !wantsToWrite else { return false }
        let bytes = message.encoded()
        guard let count = bytes.withUnsafeBytes({ socket.write($0, with: descriptor) }) else {
            isGone = true
            return false
        }
        guard count > 0 else { return false }
        if count < bytes.count { send(Array(bytes[count...])) }
        return true
    }

    func flush() {
        while sent < outgoing.count, !isGone {
            let count = outgoing.withUnsafeBytes { socket.write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
            guard let count else {
                isGone = true
                return
            }
            if count == 0 { return }
            sent += count
        }
        outgoing.removeAll(keepingCapacity: outgoing.capacity < 1 << 20)
        sent = 0
    }

    /// Reads what is there. Stops after a bounded amount, so that one client can't keep the loop.
    func receive() -> [Incoming] {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            guard let count = socket.read(into: buffer) else {
                isGone = true
                return
            }
            incoming.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        var result: [Incoming] = []
        if dialect == .unknown { chooseDialect() }
        while let next = nextIncoming() {
            result.append(next)
            if case .broken = next {
                isClosing = true
                break
            }
        }
        return result
    }

    private func chooseDialect() {
        let pending = incoming.pending
        guard pending.count >= SessionProtocol.greeting.count else { return }
        if pending.starts(with: SessionProtocol.greeting) {
            incoming.drop(SessionProtocol.greeting.count)
            dialect = .ours
        } else {
            dialect = .agentHarbor
        }
    }

    private func nextIncoming() -> Incoming? {
        switch dialect {
        case .unknown: return nil
        case .agentHarbor:
            switch AgentHarborRequest.parse(incoming.pending) {
            case .incomplete: return nil
            case .invalid(let reason): return .broken(reason)
            case .request(let request, let length):
                incoming.drop(length)
                return .agentHarbor(request)
            }
        case .ours:
            switch incoming.next() {
            case .incomplete: return nil
            case .tooLong(let length): return .broken("a message of \(length) bytes is too long")
            case .message(let type, let body):
                return ClientMessage(type: type, body: body).map { .message($0) }
                    ?? .broken("unknown message type \(type)")
            }
        }
    }

    private static let framesInFlight: UInt64 = 2
    private static let outgoingLimit = 32 << 20
}
