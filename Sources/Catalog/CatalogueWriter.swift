import FoundationEssentials
import GRDB
import Recording
import Snapshots

/// Puts what was read from files into the tables; each thing replaces what was known of it before.
struct CatalogueWriter {
    let database: Database

    init(_ database: Database) { self.database = database }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    // MARK: Sessions

    func put(_ facts: RecordingFacts) throws {
        let id = facts.session.sessionID
        try putSession(facts, id)
        try run("DELETE FROM recordings WHERE session_id = ? OR place = ?", [id, facts.place])
        let summary = facts.summary
        try run(
            """
            INSERT INTO recordings (session_id, place, path, file_size, modified, inode, is_elsewhere, is_finished,
              columns, rows, output_bytes, input_bytes, moment_count, snapshot_count, problem)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id, facts.place, facts.path, facts.stamp.size, facts.stamp.modified, facts.stamp.inode,
                facts.isElsewhere, facts.isFinished, summary.initialSize.columns, summary.initialSize.rows,
                Int64(clamping: summary.outputBytes), Int64(clamping: summary.inputBytes), summary.moments.count,
                Set(summary.snapshots.map(\.value.id)).count, facts.problem,
            ])
        for table in ["moments", "snapshots", "states"] { try run("DELETE FROM \(table) WHERE session_id = ?", [id]) }
        for (position, moment) in summary.moments.enumerated() { try put(moment, id, position) }
        for (position, snapshot) in summary.snapshots.enumerated() { try put(snapshot, id, position) }
        for (position, state) in facts.states.enumerated() {
            try run(
                "INSERT INTO states (session_id, position, time, state, source, evidence) VALUES (?, ?, ?, ?, ?, ?)",
                [id, position, max(0, state.time), state.state, state.source, state.evidence])
        }
    }

    private func putSession(_ facts: RecordingFacts, _ id: String) throws {
        let (session, branch) = (facts.session, facts.branch)
        try run(
            """
            INSERT INTO sessions (id, recorded_name, command, cwd, host, user, agent, prompt, origin, terminal,
              started_at, duration, status, exit_code, exit_signal, pid, socket, parent_id, parent_snapshot,
              parent_time, injected_message, continuation)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET recorded_name = excluded.recorded_name, command = excluded.command,
              cwd = excluded.cwd, host = excluded.host, user = excluded.user, agent = excluded.agent,
              prompt = excluded.prompt, origin = excluded.origin, terminal = excluded.terminal,
              started_at = excluded.started_at, duration = excluded.duration, status = excluded.status,
              exit_code = excluded.exit_code, exit_signal = excluded.exit_signal, pid = excluded.pid,
              socket = excluded.socket, parent_id = excluded.parent_id, parent_snapshot = excluded.parent_snapshot,
              parent_time = excluded.parent_time, injected_message = excluded.injected_message,
              continuation = excluded.continuation
            """,
            [
                id, session.name, json(session.command), session.cwd, session.host, session.user, session.agent,
                session.prompt, session.origin, session.terminal, session.startedAt, facts.duration,
                facts.status.rawValue, facts.exit?.signal == nil ? facts.exit?.code : nil, facts.exit?.signal,
                facts.live?.pid, facts.live?.socketPath, branch?.parentSessionID,
                branch?.snapshotID.map { Int64(clamping: $0) }, branch?.parentTime, branch?.injectedMessage,
                branch?.contextReconstruction,
            ])
    }

    private func put(_ moment: Anchored<Moment>, _ session: String, _ position: Int) throws {
        let value = moment.value
        try run(
            """
            INSERT INTO moments (session_id, position, id, time, offset, label, type, is_automatic, description,
              attributes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                session, position, Int64(clamping: value.id), max(0, moment.time.milliseconds),
                Int64(clamping: moment.offset.value), value.label, value.type, value.isAutomatic, value.description,
                value.attributes.map { json($0) },
            ])
    }

    private func put(_ snapshot: Anchored<SnapshotReference>, _ session: String, _ position: Int) throws {
        let value = snapshot.value
        try run(
            """
            INSERT INTO snapshots (session_id, position, number, time, offset, label, provider, reference, reason, size,
              is_fuzzy)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                session, position, Int64(clamping: value.id), max(0, snapshot.time.milliseconds),
                Int64(clamping: snapshot.offset.value), value.label, value.provider, value.reference, value.reason,
                value.size.map { Int64(clamping: $0) }, value.isFuzzy ?? false,
            ])
    }

    func remove(_ session: String) throws {
        try run("DELETE FROM sessions WHERE id = ?", [session])
    }

    // MARK: Notes

    func put(_ note: SessionNote, on session: String, stamp: String) throws {
        try removeNote(session)
        try run(
            "INSERT INTO notes (session_id, stamp, given_name, is_pinned) VALUES (?, ?, ?, ?)",
            [session, stamp, note.name, note.isPinned ?? false])
        for tag in note.tags ?? [] {
            try run("INSERT OR IGNORE INTO tags (session_id, tag) VALUES (?, ?)", [session, tag])
        }
        if let tombstone = note.tombstone {
            try run(
                "INSERT INTO tombstones (session_id, removed_at, reason, facts) VALUES (?, ?, ?, ?)",
                [session, tombstone.removedAt, tombstone.reason, json(tombstone)])
        }
    }

    func removeNote(_ session: String) throws {
        try run("DELETE FROM notes WHERE session_id = ?", [session])
    }

    func put(stamp: String, of folder: String) throws {
        try run("INSERT OR REPLACE INTO stamps (folder, stamp) VALUES (?, ?)", [folder, stamp])
    }

    func removeStamp(of folder: String) throws {
        try run("DELETE FROM stamps WHERE folder = ?", [folder])
    }

    // MARK: Stores

    func put(_ store: SnapshotStore) throws {
        try run(
            """
            INSERT INTO stores (folder, workspace) VALUES (?, ?)
            ON CONFLICT (folder) DO UPDATE SET workspace = excluded.workspace
            """, [store.folder, store.workspace])
    }

    func removeStore(_ folder: String) throws {
        try run("DELETE FROM stores WHERE folder = ?", [folder])
    }

    func put(_ snapshots: [Snapshot], of session: String, in store: SnapshotStore) throws {
        try run("DELETE FROM stored_snapshots WHERE store = ? AND session_id = ?", [store.folder, session])
        for snapshot in snapshots {
            try run(
                """
                INSERT INTO stored_snapshots (store, session_id, number, label, reason, provider, workspace, reference,
                  taken_at, time, size, is_fuzzy, same_as)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    store.folder, session, Int64(snapshot.number), snapshot.label, snapshot.reason.rawValue,
                    snapshot.provider.rawValue, snapshot.workspace, snapshot.reference, snapshot.takenAt,
                    snapshot.sessionTime.map { Int64(clamping: $0) }, snapshot.bytesAdded.map { Int64(clamping: $0) },
                    !snapshot.fuzzy.isEmpty, snapshot.sameAs.map { Int64($0) },
                ])
        }
    }

    func put(_ branches: [Branch], in store: SnapshotStore) throws {
        try run("DELETE FROM branches WHERE store = ?", [store.folder])
        for branch in branches {
            try run(
                """
                INSERT INTO branches (store, name, parent_session, parent_number, folder, workspace, created_at,
                  provider, session_id, injected_message, is_own_folder)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    store.folder, branch.name, branch.parent.session, Int64(branch.parent.number), branch.folder,
                    branch.workspace, branch.createdAt, branch.provider.rawValue, branch.session,
                    branch.injectedMessage, branch.isOwnFolder,
                ])
        }
    }

    private func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { preconditionFailure("strings and numbers can be encoded") }
        return String(decoding: data, as: UTF8.self)
    }
}
