import FoundationEssentials
import Glibc

/// The file that holds a user's tokens; changed whole, by one process at a time.
public struct TokenFile: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    private struct Content: Codable {
        var version = 1
        var tokens: [AccessToken] = []
    }

    /// All of them, oldest first; none where there is no file.
    public func tokens() throws(AccessError) -> [AccessToken] { try read().tokens }

    private func read() throws(AccessError) -> Content {
        guard let bytes = try PrivateBytes.read(path, limit: 4 << 20) else { return Content() }
        do {
            let content = try JSONDecoder().decode(Content.self, from: Data(bytes))
            guard content.version == 1 else {
                throw AccessError.unreadable(path: path, reason: "version \(content.version)")
            }
            return content
        } catch let error as AccessError {
            throw error
        } catch {
            throw .unreadable(path: path, reason: "it isn't its JSON")
        }
    }

    /// Makes a token; its text can't be had again.
    /// - Parameter lifetime: milliseconds; nil for no end.
    public func create(
        name: String?, role: Role, sessions: [String]?, lifetime: Int64?, now: Int64,
        random: inout some RandomNumberGenerator
    ) throws(AccessError) -> NewToken {
        if let name {
            let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
            guard isPlain, (1...64).contains(name.count) else { throw .invalidName(name) }
        }
        var made = NewToken(
            name: name, role: role, sessions: sessions, lifetime: lifetime, now: now, random: &random)
        try change { content throws(AccessError) in
            while content.tokens.contains(where: { $0.id == made.token.id }) {
                made = NewToken(
                    name: name, role: role, sessions: sessions, lifetime: lifetime, now: now, random: &random)
            }
            content.tokens.append(made.token)
        }
        return made
    }

    /// Takes a token away; a server notices at the next request.
    /// - Parameter name: its id, the beginning of it, or its name.
    @discardableResult
    public func revoke(_ name: String) throws(AccessError) -> AccessToken {
        var revoked: AccessToken?
        try change { content throws(AccessError) in
            let found = content.tokens.filter { !name.isEmpty && ($0.id.hasPrefix(name) || $0.name == name) }
            guard found.count == 1 else { throw .noSuchToken(name, candidates: found.map(\.id)) }
            revoked = found[0]
            content.tokens.removeAll { $0.id == found[0].id }
        }
        guard let revoked else { throw .noSuchToken(name, candidates: []) }
        return revoked
    }

    private func change(_ change: (inout Content) throws(AccessError) -> Void) throws(AccessError) {
        let lock = try PrivateBytes.lock("\(path).lock")
        defer { close(lock) }
        var content = try read()
        try change(&content)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(content) else { preconditionFailure("strings and numbers can be encoded") }
        try PrivateBytes.replace(path, with: Array(data))
    }
}
