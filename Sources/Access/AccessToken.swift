import Crypto
import FoundationEssentials

/// A token as it is kept: everything but itself.
public struct AccessToken: Codable, Hashable, Sendable {
    /// The part of it that isn't secret; names it in lists and logs.
    public var id: String
    public var name: String?
    public var role: Role
    /// Ids of the sessions that it opens; nil for all.
    public var sessions: [String]?
    /// SHA-256 of the secret part, in hexadecimal. The secret is 256 random bits, so that nothing slower is needed.
    public var digest: String
    /// Milliseconds since 1970.
    public var createdAt: Int64
    /// Milliseconds since 1970; nil for one without an end.
    public var expiresAt: Int64?

    public func isExpired(at now: Int64) -> Bool { expiresAt.map { $0 <= now } ?? false }

    /// As logs name its holder. The name was checked when it was made.
    public var principal: Principal {
        Principal(
            name: "token \(id)\(name.map { " (\($0))" } ?? "")", role: role, sessions: sessions.map(Set.init),
            tokenID: id)
    }

    /// Whether the secret is this token's, in a time that doesn't tell how much of it is right.
    func accepts(_ secret: some StringProtocol) -> Bool {
        let own = Array(digest.utf8)
        let given = Array(Self.digest(of: secret).utf8)
        guard own.count == given.count else { return false }
        var difference: UInt8 = 0
        for index in own.indices { difference |= own[index] ^ given[index] }
        return difference == 0
    }

    static func digest(of secret: some StringProtocol) -> String {
        SHA256.hash(data: Data(secret.utf8)).reduce(into: "") { $0 += hex($1) }
    }

    static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    /// `ah_ID_SECRET`, taken apart; nil for anything else.
    static func parse(_ text: some StringProtocol) -> (id: String, secret: String)? {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 3, parts[0] == "ah", !parts[1].isEmpty, !parts[2].isEmpty else {
            return nil
        }
        return (String(parts[1]), String(parts[2]))
    }
}

/// A token that was just made, with the text that nobody can be shown again.
public struct NewToken: Hashable, Sendable {
    public var token: AccessToken
    public var text: String

    /// - Parameter lifetime: milliseconds; nil for no end.
    init(
        name: String?, role: Role, sessions: [String]?, lifetime: Int64?, now: Int64,
        random: inout some RandomNumberGenerator
    ) {
        let secret = (0..<4).reduce(into: "") { text, _ in
            let word = random.next() as UInt64
            for shift in stride(from: 56, through: 0, by: -8) {
                text += AccessToken.hex(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        let number = UInt32.random(in: 0 ... .max, using: &random)
        let id = stride(from: 24, through: 0, by: -8).reduce(into: "") {
            $0 += AccessToken.hex(UInt8(truncatingIfNeeded: number >> UInt32($1)))
        }
        token = AccessToken(
            id: id, name: name, role: role, sessions: sessions, digest: AccessToken.digest(of: secret), createdAt: now,
            expiresAt: lifetime.map { now &+ $0 })
        text = "ah_\(id)_\(secret)"
    }
}

/// How long a token lasts, as a user writes it.
public enum TokenLifetime {
    /// - Returns: milliseconds; nil for `never`.
    public static func milliseconds(_ text: String) throws(AccessError) -> Int64? {
        if text == "never" { return nil }
        let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...100_000).contains(count)
        else { throw .invalidLifetime(text) }
        return count * unit
    }
}
