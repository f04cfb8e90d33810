import Glibc

/// A viewer's own way into the child's terminal: what is typed is written there, and the host is told of it. An echo so
/// takes one process less.
///
/// What must not be overtaken (a new size, text that the terminal doesn't take at once) goes through the host, and all after
/// it, until the host says that the child has it.
struct DirectTerminal: ~Copyable {
    /// What came with the last message; taken over when the host says what it is.
    var received: Int32?
    private var descriptor: Int32?
    private var isViewer = false
    private var isRefused = false
    private var isKnownToHost = false
    /// Requests that were not answered yet.
    private var requests = 0

    init() {}

    deinit {
        if let received { close(received) }
        if let descriptor { close(descriptor) }
    }

    /// Types what can be typed.
    /// - Returns: what the host is to be told.
    mutating func route(_ message: ClientMessage) -> [ClientMessage] {
        switch message {
        case .input(let bytes):
            guard let descriptor, requests == 0, !isRefused else { return [message] + request() }
            let count = write(bytes, to: descriptor)
            if count == bytes.count { return [.typed(bytes)] }
            return (count > 0 ? [.typed(Array(bytes[..<count]))] : []) + [.input(Array(bytes[count...]))] + request()
        case .attach, .resize:
            isViewer = true
            return [message] + request()
        case .prompt, .signal, .stop: return [message] + request()
        default: return [message]
        }
    }

    /// Learns from what the host says.
    /// - Returns: what it is to be asked.
    mutating func take(_ message: HostMessage) -> [ClientMessage] {
        switch message {
        case .welcome(let status):
            guard !isKnownToHost, status.protocolVersion >= Self.firstVersion else { return [] }
            isKnownToHost = true
            return request()
        case .terminal(let isGranted):
            requests = max(0, requests - 1)
            if let received {
                if let descriptor { close(descriptor) }
                descriptor = received
            }
            received = nil
            if !isGranted { isRefused = true }
            return []
        default: return []
        }
    }

    private mutating func request() -> [ClientMessage] {
        guard isViewer, isKnownToHost, !isRefused else { return [] }
        requests += 1
        return [.terminal]
    }

    /// Bytes that the terminal took. None when it is full, or has ended: then the host says so.
    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Int {
        while true {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            if errno != EINTR { return 0 }
        }
    }

    /// Of the protocol, in which a terminal can be asked for.
    private static let firstVersion = 4
}
