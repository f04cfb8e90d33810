import FoundationEssentials
import GRDB
import Glibc
import SessionHost

extension SessionCatalogue {
    /// The session that a user means: by ``SessionReference``, or by the path of its recording.
    ///
    /// - Parameter isStrict: a name that several sessions have is refused, as for what can't be undone; else the newest of
    ///   them is meant.
    /// - Parameter own: the ids of all sessions there are for whoever asks; nil for all.
    /// - Throws: `noSession`, `ambiguous`.
    public func resolve(
        _ text: String?, isStrict: Bool = false, among own: Set<String>? = nil
    ) throws(CatalogError) -> SessionEntry {
        try bringUpToDate()
        let reference = SessionReference(text)
        let found = try matches(reference, own.map { $0.sorted() })
        if let session = found.first, found.count == 1 || (!isStrict && session.name == reference.text) {
            return session
        }
        guard found.isEmpty else { throw .ambiguous(reference.text, candidates: found.map(\.id)) }
        throw .noSession(reference.isNewest ? "yet" : reference.text, nearest: try nearest(to: reference.text))
    }

    /// Newest first.
    private func matches(_ reference: SessionReference, _ own: [String]?) throws(CatalogError) -> [SessionEntry] {
        if reference.isNewest {
            var filter = SessionFilter()
            filter.ids = own
            filter.limit = 1
            return try sessions(filter)
        }
        let text = reference.text
        let (small, path) = (text.lowercased(), Self.absolute(text))
        let conditions: [SQL] = [
            "s.id = \(text)", "COALESCE(n.given_name, s.recorded_name) = \(text)",
            """
            (s.id >= \(text) AND s.id < \(text + Self.last)) OR (s.id >= \(small) AND s.id < \(small + Self.last))
            """,
            """
            EXISTS (SELECT 1 FROM recordings q WHERE q.session_id = s.id AND (q.path = \(path) OR q.place = \(path)))
            """,
        ]
        let scope: SQL = own.map { "s.id IN \($0)" } ?? "1"
        for condition in conditions where !text.isEmpty {
            let ids = try read { database in
                let request: SQLRequest<String> = """
                    SELECT s.id FROM sessions s LEFT JOIN notes n ON n.session_id = s.id
                    WHERE (\(condition)) AND \(scope) LIMIT 100
                    """
                return try request.fetchAll(database)
            }
            guard !ids.isEmpty else { continue }
            var filter = SessionFilter()
            filter.ids = ids
            return try sessions(filter)
        }
        return []
    }

    /// Sorts behind whatever follows a prefix.
    private static let last = "\u{10FFFF}"

    static func absolute(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// A name that differs by a letter or two, or by its case.
    private func nearest(to text: String) throws(CatalogError) -> String? {
        guard text.count > 2 else { return nil }
        let names = try read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT COALESCE(n.given_name, s.recorded_name) FROM sessions s
                    LEFT JOIN notes n ON n.session_id = s.id
                    WHERE COALESCE(n.given_name, s.recorded_name) IS NOT NULL LIMIT 2000
                    """)
        }
        return names.first { $0.lowercased() == text.lowercased() || $0.hasPrefix(text) }
    }
}
