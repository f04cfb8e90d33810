import GRDB
import Glibc
import SessionHost
import Synchronization

/// The text of all recordings, searchable: what was on the screen, never what was typed. A file beside the catalogue,
/// `AH_HOME/search.sqlite`, that is filled in the background and can be deleted at any time.
///
/// Text lies in portions of some kilobytes with an index of all its trigrams: it finds any part of a word, and says which
/// portions may hold a text; those are then looked at.
public final class TextIndex: Sendable {
    public let path: String
    private let queue: Mutex<DatabaseQueue>
    /// What was wrong with the one that was there when it was opened; nil if nothing was.
    let damage: String?

    /// Bytes of a portion, about: few enough to be looked at quickly, enough for the index to stay small.
    static let portionSize = 8 << 10
    private static let version = 1
    private static let patience = 10.0

    /// Opens it, and makes it if there is none; a damaged one is thrown away, since it can be made anew.
    public init(folders: SessionFolders) throws(CatalogError) {
        path = "\(folders.home)/search.sqlite"
        do throws(CatalogError) {
            queue = Mutex(try Self.open(path))
            damage = nil
        } catch {
            guard case .corrupt(_, let reason) = error else { throw error }
            damage = reason
            try Self.throwAway(path)
            queue = Mutex(try Self.open(path))
        }
    }

    private static func throwAway(_ path: String) throws(CatalogError) {
        let lock = try PrivateFile.lock("\(path).lock")
        defer { close(lock) }
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    private static func open(_ path: String) throws(CatalogError) -> DatabaseQueue {
        try PrivateFile.makeFolder(path.folderPart)
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw .file(path: path, operation: "open", reason: String(cString: strerror(errno)))
        }
        close(file)
        var configuration = Configuration()
        configuration.label = "search"
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(patience)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let found = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            if found != version {
                let lock = try PrivateFile.lock("\(path).lock")
                defer { close(lock) }
                try queue.write { try $0.execute(sql: schema) }
            }
            return queue
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    /// No older text is kept when the tables change: it is in the recordings.
    private static let schema = """
        DROP TABLE IF EXISTS trigrams;
        DROP TABLE IF EXISTS portions;
        DROP TABLE IF EXISTS read;
        CREATE TABLE read (
          session_id TEXT PRIMARY KEY NOT NULL,
          stamp TEXT NOT NULL,
          bytes INTEGER NOT NULL CHECK (bytes >= 0)
        ) STRICT;
        CREATE TABLE portions (
          id INTEGER PRIMARY KEY,
          session_id TEXT NOT NULL REFERENCES read (session_id) ON DELETE CASCADE,
          times BLOB NOT NULL,
          body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX portions_session ON portions (session_id);
        CREATE VIRTUAL TABLE trigrams USING fts5 (
          body, content = 'portions', content_rowid = 'id', tokenize = 'trigram', detail = 'none', columnsize = 0
        );
        PRAGMA user_version = \(version);
        """

    func read<T>(_ body: (Database) throws -> T) throws(CatalogError) -> T { try access { try $0.read(body) } }

    func write<T>(_ body: (Database) throws -> T) throws(CatalogError) -> T { try access { try $0.write(body) } }

    /// - Throws: `corrupt` when there is an empty index now in the place of a damaged one.
    private func access<T>(_ body: (DatabaseQueue) throws -> T) throws(CatalogError) -> T {
        let used = queue.withLock { $0 }
        do {
            return try body(used)
        } catch {
            let error = CatalogError(error, path: path)
            if case .corrupt = error {
                try queue.withLock { queue throws(CatalogError) in
                    guard queue === used else { return }
                    try Self.throwAway(path)
                    queue = try Self.open(path)
                }
            }
            throw error
        }
    }

    // MARK: Filling

    /// By session: what of it was read.
    public func stamps() throws(CatalogError) -> [String: String] {
        try read { database in
            var result: [String: String] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT session_id, stamp FROM read")
            while let row = try rows.next() { result[row[0]] = row[1] }
            return result
        }
    }

    /// Puts a session's text in the place of what was known of it.
    /// - Parameter stamp: of the file that it was read from.
    public func put(_ portions: [TextPortion], of session: String, stamp: String) throws(CatalogError) {
        try write { database in
            try Self.remove(session, database)
            try database.cachedStatement(sql: "INSERT INTO read (session_id, stamp, bytes) VALUES (?, ?, ?)")
                .execute(arguments: [session, stamp, portions.reduce(0) { $0 + $1.body.utf8.count }])
            let portion = try database.cachedStatement(
                sql: "INSERT INTO portions (session_id, times, body) VALUES (?, ?, ?)")
            let index = try database.cachedStatement(sql: "INSERT INTO trigrams (rowid, body) VALUES (?, ?)")
            for one in portions {
                try portion.execute(arguments: [session, one.packedTimes, one.body])
                try index.execute(arguments: [database.lastInsertedRowID, one.body])
            }
        }
    }

    public func remove(_ sessions: [String]) throws(CatalogError) {
        guard !sessions.isEmpty else { return }
        try write { database in for session in sessions { try Self.remove(session, database) } }
    }

    private static func remove(_ session: String, _ database: Database) throws {
        // The index has to be told what it forgets.
        try database.execute(
            sql: """
                INSERT INTO trigrams (trigrams, rowid, body)
                  SELECT 'delete', id, body FROM portions WHERE session_id = ?
                """, arguments: [session])
        try database.execute(sql: "DELETE FROM read WHERE session_id = ?", arguments: [session])
    }

    /// Bytes of text in it.
    public func textBytes() throws(CatalogError) -> Int64 {
        try read { try Int64.fetchOne($0, sql: "SELECT COALESCE(SUM(bytes), 0) FROM read") ?? 0 }
    }
}
