import FoundationEssentials
import Glibc

/// Where sessions keep their files: recordings and facts under `AH_HOME`, sockets in a runtime folder.
public struct SessionFolders: Sendable {
    /// `AH_HOME`, or `agent-harbor` in the user's state folder.
    public let home: String
    /// Sockets lie apart from `home`, since a socket's path is limited to 107 bytes.
    public let runtime: String

    public init(environment: [String: String], userID: UInt32 = getuid()) {
        let user = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "/"
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(user)/.local/state"
        home = environment["AH_HOME"].flatMap { $0.isEmpty ? nil : Self.absolute($0) } ?? "\(state)/agent-harbor"
        if let folder = environment["AH_RUNTIME_DIR"], !folder.isEmpty {
            runtime = Self.absolute(folder)
        } else if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
            runtime = "\(folder)/ah"
        } else {
            runtime = "\(environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp")/ah-\(userID)"
        }
    }

    /// What a program in the session does with its own current folder must not move ours.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    public func socket(_ sessionID: String) -> String { "\(runtime)/\(sessionID).sock" }

    /// The facts of a session that runs now, for other processes to find it by.
    public func facts(_ sessionID: String) -> String { "\(sessions)/\(sessionID).json" }
    /// Where the facts of all lie.
    public var sessions: String { "\(home)/sessions" }

    public var recordings: String { "\(home)/recordings" }
    public var logs: String { "\(home)/logs" }

    /// `recordings/YYYY/MM/ID.ahr`, by the UTC date of `startedAt` (milliseconds since 1970).
    public func recording(_ sessionID: String, startedAt: Int64) -> String {
        var seconds = time_t(startedAt / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let month = parts.tm_mon + 1
        return "\(recordings)/\(parts.tm_year + 1900)/\(month < 10 ? "0" : "")\(month)/\(sessionID).ahr"
    }

    /// Makes a folder and its parents, 0700, and refuses one that others could write to.
    public static func makePrivate(_ path: String) throws(SessionError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .folder(path: path, reason: "\(error.localizedReason)")
        }
        var info = stat()
        guard stat(path, &info) == 0 else { throw .folder(path: path, reason: String(cString: strerror(errno))) }
        guard info.st_uid == getuid() || getuid() == 0 else {
            throw .folder(path: path, reason: "it belongs to another user")
        }
        guard info.st_mode & 0o022 == 0 else {
            throw .folder(path: path, reason: "others may write to it; run: chmod 700 \(path)")
        }
    }

    /// A new session id: a random UUID, so that any few of its first letters name it.
    public static func newSessionID() -> String { UUID().uuidString.lowercased() }
}

extension Error {
    /// The system's own words where there are any.
    var localizedReason: String {
        if let error = self as? CocoaError, let code = (error.underlying as? POSIXError)?.code {
            return String(cString: strerror(code.rawValue))
        }
        return "\(self)"
    }
}
