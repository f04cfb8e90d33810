/// What goes back.
struct Answer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: Body
    /// Whether what the client still sends isn't worth reading.
    var closesConnection = false

    enum Body: Sendable {
        case bytes([UInt8])
        /// Comes in parts; how many bytes in all, where that is known.
        case stream(length: Int?, @Sendable (any PartWriter) async throws -> Void)
    }

    init(status: Int = 200, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ value: JSON, status: Int = 200) -> Answer {
        Answer(status: status, headers: [("Content-Type", "application/json")], body: .bytes(value.bytes))
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Answer {
        Answer(headers: [("Content-Type", type)], body: .bytes(Array(text.utf8)))
    }

    static func bytes(_ bytes: [UInt8], type: String) -> Answer {
        Answer(headers: [("Content-Type", type)], body: .bytes(bytes))
    }

    /// The same for HEAD: its length is told, the body isn't sent.
    var withoutBody: Answer {
        var head = self
        head.body = .bytes([])
        switch body {
        case .bytes(let bytes): head.headers.append(("Content-Length", "\(bytes.count)"))
        case .stream(let length?, _): head.headers.append(("Content-Length", "\(length)"))
        case .stream(nil, _): break
        }
        return head
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Takes the parts of a body; waits while the client doesn't read.
protocol PartWriter {
    func write(_ part: Part) async throws
    var connection: any OpenConnection { get }
}

/// A connection that can be closed from elsewhere, so that a write under way fails.
protocol OpenConnection: Sendable {
    func abort()
}
