import Glibc

/// A connection to an HTTP server, byte by byte: for what no library would send, too.
public final class HTTPConnection {
    public enum Place: Sendable, Hashable {
        case socket(String)
        /// On this machine.
        case port(Int)
    }

    /// An answer that was read to its end.
    public struct Reply: Sendable {
        public var status: Int
        public var headers: [(name: String, value: String)]
        public var body: [UInt8]

        public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    public let descriptor: Int32

    public init(_ place: Place) throws {
        switch place {
        case .socket(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
            try Self.connect(descriptor, address)
        case .port(let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try Self.connect(descriptor, address)
        }
    }

    deinit { close(descriptor) }

    private static func connect<Address>(_ descriptor: Int32, _ address: Address) throws {
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            throw DriverError.timeout("a connection: \(String(cString: strerror(code)))", screen: "")
        }
    }

    /// - Returns: false when the other end is gone.
    @discardableResult public func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// What comes next; empty at the end, nil when nothing comes within the time.
    public func read(milliseconds: Int = 30_000) -> [UInt8]? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, Int32(milliseconds)) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count > 0 ? Array(buffer[..<count]) : []
    }

    /// Reads until a text has come.
    /// - Returns: all that came until then; nil if the end or nothing came instead.
    public func read(until text: String, milliseconds: Int = 30_000) -> String? {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(text) {
            guard let more = read(milliseconds: milliseconds), !more.isEmpty else { return nil }
            all += more
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// Sends a request and reads the answer to the connection's end.
    public static func send(
        _ method: String, _ target: String, to place: Place, headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) throws -> Reply {
        let connection = try HTTPConnection(place)
        var head = "\(method) \(target) HTTP/1.1\r\nConnection: close\r\n"
        if !headers.contains(where: { $0.name.lowercased() == "host" }) { head += "Host: localhost\r\n" }
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
        connection.write(Array((head + "\r\n").utf8) + body)
        var bytes: [UInt8] = []
        while let more = connection.read(), !more.isEmpty { bytes += more }
        guard let reply = parse(bytes) else {
            throw DriverError.timeout("an answer", screen: String(decoding: bytes.prefix(500), as: UTF8.self))
        }
        return reply
    }

    /// Takes an answer apart; nil if it isn't one.
    public static func parse(_ bytes: [UInt8]) -> Reply? {
        let end = Array("\r\n\r\n".utf8)
        guard bytes.count >= end.count,
            let split = (0...(bytes.count - end.count)).first(where: { bytes[$0...].starts(with: end) })
        else { return nil }
        let lines = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        var reply = Reply(status: status, headers: headers, body: Array(bytes[(split + end.count)...]))
        if reply.header("Transfer-Encoding") == "chunked" { reply.body = joined(reply.body) }
        return reply
    }

    /// The bytes of a body in chunks, as far as they came.
    private static func joined(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let line = rest.firstIndex(of: 0x0A) {
            let size = String(decoding: rest[..<line], as: UTF8.self).filter { $0.isHexDigit }
            guard let count = Int(size, radix: 16), count > 0 else { break }
            let start = rest.index(after: line)
            result += rest[start...].prefix(count)
            guard start + count + 2 <= rest.endIndex else { break }
            rest = rest[(start + count + 2)...]
        }
        return result
    }
}
