import FoundationEssentials
import GRDB

extension SessionCatalogue {
    /// The sessions that a filter lets through. Call ``bringUpToDate(_:)`` before.
    public func sessions(_ filter: SessionFilter = SessionFilter()) throws(CatalogError) -> [SessionEntry] {
        try read { database in
            let request: SQLRequest<Row> = """
                SELECT s.id, COALESCE(n.given_name, s.recorded_name), s.command, s.cwd, s.host, s.user, s.agent,
                  s.prompt, s.origin, s.started_at, s.duration, s.status, s.exit_code, s.exit_signal, s.pid, s.socket,
                  s.parent_id, s.parent_snapshot, s.parent_time, s.injected_message, s.continuation,
                  COALESCE(n.is_pinned, 0),
                  t.state, r.path, r.file_size, r.is_elsewhere, r.is_finished, r.columns, r.rows, r.output_bytes, r.input_bytes,
                  r.moment_count, r.snapshot_count, r.problem, t.source, t.evidence, t.time
                FROM sessions s LEFT JOIN notes n ON n.session_id = s.id
                  LEFT JOIN recordings r ON r.session_id = s.id
                  LEFT JOIN states t ON t.session_id = s.id
                    AND t.position =
                      (SELECT position FROM states WHERE session_id = s.id ORDER BY position DESC LIMIT 1)
                WHERE \(filter.condition) \(filter.order) \(filter.bounds)
                """
            var entries: [SessionEntry] = []
            var places: [String: Int] = [:]
            let rows = try request.fetchCursor(database)
            while let row = try rows.next() {
                let entry = SessionEntry(row)
                places[entry.id] = entries.count
                entries.append(entry)
            }
            let tags = try Row.fetchCursor(database, sql: "SELECT session_id, tag FROM tags ORDER BY session_id, tag")
            while let row = try tags.next() {
                if let place = places[row[0]] { entries[place].tags.append(row[1]) }
            }
            return entries
        }
    }

    /// How many there are, whatever the filter's limit.
    public func count(_ filter: SessionFilter = SessionFilter()) throws(CatalogError) -> Int {
        try read { database in
            let request: SQLRequest<Int> = """
                SELECT COUNT(*) FROM sessions s LEFT JOIN notes n ON n.session_id = s.id WHERE \(filter.condition)
                """
            return try request.fetchOne(database) ?? 0
        }
    }

    public func session(_ id: String) throws(CatalogError) -> SessionEntry? {
        var filter = SessionFilter()
        filter.ids = [id]
        return try sessions(filter).first
    }

    // MARK: Timelines

    /// A session's moments in order. Of a live one, its host knows more: see ``LiveTimeline``.
    public func moments(of session: String) throws(CatalogError) -> [MomentEntry] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, time, offset, label, type, is_automatic, description, attributes FROM moments
                    WHERE session_id = ? ORDER BY position
                    """, arguments: [session])
            var result: [MomentEntry] = []
            while let row = try rows.next() {
                result.append(
                    MomentEntry(
                        id: row[0], time: row[1], offset: row[2], label: row[3], type: row[4], isAutomatic: row[5],
                        description: row[6], attributesJSON: row[7]))
            }
            return result
        }
    }

    /// A session's snapshots by number: those that its recording shows, and those in the stores that it doesn't. One that was
    /// asked for again when nothing had changed is shown twice by the recording; it is listed once.
    public func snapshots(of session: String) throws(CatalogError) -> [SnapshotEntry] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT p.number, p.time, p.offset, p.label, p.provider, p.reference, p.reason, p.size, p.is_fuzzy,
                      t.store, t.workspace, t.taken_at
                    FROM snapshots p
                      LEFT JOIN stored_snapshots t ON t.session_id = p.session_id AND t.number = p.number
                    WHERE p.session_id = :id AND NOT EXISTS
                      (SELECT 1 FROM snapshots q
                       WHERE q.session_id = :id AND q.number = p.number AND q.position < p.position)
                    UNION ALL
                    SELECT t.number, t.time, NULL, t.label, t.provider, t.reference, t.reason, t.size, t.is_fuzzy,
                      t.store, t.workspace, t.taken_at
                    FROM stored_snapshots t
                    WHERE t.session_id = :id AND NOT EXISTS
                      (SELECT 1 FROM snapshots p WHERE p.session_id = :id AND p.number = t.number)
                    ORDER BY 1
                    """, arguments: ["id": session])
            var result: [SnapshotEntry] = []
            while let row = try rows.next() {
                result.append(
                    SnapshotEntry(
                        session: session, number: row[0], time: row[1], offset: row[2], label: row[3],
                        provider: row[4], reference: row[5], reason: row[6], size: row[7], isFuzzy: row[8],
                        store: row[9], workspace: row[10], takenAt: row[11]))
            }
            return result
        }
    }

    public func states(of session: String) throws(CatalogError) -> [StateEntry] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT time, state, source, evidence FROM states WHERE session_id = ? ORDER BY position",
                arguments: [session]
            ).map { StateEntry(time: $0[0], state: $0[1], source: $0[2], evidence: $0[3]) }
        }
    }

    /// All branches, or those of a session's snapshots; oldest first.
    public func branches(ofSession session: String? = nil) throws(CatalogError) -> [BranchEntry] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT name, store, parent_session, parent_number, folder, workspace, created_at, provider,
                      session_id, injected_message, is_own_folder
                    FROM branches WHERE ?1 IS NULL OR parent_session = ?1 ORDER BY created_at, name
                    """, arguments: [session]
            ).map { row in
                BranchEntry(
                    name: row[0], store: row[1], parentSession: row[2], parentNumber: row[3], folder: row[4],
                    workspace: row[5], createdAt: row[6], provider: row[7], session: row[8], injectedMessage: row[9],
                    isOwnFolder: row[10])
            }
        }
    }

    /// What is left of removed sessions, the last removed first.
    public func tombstones() throws(CatalogError) -> [(session: String, tombstone: Tombstone)] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT session_id, facts FROM tombstones ORDER BY removed_at DESC, session_id"
            ).compactMap { row in
                let text: String = row[1]
                let tombstone = try? JSONDecoder().decode(Tombstone.self, from: Data(text.utf8))
                return tombstone.map { (row[0], $0) }
            }
        }
    }
}

extension SessionEntry {
    /// A row of the query above.
    init(_ row: Row) {
        let command: String = row[2]
        self.init(
            id: row[0], name: row[1], command: Self.words(command), cwd: row[3], host: row[4], user: row[5],
            agent: row[6], prompt: row[7], origin: row[8], startedAt: row[9], duration: row[10],
            status: SessionLifecycle(rawValue: row[11]) ?? .failed, exitCode: row[12], exitSignal: row[13],
            state: row[22], stateSource: row[34], stateEvidence: row[35], stateSince: row[36], pid: row[14],
            socket: row[15], tags: [], isPinned: row[21])
        if let session: String = row[16] {
            parent = Parent(
                session: session, snapshot: row[17], time: row[18], injectedMessage: row[19], continuation: row[20])
        }
        if let path: String = row[23] {
            recording = RecordingEntry(
                path: path, fileSize: row[24], isElsewhere: row[25], isFinished: row[26], columns: row[27],
                rows: row[28], outputBytes: row[29], inputBytes: row[30], moments: row[31], snapshots: row[32],
                problem: row[33])
        }
        settleState()
    }

    /// The words of a JSON array of strings. A decoder costs as much as all the rest of a row, so plain words are taken apart here.
    private static func words(_ json: String) -> [String] {
        let bytes = Array(json.utf8)
        if let words = plainWords(bytes[...]) { return words }
        return (try? JSONDecoder().decode([String].self, from: Data(bytes))) ?? []
    }

    /// Nil if there is an escape in it, or blanks between the words.
    private static func plainWords(_ json: ArraySlice<UInt8>) -> [String]? {
        if json.count == 2 { return [] }
        let quote = UInt8(ascii: "\"")
        guard json.count >= 4, json.first == UInt8(ascii: "["), json.last == UInt8(ascii: "]") else { return nil }
        var words: [String] = []
        var start = json.startIndex + 1
        while true {
            guard json[start] == quote else { return nil }
            guard let end = json[(start + 1)...].firstIndex(where: { $0 == quote || $0 == UInt8(ascii: "\\") }),
                json[end] == quote
            else { return nil }
            words.append(String(decoding: json[(start + 1)..<end], as: UTF8.self))
            start = end + 2
            if start == json.endIndex { return words }
            guard start < json.endIndex, json[end + 1] == UInt8(ascii: ",") else { return nil }
        }
    }
}
