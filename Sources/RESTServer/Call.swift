import Access
import Catalog

/// A request, as a route sees it: checked against what the route takes.
struct Call: Sendable {
    var method: String
    /// The path with its query, as it was sent.
    var target: String
    /// Lower-case names.
    var headers: [String: String]
    /// What the path's `{names}` are.
    var path: [String: String]
    var query: [String: String]
    var body: JSON
    var principal: Principal
    /// Milliseconds since 1970.
    var now: Int64
    /// The session that the path names; nil where it names none.
    var session: SessionEntry?

    /// The session that the path names.
    var listed: SessionEntry {
        get throws(RESTError) {
            guard let session else { throw .internalFault("\(target) names no session") }
            return session
        }
    }

    func text(_ name: String) -> String? { query[name] }
    func number(_ name: String) -> Double? { query[name].flatMap(Double.init) }
    func integer(_ name: String) -> Int? { query[name].flatMap { Int($0) } }
    func flag(_ name: String) -> Bool? { query[name].map { $0 == "true" } }

    /// A time in seconds as milliseconds.
    func time(_ name: String) -> Int64? { number(name).map(Self.milliseconds) }

    static func milliseconds(_ seconds: Double) -> Int64 {
        Int64(exactly: (seconds * 1000).rounded()) ?? (seconds < 0 ? 0 : Int64.max / 4)
    }
}

/// A request as it comes from the network, or from a caller in the same process.
public struct Exchange: Sendable {
    public var method: String
    public var target: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Where it came in.
    public var peer: Peer

    /// The other end of a connection.
    public enum Peer: Hashable, Sendable {
        /// Through the Unix socket, by a process of this user.
        case local(uid: UInt32)
        /// Over TCP, from this address.
        case remote(String)
    }

    public init(
        method: String, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [], peer: Peer
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// What came of it, read to its end.
    public struct Reply: Sendable {
        public var status: Int
        public var headers: [(name: String, value: String)]
        public var body: [UInt8]

        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }
}
