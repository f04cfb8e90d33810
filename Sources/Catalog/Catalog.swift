// Catalog: the index over every session, live or finished, in one SQLite file. It is not the truth: recordings, snapshot
// stores, the notes beside them and the facts of running hosts are, and from those it can be made anew at any time.
//
// Parts: SessionCatalogue (the file, its queries), CatalogueSchema (tables, migrations), Reconciliation (what changed among
// the files since they were last read), SessionEntry and its kin (what is known of a session), SessionNotes (names, tags, pins
// and tombstones, as files), SessionFilter (what a list is of).

import GRDB

/// What went wrong with the catalogue.
public enum CatalogError: Error, Hashable, Sendable {
    /// SQLite refused; the catalogue's file and SQLite's own words.
    case database(path: String, reason: String)
    /// Other processes held it all the time.
    case busy(path: String)
    case full(path: String)
    /// Not a database, or one whose pages contradict each other.
    case corrupt(path: String, reason: String)
    /// Its tables are those of a later version.
    case newer(path: String, version: Int)
    case file(path: String, operation: String, reason: String)
    case noSession(String, nearest: String?)
    case ambiguous(String, candidates: [String])
    /// Its host runs, or its file is being compacted.
    case inUse(session: String, reason: String)
    case pinned(session: String)
    case snapshots(reason: String)
    case invalidTag(String)
    case invalidName(String)
}

extension CatalogError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .database(let path, let reason):
            "\(path): \(reason); `ah catalog rebuild` makes it anew from the recordings"
        case .busy(let path): "\(path): other processes are writing it; try again"
        case .full(let path): "\(path): the disk is full; free some space (`ah retention apply` may help)"
        case .corrupt(let path, let reason):
            "\(path): damaged (\(reason)); `ah catalog rebuild` makes it anew from the recordings"
        case .newer(let path, let version):
            "\(path): written by a later version of ah (\(version)); use that one, or delete the file: it is made anew"
        case .file(let path, let operation, let reason): "\(path): can't \(operation): \(reason)"
        case .noSession(let name, let nearest):
            "no session \(name)\(nearest.map { "; is it \($0)?" } ?? ""); `ah session list` shows them"
        case .ambiguous(let name, let candidates):
            "\(name) could be any of these sessions: \(candidates.prefix(8).joined(separator: ", "))"
                + (candidates.count > 8 ? ", …" : "") + "; give more of the id"
        case .inUse(let session, let reason): "\(session): \(reason)"
        case .pinned(let session): "\(session) is pinned: `ah session unpin` it first, or use --force"
        case .snapshots(let reason): reason
        case .invalidTag(let tag):
            "\(tag): not a tag; letters, digits and - _ . : / are, up to 64 of them"
        case .invalidName(let name):
            "“\(name)”: not a name; up to 200 characters without control characters, not beginning with - or @"
        }
    }

    /// What an error of SQLite's means for its file.
    init(_ error: any Error, path: String) {
        if let own = error as? CatalogError {
            self = own
            return
        }
        guard let error = error as? DatabaseError else {
            self = .database(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        self =
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
            case .SQLITE_FULL: .full(path: path)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt(path: path, reason: reason)
            default: .database(path: path, reason: reason)
            }
    }
}
