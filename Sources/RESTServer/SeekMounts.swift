import Glibc
import Snapshots
import Synchronization

/// The snapshots that this server shows at folders, each for reading only: few at a time, and none once it has ended.
///
/// They lie below a folder that bears the server's process number, so that what a killed one left is known.
final class SeekMounts: Sendable {
    private let archive: @Sendable () -> SnapshotArchive
    private let runtime: String
    /// Those used last at the end.
    private let shown = Mutex<[String]>([])

    /// As many as one client compares, and some more: each may be a checkout of all files.
    static let most = 16

    init(runtime: String, archive: @escaping @Sendable () -> SnapshotArchive) {
        self.runtime = runtime
        self.archive = archive
    }

    private var top: String { "\(Self.real(runtime))/seek" }
    private var folder: String { "\(top)/\(getpid())" }

    /// The mount table knows no links.
    private static func real(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Shows a snapshot, the same one at the same place the next time. What wasn't asked for the longest goes for it.
    ///
    /// - Parameter name: `SESSION@N`.
    func show(_ name: String) throws -> String {
        try shown.withLock { shown in
            let archive = archive()
            let found = try archive.find(name)
            for place in [runtime, top, folder] {
                guard mkdir(place, 0o700) == 0 || errno == EEXIST else {
                    throw RESTError.internalFault("\(place): can't make it: \(String(cString: strerror(errno)))")
                }
            }
            let target = "\(folder)/\(found.snapshot.name)"
            let mounts = SnapshotMounts(found.store)
            shown.removeAll { $0 == target }
            if try mounts.list().contains(where: { $0.folder == target }) {
                shown.append(target)
                return target
            }
            try makeRoom(&shown, archive)
            let place = try mounts.mount(found.snapshot, of: archive.provider(found), at: target).folder
            shown.append(place)
            return place
        }
    }

    private func makeRoom(_ shown: inout [String], _ archive: SnapshotArchive) throws {
        guard shown.count >= Self.most else { return }
        for old in shown {
            // Somebody may work in it.
            guard (try? Self.takeAway([old], archive))?.isEmpty == true else { continue }
            shown.removeAll { $0 == old }
            return
        }
        throw RESTError.conflict("\(Self.most) snapshots are shown at folders already, and all of them are in use")
    }

    /// Takes the snapshots of one session away, before it is deleted.
    func hide(session: String) throws {
        let problems = try shown.withLock { shown in
            let own = shown.filter { $0.hasPrefix("\(folder)/\(session)@") }
            let problems = try Self.takeAway(own, archive())
            if problems.isEmpty { shown.removeAll { own.contains($0) } }
            return problems
        }
        if let problem = problems.first { throw RESTError.conflict(problem) }
    }

    /// Takes away all of this server's, at its end.
    /// - Returns: what stays, and why.
    @discardableResult
    func hideAll() -> [String] {
        shown.withLock { shown in
            shown = []
            return clear { $0 == "\(getpid())" }
        }
    }

    /// Takes away what servers left that were killed.
    @discardableResult
    func collectLeftovers() -> [String] {
        clear { name in
            guard let process = Int32(name), process > 0, process != getpid() else { return true }
            return kill(process, 0) != 0 && errno == ESRCH
        }
    }

    /// - Parameter isGone: whether a folder below `seek` is nobody's any more.
    private func clear(_ isGone: (String) -> Bool) -> [String] {
        guard access(top, F_OK) == 0 else { return [] }
        do {
            let archive = archive()
            var folders: [String] = []
            for store in try archive.stores() {
                folders += try SnapshotMounts(store).list().map(\.folder).filter { folder in
                    guard folder.hasPrefix("\(top)/") else { return false }
                    return isGone(String(folder.dropFirst(top.utf8.count + 1).prefix { $0 != "/" }))
                }
            }
            let problems = try Self.takeAway(folders, archive)
            // Only if they are empty.
            for name in Set(folders.map { $0.dropFirst(top.utf8.count + 1).prefix { $0 != "/" } }) {
                rmdir("\(top)/\(name)")
            }
            rmdir(folder)
            rmdir(top)
            return problems
        } catch {
            return ["\(error)"]
        }
    }

    private static func takeAway(_ folders: [String], _ archive: SnapshotArchive) throws -> [String] {
        guard !folders.isEmpty else { return [] }
        var problems: [String] = []
        for store in try archive.stores() {
            let mounts = SnapshotMounts(store)
            for folder in try mounts.list().map(\.folder) where folders.contains(folder) {
                do throws(SnapshotError) {
                    try mounts.unmount(folder)
                } catch {
                    problems.append("\(error)")
                }
            }
        }
        return problems
    }
}
