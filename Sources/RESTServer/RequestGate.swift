import Access
import Glibc

/// Decides, before a route is looked at closer, whether a request is let in, and as whom.
struct RequestGate: Sendable {
    let tokens: TokenBook?
    let hosts: Set<String>
    /// Takes what nobody who asks may know.
    let log: @Sendable (String) -> Void

    /// - Throws: `wrongHost`, `wrongOrigin`, `unauthorized`.
    func admit(_ headers: [String: String], from peer: Exchange.Peer, now: Int64) throws -> Principal? {
        try check(host: headers["host"] ?? "")
        if let origin = headers["origin"] { try check(origin: origin, host: headers["host"] ?? "") }
        if let principal = try principal(headers["authorization"], now: now) { return principal }
        guard case .local(let uid) = peer else { return nil }
        guard uid == getuid() || uid == 0 else {
            throw RESTError.unauthorized(reason: "this socket is another user's")
        }
        return Principal(name: "uid \(uid)", role: .admin)
    }

    private func principal(_ header: String?, now: Int64) throws -> Principal? {
        guard let header else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw RESTError.unauthorized(reason: "send “Authorization: Bearer TOKEN”")
        }
        // One reason for all of them: somebody who guesses learns nothing from it.
        let found: Principal?
        do {
            found = try tokens?.principal(for: parts[1], now: now)
        } catch {
            log("no token is accepted: \(error)")
            throw RESTError.internalFault("tokens can't be looked at now; the server's own output says why")
        }
        guard let found else { throw RESTError.unauthorized(reason: "this token isn't known, or not any more") }
        return found
    }

    /// A name that leads to this server only because somebody's name server says so isn't its own.
    private func check(host: String) throws {
        guard let name = Self.name(of: host), isOwn(name) else { throw RESTError.wrongHost(String(host.prefix(100))) }
    }

    private func check(origin: String, host: String) throws {
        let place = origin.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? ""
        guard origin.hasPrefix("http://") || origin.hasPrefix("https://"), place == host else {
            throw RESTError.wrongOrigin(String(origin.prefix(100)))
        }
    }

    private func isOwn(_ name: String) -> Bool {
        ["localhost", "127.0.0.1", "[::1]"].contains(name) || hosts.contains(name)
    }

    /// A host without its port, in lower case; nil where what follows it is no port.
    static func name(of host: String) -> String? {
        let lower = host.lowercased()
        var end = lower.firstIndex(of: ":") ?? lower.endIndex
        if lower.hasPrefix("["), let bracket = lower.firstIndex(of: "]") { end = lower.index(after: bracket) }
        let rest = lower[end...]
        if rest.isEmpty { return lower }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard digits.isEmpty || (1...65535).contains(Int(digits) ?? 0) else { return nil }
        return String(lower[..<end])
    }
}
