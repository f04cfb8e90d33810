import CSnapshots
import Glibc

extension SnapshotArchive {
    /// What was copied out of a snapshot, and where to.
    public struct CopyReport: Hashable, Sendable {
        /// Absolute, as far as the target was.
        public var place: String
        public var made: MaterialiseReport
    }

    /// Copies a file or folder of a snapshot to a place of the user's choice, where it appears when it is whole.
    ///
    /// - Parameters:
    ///   - target: what the copy is to be called; a folder that is there gets it under its own name.
    ///   - replacing: puts it in the place of a file. Folders are never replaced.
    /// - Throws: `exists` when there is something at the place that may not be replaced.
    public func copy(
        _ path: RelativePath, of found: Found, to target: String, replacing: Bool = false, deadline: Deadline = .never
    ) throws(SnapshotError) -> CopyReport {
        let tree = try tree(of: found)
        guard let entry = try tree.entry(at: path) else { throw .noSuchPath(path.printable) }
        guard [.file, .folder, .link, .fifo].contains(entry.kind) else {
            throw .notAFile("\(path.printable) (\(entry.note ?? entry.kind.rawValue))")
        }
        let place = Self.place(for: path, found, target)
        var info = stat()
        let isThere = lstat(place, &info) == 0
        if isThere, !(replacing && Self.canReplace(info, with: entry)) { throw .exists(path: place) }
        let part =
            "\(Self.parent(of: place))/\(ScratchFolder.prefix)\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        do throws(SnapshotError) {
            let made = try extract(path, of: found, to: part, deadline: deadline)
            try Self.publish(part, as: place, replacing: isThere)
            return CopyReport(place: place, made: made)
        } catch {
            // What was copied so far; the error is what to tell.
            if lstat(part, &info) == 0 {
                if info.st_mode & S_IFMT == S_IFDIR { _ = try? FolderRemoval(of: part).run() } else { unlink(part) }
            }
            throw error
        }
    }

    /// Whether a copy may take the place of what is there: a file that of a file.
    public func canReplace(
        _ target: String, with path: RelativePath, of found: Found
    ) throws(SnapshotError) -> Bool {
        var info = stat()
        guard let entry = try tree(of: found).entry(at: path),
            lstat(Self.place(for: path, found, target), &info) == 0
        else { return false }
        return Self.canReplace(info, with: entry)
    }

    private static func canReplace(_ info: stat, with entry: TreeEntry) -> Bool {
        info.st_mode & S_IFMT == S_IFREG && entry.kind != .folder
    }

    private static func place(for path: RelativePath, _ found: Found, _ target: String) -> String {
        var info = stat()
        guard stat(target, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return target }
        let own = path.isRoot ? RelativePath(unchecked: Array(found.snapshot.workspace.utf8)).name : path.name
        let folder = target.hasSuffix("/") ? String(target.dropLast()) : target
        return "\(folder)/\(String(decoding: own, as: UTF8.self))"
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func publish(_ part: String, as place: String, replacing: Bool) throws(SnapshotError) {
        if replacing {
            guard rename(part, place) == 0 else { throw .last("replace", place) }
            return
        }
        let result = ah_rename_new_at(AT_FDCWD, part, AT_FDCWD, place)
        if result == -EEXIST { throw .exists(path: place) }
        guard result == 0 else { throw .system(operation: "rename", path: place, code: -result) }
    }
}
