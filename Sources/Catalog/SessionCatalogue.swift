import FoundationEssentials
import GRDB
import Glibc
import SessionHost
import Snapshots
import Synchronization

/// The catalogue of all sessions below `AH_HOME`: opened by any number of processes, brought up to date by whoever reads it.
///
/// A damaged file is set aside and made anew, and one that can't be made (a full or read-only disk) is kept in memory: the
/// answers are the same, only slower. ``remarks`` says so.
public final class SessionCatalogue: Sendable {
    public let folders: SessionFolders
    public let notes: SessionNotes
    /// `AH_HOME/catalog.sqlite`.
    public let path: String

    private struct State {
        var queue: DatabaseQueue
        var remarks: [String] = []
        /// Why it isn't in its file.
        var inMemoryBecause: CatalogError?
    }

    private let state: Mutex<State>
    /// Seconds that it waits for other processes.
    private let patience: Double
    /// Whether what can't be written is an error, and not only a remark.
    let isStrict: Bool

    /// Opens it, and makes it if there is none. Cheap: nothing is read of the recordings before a query.
    public init(folders: SessionFolders, patience: Double = 5) throws(CatalogError) {
        self.folders = folders
        self.patience = patience
        isStrict = false
        notes = SessionNotes(home: folders.home)
        path = "\(folders.home)/catalog.sqlite"
        state = Mutex(try Self.start(path, patience))
    }

    /// One that is filled beside another, in memory.
    private init(beside other: SessionCatalogue) throws(CatalogError) {
        (folders, patience, notes, path) = (other.folders, other.patience, other.notes, other.path)
        isStrict = true
        state = Mutex(try Self.inMemory())
    }

    /// What its users should be told: one line each, each only once.
    public func takeRemarks() -> [String] {
        state.withLock { state in
            defer { state.remarks = [] }
            return state.remarks
        }
    }

    func remark(_ text: String) {
        state.withLock { if !$0.remarks.contains(text) { $0.remarks.append(text) } }
    }

    private static func start(_ path: String, _ patience: Double) throws(CatalogError) -> State {
        do throws(CatalogError) {
            return State(queue: try openFile(path, patience))
        } catch {
            switch error {
            case .corrupt(_, let reason):
                do throws(CatalogError) {
                    let aside = try setAside(path)
                    let text = "\(path): damaged (\(reason)); set aside as \(aside) and made anew from the recordings"
                    return State(queue: try openFile(path, patience), remarks: [text])
                } catch {
                    return try inMemory(because: error)
                }
            case .newer, .busy: throw error
            default: return try inMemory(because: error)
            }
        }
    }

    private static func inMemory(because error: CatalogError? = nil) throws(CatalogError) -> State {
        do {
            let queue = try DatabaseQueue()
            try CatalogueSchema.migrator.migrate(queue)
            try queue.write { try $0.execute(sql: "PRAGMA user_version = \(CatalogueSchema.version)") }
            let remarks = error.map { ["\($0); until then every reading starts from the recordings"] } ?? []
            return State(queue: queue, remarks: remarks, inMemoryBecause: error)
        } catch {
            throw CatalogError(error, path: ":memory:")
        }
    }

    private static func openFile(_ path: String, _ patience: Double) throws(CatalogError) -> DatabaseQueue {
        try PrivateFile.makeFolder(path.folderPart)
        // SQLite gives its other files the mode of this one.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw .file(path: path, operation: "open", reason: String(cString: strerror(errno)))
        }
        close(file)
        var configuration = Configuration()
        configuration.label = "catalogue"
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(patience)
        // Lists jump about in all of it: with SQLite's own 2 MB they read most pages again and again.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -16000") }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            guard version <= CatalogueSchema.version else {
                throw CatalogError.newer(path: path, version: version)
            }
            if version < CatalogueSchema.version { try migrate(queue, path) }
            return queue
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    /// One process at a time: the others find the work done.
    private static func migrate(_ queue: DatabaseQueue, _ path: String) throws {
        let lock = try PrivateFile.lock("\(path).lock")
        defer { close(lock) }
        try CatalogueSchema.migrator.migrate(queue)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = \(CatalogueSchema.version)") }
    }

    /// Takes a damaged file away, unless somebody else just did.
    /// - Returns: its new name.
    private static func setAside(_ path: String) throws(CatalogError) -> String {
        let lock = try PrivateFile.lock("\(path).lock")
        defer { close(lock) }
        let aside = try unusedName("\(path).damaged-\(FileStamp.now() / 1_000_000_000)")
        for suffix in ["", "-wal", "-shm"] {
            guard rename(path + suffix, aside + suffix) == 0 || errno == ENOENT else {
                throw .file(path: path + suffix, operation: "set aside", reason: String(cString: strerror(errno)))
            }
        }
        return aside
    }

    /// The name, or with a number behind it: what was set aside in the same second stays, too.
    private static func unusedName(_ name: String) throws(CatalogError) -> String {
        var info = stat()
        for number in 1...1000 {
            let candidate = number == 1 ? name : "\(name).\(number)"
            if lstat(candidate, &info) != 0, errno == ENOENT { return candidate }
        }
        throw .file(path: name, operation: "set aside under that name", reason: "there are a thousand already")
    }

    // MARK: Access

    private var queue: DatabaseQueue { state.withLock { $0.queue } }

    func read<T>(_ body: (Database) throws -> T) throws(CatalogError) -> T {
        try access { try $0.read(body) }
    }

    func write<T>(_ body: (Database) throws -> T) throws(CatalogError) -> T {
        try access { try $0.write(body) }
    }

    /// Damage that shows only now is met as at the start: once.
    func access<T>(_ body: (DatabaseQueue) throws -> T) throws(CatalogError) -> T {
        let used = queue
        do {
            return try body(used)
        } catch {
            let error = CatalogError(error, path: path)
            guard case .corrupt = error, try replaceDamaged(used, error) else { throw error }
        }
        do {
            // What it was asked for needs what the files tell.
            try reconcile(.everything)
            return try body(queue)
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    /// - Returns: whether there is another one now.
    private func replaceDamaged(_ damaged: DatabaseQueue, _ error: CatalogError) throws(CatalogError) -> Bool {
        guard case .corrupt(_, let reason) = error else { return false }
        return try state.withLock { state throws(CatalogError) in
            guard state.queue === damaged, state.inMemoryBecause == nil else { return state.queue !== damaged }
            let aside = try Self.setAside(path)
            let fresh = try Self.start(path, patience)
            state.queue = fresh.queue
            state.inMemoryBecause = fresh.inMemoryBecause
            state.remarks += fresh.remarks
            state.remarks.append(
                "\(path): damaged (\(reason)); set aside as \(aside) and made anew from the recordings")
            return true
        }
    }

    /// Reads everything from the files again, and puts it in the place of what was known, all at once: others see the old
    /// contents until then.
    public func rebuild() throws(CatalogError) {
        if let reason = state.withLock({ $0.inMemoryBecause }) { throw reason }
        let fresh = try SessionCatalogue(beside: self)
        try fresh.reconcile(.everything)
        for text in fresh.takeRemarks() { remark(text) }
        let (new, old) = (fresh.queue, queue)
        do {
            try new.backup(to: old)
        } catch {
            throw CatalogError(error, path: path)
        }
    }
}

extension String {
    /// The folder of a path; `.` for a bare name.
    var folderPart: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
