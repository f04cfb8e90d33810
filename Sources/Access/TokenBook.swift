import Glibc
import Synchronization

/// The tokens as a server asks for them: the file is read again whenever it changed, so that a token is gone at once when
/// it is revoked.
public final class TokenBook: Sendable {
    private let file: TokenFile

    private struct Stamp: Hashable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private struct State {
        var stamp: Stamp?
        var tokens: [String: AccessToken] = [:]
    }

    private let state = Mutex(State())

    public init(_ file: TokenFile) { self.file = file }

    /// Who has this token now.
    ///
    /// - Parameters:
    ///   - text: what came in the request.
    ///   - now: milliseconds since 1970.
    /// - Returns: nil for a token that is unknown, changed, expired or revoked.
    public func principal(for text: some StringProtocol, now: Int64) throws(AccessError) -> Principal? {
        guard let (id, secret) = AccessToken.parse(text) else { return nil }
        guard let token = try current()[id], !token.isExpired(at: now), token.accepts(secret) else { return nil }
        return token.principal
    }

    /// Whether somebody who came with a token may still stay.
    public func isValid(_ principal: Principal, now: Int64) -> Bool {
        guard let id = principal.tokenID else { return true }
        // A file that can't be read any more lets nobody stay.
        guard let token = try? current()[id] else { return false }
        return !token.isExpired(at: now) && token.principal == principal
    }

    /// Whether there is a token at all.
    public func isEmpty() throws(AccessError) -> Bool { try current().isEmpty }

    private func current() throws(AccessError) -> [String: AccessToken] {
        let stamp = try stamp()
        let known = state.withLock { $0.stamp == stamp ? $0.tokens : nil }
        if let known { return known }
        let tokens = Dictionary(try file.tokens().map { ($0.id, $0) }) { $1 }
        state.withLock { $0 = State(stamp: stamp, tokens: tokens) }
        return tokens
    }

    private func stamp() throws(AccessError) -> Stamp? {
        var info = stat()
        guard stat(file.path, &info) == 0 else {
            if errno == ENOENT { return nil }
            throw .file(path: file.path, operation: "look at", code: errno)
        }
        return Stamp(
            inode: UInt64(info.st_ino), size: Int64(info.st_size), seconds: info.st_mtim.tv_sec,
            nanoseconds: info.st_mtim.tv_nsec)
    }
}
