import FoundationEssentials
import Glibc

/// What people say of a session after it was recorded: a small file beside the recordings, `notes/SESSION.json`, since a
/// finished recording is never changed. It outlives the recording as its tombstone.
public struct SessionNote: Hashable, Codable, Sendable {
    /// Wins over the recorded one.
    public var name: String?
    public var tags: [String]?
    public var isPinned: Bool?
    public var tombstone: Tombstone?

    public init() {}

    var isEmpty: Bool { name == nil && (tags ?? []).isEmpty && isPinned != true && tombstone == nil }
}

/// The notes of all sessions.
public struct SessionNotes: Sendable {
    /// `AH_HOME/notes`.
    public let folder: String

    public init(home: String) { folder = "\(home)/notes" }

    /// Whether an id can be a file's name here.
    static func isUsable(_ session: String) -> Bool {
        !session.isEmpty && session.utf8.count <= 200 && !session.hasPrefix(".") && !session.contains("/")
            && !session.utf8.contains(0)
    }

    func path(_ session: String) -> String { "\(folder)/\(session).json" }

    /// The note on a session; an empty one where there is none.
    public func note(on session: String) throws(CatalogError) -> SessionNote {
        guard Self.isUsable(session) else { throw .noSession(session, nearest: nil) }
        guard let data = FileManager.default.contents(atPath: path(session)) else {
            guard access(path(session), F_OK) != 0 else {
                throw .file(path: path(session), operation: "read", reason: String(cString: strerror(errno)))
            }
            return SessionNote()
        }
        do {
            return try JSONDecoder().decode(SessionNote.self, from: data)
        } catch {
            throw .file(
                path: path(session), operation: "read",
                reason: "it isn't a session's note; delete it to start it anew")
        }
    }

    /// Changes the note on a session, whole and durable; others who change it meanwhile wait.
    @discardableResult
    public func change(
        _ session: String, _ change: (inout SessionNote) throws(CatalogError) -> Void
    ) throws(CatalogError) -> SessionNote {
        try PrivateFile.makeFolder(folder)
        let lock = try PrivateFile.lock("\(folder)/.lock")
        defer { close(lock) }
        var note = try note(on: session)
        try change(&note)
        if note.isEmpty {
            guard unlink(path(session)) == 0 || errno == ENOENT else {
                throw .file(path: path(session), operation: "delete", reason: String(cString: strerror(errno)))
            }
            return note
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(note) else { preconditionFailure("strings and numbers can be encoded") }
        try PrivateFile.replace(path(session), with: Array(data))
        return note
    }

    /// Checks a tag that a user gives.
    public static func check(tag: String) throws(CatalogError) {
        let isPlain = tag.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.:/".unicodeScalars.contains($0)
        }
        guard isPlain, (1...64).contains(tag.count), !tag.hasPrefix("-") else { throw .invalidTag(tag) }
    }

    public static func check(name: String) throws(CatalogError) {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
        guard isPlain, (1...200).contains(name.count), !name.hasPrefix("-"), !name.hasPrefix("@") else {
            throw .invalidName(name)
        }
    }
}

/// Files that only their owner may read, replaced whole.
enum PrivateFile {
    static func makeFolder(_ path: String) throws(CatalogError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .file(path: path, operation: "make", reason: String(cString: strerror(errno)))
        }
    }

    /// Waits for a lock that goes with its descriptor, which the caller closes.
    static func lock(_ path: String) throws(CatalogError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .file(path: path, operation: "open", reason: String(cString: strerror(errno)))
        }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let reason = String(cString: strerror(errno))
                close(descriptor)
                throw .file(path: path, operation: "lock", reason: reason)
            }
        }
        return descriptor
    }

    static func replace(_ path: String, with bytes: [UInt8]) throws(CatalogError) {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        func fail(_ operation: String) -> CatalogError {
            let code = errno
            unlink(temporary)
            if code == ENOSPC || code == EDQUOT { return .full(path: path) }
            return .file(path: path, operation: operation, reason: String(cString: strerror(code)))
        }
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw fail("write") }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = fail("write")
                close(file)
                throw error
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0, close(file) == 0, rename(temporary, path) == 0 else { throw fail("write") }
        let parent = open(path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/", O_RDONLY | O_CLOEXEC)
        if parent >= 0 {
            fsync(parent)
            close(parent)
        }
    }
}
