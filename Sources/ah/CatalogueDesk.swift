import Catalog
import Glibc
import SessionHost

/// The catalogue as commands use it: opened on demand, its remarks said on standard error.
struct CatalogueDesk {
    let folders: SessionFolders
    let catalogue: SessionCatalogue

    init(environment: [String: String] = Program.environment) throws(CatalogError) {
        folders = SessionFolders(environment: environment)
        catalogue = try SessionCatalogue(folders: folders)
    }

    /// - Parameter isStrict: a name that several sessions have is refused; else the newest of them is meant.
    func session(_ name: String?, isStrict: Bool = true) throws(CatalogError) -> SessionEntry {
        defer { sayRemarks() }
        return try catalogue.resolve(name, isStrict: isStrict)
    }

    func sayRemarks() {
        for remark in catalogue.takeRemarks() { Program.complain(remark) }
    }

    func running(_ session: SessionEntry) throws(SessionError) -> SessionFacts {
        try SessionDirectory(folders: folders).runningSession(session.id)
    }

    /// A session that runs now; one that was renamed since it started is found by its new name too.
    static func running(
        _ name: String?, environment: [String: String] = Program.environment
    ) throws -> SessionFacts {
        let directory = SessionDirectory(folders: SessionFolders(environment: environment))
        do throws(SessionError) {
            return try directory.runningSession(name)
        } catch {
            guard case .noSuchSession(_, let candidates) = error, candidates.isEmpty, let name, name != "-",
                let known = try? CatalogueDesk(environment: environment).session(name, isStrict: false)
            else { throw error }
            guard known.status.isLive else {
                throw SessionError.ended(known.name ?? known.id, how: known.status.rawValue)
            }
            return try directory.runningSession(known.id)
        }
    }

    /// Whether two paths lead to one file.
    static func isSame(_ first: String, _ second: String) -> Bool {
        var (a, b) = (stat(), stat())
        return first == second
            || stat(first, &a) == 0 && stat(second, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev
    }

    /// The file that a user means where a recording is asked for: a path, `-` for standard input, or a session's.
    static func recording(_ name: String, environment: [String: String] = Program.environment) throws -> String {
        if name == "-" || name.contains("/") || access(name, F_OK) == 0 { return name }
        // The host knows best where it writes.
        do throws(SessionError) {
            return try SessionDirectory(folders: SessionFolders(environment: environment)).runningSession(name)
                .recordingPath
        } catch {
            if case .noSuchSession(_, let candidates) = error, !candidates.isEmpty { throw error }
        }
        let desk = try CatalogueDesk(environment: environment)
        do throws(CatalogError) {
            let session = try desk.session(name)
            guard let path = session.recording?.path else { throw .noSession(name, nearest: nil) }
            return path
        } catch {
            // A file's name that isn't there is better answered by whoever opens it.
            if case .noSession = error, name.hasSuffix(".ahr") { return name }
            throw error
        }
    }
}

extension CatalogError {
    /// As `ah session --help` has them.
    var shellStatus: Int32 {
        switch self {
        case .noSession: 2
        case .ambiguous: 3
        case .inUse, .pinned: 4
        default: 1
        }
    }
}
