import GRDB
import SessionHost

/// What the catalogue knows of the files that it was made from.
struct CatalogueReader {
    let database: Database

    init(_ database: Database) { self.database = database }

    func stamp(of folder: String) throws -> String? {
        try String.fetchOne(
            database.cachedStatement(sql: "SELECT stamp FROM stamps WHERE folder = ?"), arguments: [folder])
    }

    /// Folders below this one that were read.
    func stampedMonths(below folder: String) throws -> [String] {
        try String.fetchAll(
            database, sql: "SELECT folder FROM stamps WHERE folder >= ? AND folder < ?",
            arguments: [folder + "/", folder + "0"])
    }

    func known(in folder: String) throws -> [String: FileSurvey.Known] {
        try known("r.place >= ? AND r.place < ?", [folder + "/", folder + "0"])
    }

    /// Recordings whose folder doesn't tell of their changes: they are being written, lie elsewhere, or just began or ended.
    func unsettled(and running: Set<String>) throws -> [String: FileSurvey.Known] {
        var result = try known("(r.is_finished = 0 OR r.is_elsewhere = 1)", [])
        for (session, known) in try known("s.status IN ('running','paused')", []) { result[session] = known }
        for session in running where result[session] == nil {
            for (session, known) in try known("s.id = ?", [session]) { result[session] = known }
        }
        return result
    }

    private func known(_ condition: String, _ arguments: StatementArguments) throws -> [String: FileSurvey.Known] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT s.id, r.place, r.path, r.file_size, r.modified, r.inode, s.status
                FROM recordings r JOIN sessions s ON s.id = r.session_id WHERE \(condition)
                """, arguments: arguments)
        var result: [String: FileSurvey.Known] = [:]
        while let row = try rows.next() {
            result[row[0]] = FileSurvey.Known(
                place: row[1], path: row[2], stamp: FileStamp(size: row[3], modified: row[4], inode: row[5]),
                status: SessionLifecycle(rawValue: row[6]) ?? .failed)
        }
        return result
    }

    func has(_ session: String) throws -> Bool {
        try Int.fetchOne(database, sql: "SELECT 1 FROM sessions WHERE id = ?", arguments: [session]) != nil
    }

    func noteStamps() throws -> [String: String] {
        let rows = try Row.fetchCursor(database, sql: "SELECT session_id, stamp FROM notes")
        var result: [String: String] = [:]
        while let row = try rows.next() { result[row[0]] = row[1] }
        return result
    }
}
