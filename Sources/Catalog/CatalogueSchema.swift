import GRDB

/// The tables and how they came to be. Each is the image of one kind of file, so that each is brought up to date by itself.
enum CatalogueSchema {
    /// Of the newest migration; in SQLite's own `user_version`, so that an up-to-date file is known at once.
    static let version = 2

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            for statement in [sessions, recordings, facts, notes, stores, stamps] {
                try database.execute(sql: statement)
            }
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: "ALTER TABLE states ADD COLUMN evidence TEXT")
            // What the recordings tell of it is read from them again.
            for table in tables { try database.execute(sql: "DELETE FROM \(table)") }
        }
        return migrator
    }

    private static let lifecycles = SessionLifecycle.allCases.map { "'\($0.rawValue)'" }.joined(separator: ",")

    private static let sessions = """
        CREATE TABLE sessions (
          id TEXT PRIMARY KEY NOT NULL CHECK (length(id) BETWEEN 1 AND 255),
          recorded_name TEXT,
          command TEXT NOT NULL CHECK (json_valid(command)),
          cwd TEXT, host TEXT, user TEXT, agent TEXT, prompt TEXT, origin TEXT, terminal TEXT,
          started_at INTEGER NOT NULL,
          duration INTEGER NOT NULL CHECK (duration >= 0),
          status TEXT NOT NULL CHECK (status IN (\(lifecycles))),
          exit_code INTEGER,
          exit_signal INTEGER,
          pid INTEGER CHECK (pid > 0),
          socket TEXT,
          parent_id TEXT,
          parent_snapshot INTEGER,
          parent_time INTEGER,
          injected_message TEXT,
          continuation TEXT,
          CHECK (exit_code IS NULL OR exit_signal IS NULL)
        ) STRICT;
        CREATE INDEX sessions_started ON sessions (started_at, id);
        CREATE INDEX sessions_parent ON sessions (parent_id) WHERE parent_id IS NOT NULL;
        CREATE INDEX sessions_status ON sessions (status);
        """

    /// `place` is the file's name among the recordings: the file itself, or a link to where its user wanted it.
    private static let recordings = """
        CREATE TABLE recordings (
          session_id TEXT PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
          place TEXT NOT NULL UNIQUE,
          path TEXT NOT NULL,
          file_size INTEGER NOT NULL CHECK (file_size >= 0),
          modified INTEGER NOT NULL,
          inode INTEGER NOT NULL,
          is_elsewhere INTEGER NOT NULL CHECK (is_elsewhere IN (0, 1)),
          is_finished INTEGER NOT NULL CHECK (is_finished IN (0, 1)),
          columns INTEGER NOT NULL,
          rows INTEGER NOT NULL,
          output_bytes INTEGER NOT NULL CHECK (output_bytes >= 0),
          input_bytes INTEGER NOT NULL CHECK (input_bytes >= 0),
          moment_count INTEGER NOT NULL CHECK (moment_count >= 0),
          snapshot_count INTEGER NOT NULL CHECK (snapshot_count >= 0),
          problem TEXT
        ) STRICT;
        CREATE INDEX recordings_open ON recordings (session_id) WHERE is_finished = 0 OR is_elsewhere = 1;
        """

    /// What lies on a recording's timeline. By position, since numbers in a damaged file may come twice.
    private static let facts = """
        CREATE TABLE moments (
          session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
          position INTEGER NOT NULL CHECK (position >= 0),
          id INTEGER NOT NULL,
          time INTEGER NOT NULL CHECK (time >= 0),
          offset INTEGER NOT NULL CHECK (offset >= 0),
          label TEXT NOT NULL,
          type TEXT NOT NULL,
          is_automatic INTEGER NOT NULL CHECK (is_automatic IN (0, 1)),
          description TEXT,
          attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
          PRIMARY KEY (session_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE snapshots (
          session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
          position INTEGER NOT NULL CHECK (position >= 0),
          number INTEGER NOT NULL,
          time INTEGER NOT NULL CHECK (time >= 0),
          offset INTEGER NOT NULL CHECK (offset >= 0),
          label TEXT NOT NULL,
          provider TEXT,
          reference TEXT,
          reason TEXT,
          size INTEGER,
          is_fuzzy INTEGER NOT NULL CHECK (is_fuzzy IN (0, 1)),
          PRIMARY KEY (session_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE states (
          session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
          position INTEGER NOT NULL CHECK (position >= 0),
          time INTEGER NOT NULL CHECK (time >= 0),
          state TEXT NOT NULL,
          source TEXT,
          PRIMARY KEY (session_id, position)
        ) STRICT, WITHOUT ROWID;
        """

    /// A note may be there before its session is read, or after its recording went.
    private static let notes = """
        CREATE TABLE notes (
          session_id TEXT PRIMARY KEY NOT NULL,
          stamp TEXT NOT NULL,
          given_name TEXT,
          is_pinned INTEGER NOT NULL CHECK (is_pinned IN (0, 1))
        ) STRICT;
        CREATE TABLE tags (
          session_id TEXT NOT NULL REFERENCES notes (session_id) ON DELETE CASCADE,
          tag TEXT NOT NULL,
          PRIMARY KEY (session_id, tag)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tags_tag ON tags (tag);
        CREATE TABLE tombstones (
          session_id TEXT PRIMARY KEY NOT NULL REFERENCES notes (session_id) ON DELETE CASCADE,
          removed_at INTEGER NOT NULL,
          reason TEXT NOT NULL,
          facts TEXT NOT NULL CHECK (json_valid(facts))
        ) STRICT;
        """

    /// What lies in the snapshot stores: snapshots taken by hand have no session, and a store may outlive a recording.
    private static let stores = """
        CREATE TABLE stores (
          folder TEXT PRIMARY KEY NOT NULL,
          workspace TEXT NOT NULL
        ) STRICT;
        CREATE TABLE stored_snapshots (
          store TEXT NOT NULL REFERENCES stores (folder) ON DELETE CASCADE,
          session_id TEXT NOT NULL,
          number INTEGER NOT NULL CHECK (number > 0),
          label TEXT NOT NULL,
          reason TEXT NOT NULL,
          provider TEXT NOT NULL,
          workspace TEXT NOT NULL,
          reference TEXT NOT NULL,
          taken_at INTEGER NOT NULL,
          time INTEGER,
          size INTEGER,
          is_fuzzy INTEGER NOT NULL CHECK (is_fuzzy IN (0, 1)),
          same_as INTEGER,
          PRIMARY KEY (session_id, number, store)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX stored_snapshots_store ON stored_snapshots (store, session_id);
        CREATE TABLE branches (
          store TEXT NOT NULL REFERENCES stores (folder) ON DELETE CASCADE,
          name TEXT NOT NULL,
          parent_session TEXT NOT NULL,
          parent_number INTEGER NOT NULL CHECK (parent_number > 0),
          folder TEXT NOT NULL,
          workspace TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          provider TEXT NOT NULL,
          session_id TEXT,
          injected_message TEXT,
          is_own_folder INTEGER NOT NULL CHECK (is_own_folder IN (0, 1)),
          PRIMARY KEY (store, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX branches_parent ON branches (parent_session, parent_number);
        """

    /// Folders that were read, and when they had last changed then.
    private static let stamps = """
        CREATE TABLE stamps (
          folder TEXT PRIMARY KEY NOT NULL,
          stamp TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// In an order that the foreign keys allow.
    static let tables = [
        "tombstones", "tags", "notes", "states", "snapshots", "moments", "recordings", "sessions", "branches",
        "stored_snapshots", "stores", "stamps",
    ]
}
