import GRDB

extension SessionCatalogue {
    /// All sessions, stored snapshots and branches. Call ``bringUpToDate(_:)`` with everything before.
    func retentionGraph() throws(CatalogError) -> RetentionGraph {
        try read { database in
            var graph = RetentionGraph()
            var places: [String: Int] = [:]
            let sessions = try Row.fetchCursor(
                database,
                sql: """
                    SELECT s.id, COALESCE(n.given_name, s.recorded_name), s.started_at + s.duration, s.cwd,
                      COALESCE(n.is_pinned, 0), COALESCE(r.file_size, 0), COALESCE(r.is_elsewhere, 1), s.status
                    FROM sessions s LEFT JOIN notes n ON n.session_id = s.id
                      LEFT JOIN recordings r ON r.session_id = s.id
                    """)
            while let row = try sessions.next() {
                var session = RetentionGraph.Session(id: row[0], endedAt: row[2], bytes: row[5])
                session.name = row[1]
                session.folder = row[3]
                session.isPinned = row[4]
                session.isElsewhere = row[6]
                session.isRunning = SessionLifecycle(rawValue: row[7])?.isLive ?? true
                places[session.id] = graph.sessions.count
                graph.sessions.append(session)
            }
            let tags = try Row.fetchCursor(database, sql: "SELECT session_id, tag FROM tags ORDER BY 1, 2")
            while let row = try tags.next() {
                if let place = places[row[0]] { graph.sessions[place].tags.append(row[1]) }
            }
            let snapshots = try Row.fetchCursor(
                database, sql: "SELECT session_id, number, COALESCE(size, 0) FROM stored_snapshots ORDER BY 1, 2")
            while let row = try snapshots.next() {
                graph.snapshots.append(.init(session: row[0], number: row[1], bytes: row[2]))
            }
            let branches = try Row.fetchCursor(
                database,
                sql:
                    "SELECT name, store, parent_session, parent_number, session_id, is_own_folder FROM branches ORDER BY 1"
            )
            while let row = try branches.next() {
                var branch = RetentionGraph.Branch(
                    name: row[0], store: row[1], parentSession: row[2], parentNumber: row[3], session: row[4])
                branch.isOwnFolder = row[5]
                graph.branches.append(branch)
            }
            let tombstones = try Row.fetchCursor(database, sql: "SELECT session_id, reason FROM tombstones")
            while let row = try tombstones.next() {
                let (session, reason): (String, String) = (row[0], row[1])
                graph.removed.insert(session)
                if reason == Tombstone.byHand { graph.removedByHand.insert(session) }
            }
            return graph
        }
    }
}
