import FoundationEssentials

/// Where a server listens and who is let in, as the command line hands it to the program that serves.
public struct ListenPlan: Codable, Hashable, Sendable {
    /// Of the Unix socket; nil for none.
    public var socket: String?
    /// An address and a port; nil for none.
    public var host: String?
    public var port: Int?
    /// The file with tokens.
    public var tokenFile: String
    /// Names of hosts that it goes by, besides the loopback's.
    public var hosts: [String]
    /// The path of `ah`, with which sessions are started.
    public var executable: String
    public var version: String

    public init(
        socket: String?, host: String?, port: Int?, tokenFile: String, hosts: [String], executable: String,
        version: String
    ) {
        self.socket = socket
        self.host = host
        self.port = port
        self.tokenFile = tokenFile
        self.hosts = hosts
        self.executable = executable
        self.version = version
    }

    /// As one argument of a command.
    public var text: String {
        guard let data = try? JSONEncoder().encode(self) else {
            preconditionFailure("strings and numbers can be encoded")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads what ``text`` gives; nil for anything else.
    public init?(_ text: String) {
        guard let plan = try? JSONDecoder().decode(ListenPlan.self, from: Data(text.utf8)) else { return nil }
        self = plan
    }

    /// Takes `ADDRESS:PORT` apart; an address of version 6 stands in brackets.
    public static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), port)
    }

    /// Whether only programs of this machine reach an address.
    public static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.split(separator: ".").count == 4
    }
}
