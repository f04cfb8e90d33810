import FoundationEssentials
import Glibc

/// The files that one session's agent is given: below `sessions/ID.agent` of the home folder, readable by its user only,
/// gone after the session. What a killed session left is removed by the next start.
public struct PrivateFolder: Sendable {
    public let path: String
    private static let ending = ".agent"

    init(path: String) { self.path = path }

    public init(home: String, session: String) {
        path = "\(home)/sessions/\(session)\(Self.ending)"
    }

    /// Writes a file, with the folders above it. An earlier one of that name is replaced.
    public func write(_ bytes: [UInt8], to name: String) throws(AgentError) {
        let target = "\(path)/\(name)"
        try Self.makeFolder(String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]))
        let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .file(path: target, operation: "write", code: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw .file(path: target, operation: "write", code: errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    public func makeFolder() throws(AgentError) { try Self.makeFolder(path) }

    static func makeFolder(_ path: String) throws(AgentError) {
        var info = stat()
        if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .file(path: path, operation: "make", code: errno)
        }
    }

    /// Removes it with all that is in it; links in it are removed, not followed. No-op when it isn't there.
    public func remove() throws(AgentError) { try Self.remove(path) }

    private static func remove(_ path: String) throws(AgentError) {
        guard access(path, F_OK) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            guard access(path, F_OK) == 0 else { return }
            throw .file(path: path, operation: "remove", code: errno)
        }
    }

    /// Removes the folders of sessions that run no more.
    ///
    /// - Parameters:
    ///   - isRunning: whether a session of this id runs. Who started it may have left long ago.
    ///   - isAlive: whether a process is there: one that starts a session, whose host isn't there yet, names its folder
    ///     `SESSION+PID`.
    /// - Returns: what could not be removed.
    public static func removeLeftovers(
        home: String, isRunning: (String) -> Bool, isAlive: (Int32) -> Bool
    ) -> [AgentError] {
        let folder = "\(home)/sessions"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(ending) }.compactMap { name in
            let parts = name.dropLast(ending.count).split(separator: "+", maxSplits: 1)
            let starter = parts.count == 2 ? Int32(parts[1]) : nil
            guard let session = parts.first, !isRunning(String(session)), !(starter.map(isAlive) ?? false) else {
                return nil
            }
            do throws(AgentError) {
                try remove("\(folder)/\(name)")
                return nil
            } catch {
                return error
            }
        }
    }
}
