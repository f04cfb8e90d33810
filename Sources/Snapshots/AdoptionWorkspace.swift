import CSnapshots
import Glibc

/// The original workspace while changes are brought into it: one step at a time, each whole or not at all. Every path is
/// opened below the workspace's folder without following a link.
final class AdoptionWorkspace {
    let path: String
    private let root: OpenFile
    private let contents: AdoptionContents
    /// Owners and attributes that couldn't be set.
    var lost = PathNotes()

    init(_ path: String, contents: AdoptionContents) throws(SnapshotError) {
        self.path = path
        root = try OpenFile(folder: path)
        self.contents = contents
    }

    enum Result: Hashable {
        case done
        /// It was so already: by an earlier try that was cut short.
        case wasDone
        /// It is neither as expected nor as wanted: left alone.
        case changed
        /// A folder that isn't empty stays.
        case notEmpty
    }

    /// What lies there now.
    func state(of path: RelativePath) throws(SnapshotError) -> AdoptionState? {
        guard let parent = try open(path.parent) else { return nil }
        var status = ah_stat()
        let result = Self.named(path) { ah_stat_at(parent.descriptor, $0, &status) }
        if result == -ENOENT { return nil }
        guard result == 0 else { throw error("look at", path, -result) }
        switch status.mode & S_IFMT {
        case S_IFDIR: return AdoptionState(kind: .folder, mode: status.mode & 0o7777)
        case S_IFLNK: return AdoptionState(kind: .link, mode: 0, content: try linkHash(parent, path).hex)
        case S_IFREG:
            return AdoptionState(
                kind: .file, mode: status.mode & 0o7777, content: try hash(parent, path, status.size).hex,
                size: status.size)
        default: return AdoptionState(kind: .other, mode: status.mode & 0o7777)
        }
    }

    /// - Parameter mark: a name for what is made on the way, the same at every try.
    func perform(_ step: AdoptionStep, mark: String) throws(SnapshotError) -> Result {
        guard let parent = try open(step.path.parent) else {
            return step.after == nil ? .wasDone : .changed
        }
        unlinkat(parent.descriptor, mark, 0)
        let now = try state(of: step.path)
        if now == step.after { return .wasDone }
        // A folder's mode may be its owner's business; what counts is that it is one.
        guard now == step.before || (now?.kind == .folder && step.before?.kind == .folder) else { return .changed }
        guard let after = step.after else { return try remove(step, parent) }
        switch after.kind {
        case .folder: return try makeFolder(step, after, parent)
        case .file: return try writeFile(step, after, parent, mark)
        case .link: return try makeLink(step, after, parent, mark)
        case .other: return .changed
        }
    }

    /// On the disk, with everything before it.
    func synchronise() throws(SnapshotError) {
        let result = ah_synchronise(root.descriptor)
        guard result == 0 else { throw .system(operation: "write", path: path, code: -result) }
    }

    // MARK: Steps

    private func remove(_ step: AdoptionStep, _ parent: OpenFile) throws(SnapshotError) -> Result {
        let isFolder = step.before?.kind == .folder
        let result = Self.named(step.path) { unlinkat(parent.descriptor, $0, isFolder ? Int32(AT_REMOVEDIR) : 0) }
        if result == 0 || errno == ENOENT { return .done }
        if isFolder, errno == ENOTEMPTY || errno == EEXIST { return .notEmpty }
        throw error("remove", step.path, errno)
    }

    private func makeFolder(
        _ step: AdoptionStep, _ after: AdoptionState, _ parent: OpenFile
    ) throws(SnapshotError) -> Result {
        if let before = step.before, before.kind != .folder {
            guard Self.named(step.path, { unlinkat(parent.descriptor, $0, 0) }) == 0 else {
                throw error("replace", step.path, errno)
            }
        }
        if step.before?.kind != .folder {
            guard Self.named(step.path, { mkdirat(parent.descriptor, $0, 0o700) }) == 0 else {
                throw error("make", step.path, errno)
            }
        }
        guard let folder = try open(step.path) else { return .changed }
        if step.before?.kind != .folder { giveOwner(of: parent, to: folder.descriptor) }
        guard fchmod(folder.descriptor, mode_t(after.mode)) == 0 else {
            throw error("set the mode of", step.path, errno)
        }
        return .done
    }

    private func writeFile(
        _ step: AdoptionStep, _ after: AdoptionState, _ parent: OpenFile, _ mark: String
    ) throws(SnapshotError) -> Result {
        let descriptor = ah_create_at(parent.descriptor, mark, 0o600)
        guard descriptor >= 0 else { throw error("write beside", step.path, -descriptor) }
        let file = OpenFile(descriptor: descriptor, path: "\(path)/\(step.path.printable)")
        do throws(SnapshotError) {
            try copy(after, to: file)
            try keepAttributes(of: step, for: file, parent)
            guard fchmod(descriptor, mode_t(after.mode)) == 0 else { throw error("set the mode of", step.path, errno) }
            return try place(step, parent, mark)
        } catch {
            unlinkat(parent.descriptor, mark, 0)
            throw error
        }
    }

    private func makeLink(
        _ step: AdoptionStep, _ after: AdoptionState, _ parent: OpenFile, _ mark: String
    ) throws(SnapshotError) -> Result {
        let target = try WholeFile.read(contents.path(after), limit: 1 << 16)
        let result = RelativePath(unchecked: target).withCString { symlinkat($0, parent.descriptor, mark) }
        guard result == 0 else { throw error("make", step.path, errno) }
        return try place(step, parent, mark)
    }

    /// Gives what was made its name, if what is there is still what was expected.
    private func place(
        _ step: AdoptionStep, _ parent: OpenFile, _ mark: String
    ) throws(SnapshotError) -> Result {
        if step.before?.kind == .folder {
            guard Self.named(step.path, { unlinkat(parent.descriptor, $0, Int32(AT_REMOVEDIR)) }) == 0 else {
                unlinkat(parent.descriptor, mark, 0)
                if errno == ENOTEMPTY || errno == EEXIST { return .notEmpty }
                throw error("replace", step.path, errno)
            }
        }
        let replaces = step.before != nil && step.before?.kind != .folder
        let result = Self.named(step.path) { name in
            if replaces { return renameat(parent.descriptor, mark, parent.descriptor, name) == 0 ? 0 : -errno }
            return ah_rename_new_at(parent.descriptor, mark, parent.descriptor, name)
        }
        if result == 0 { return .done }
        unlinkat(parent.descriptor, mark, 0)
        if result == -EEXIST { return .changed }
        throw error("replace", step.path, -result)
    }

    private func copy(_ state: AdoptionState, to file: OpenFile) throws(SnapshotError) {
        let source = try OpenFile(contents.path(state), flags: O_RDONLY)
        var copied = ah_copy_result()
        let result = ah_copy_contents(source.descriptor, file.descriptor, 1, &copied)
        guard result == 0 else { throw .system(operation: "write", path: file.path, code: -result) }
        guard try file.status().size == state.size else {
            throw .damaged(path: source.path, what: "it isn't as long as it was")
        }
    }

    /// A file that is replaced keeps its owner and its extended attributes, as an editor would have it.
    private func keepAttributes(
        of step: AdoptionStep, for file: OpenFile, _ parent: OpenFile
    ) throws(SnapshotError) {
        guard step.before?.kind == .file else { return giveOwner(of: parent, to: file.descriptor) }
        let old = Self.named(step.path) { ah_open_at(parent.descriptor, $0, O_RDONLY | O_NONBLOCK) }
        guard old >= 0 else { throw error("open", step.path, -old) }
        let existing = OpenFile(descriptor: old, path: file.path)
        let status = try existing.status()
        // Somebody else's file stays theirs where we may do that; where we may not, it becomes ours as with an editor.
        _ = ah_set_owner(file.descriptor, status.user, status.group)
        var failed = [CChar](repeating: 0, count: 256)
        _ = ah_copy_attributes(existing.descriptor, file.descriptor, &failed, failed.count)
    }

    /// Root's new files belong to whom their folder does.
    private func giveOwner(of parent: OpenFile, to descriptor: Int32) {
        guard geteuid() == 0, let status = try? parent.status() else { return }
        _ = ah_set_owner(descriptor, status.user, status.group)
    }

    // MARK: Reading

    private func hash(_ parent: OpenFile, _ path: RelativePath, _ size: UInt64) throws(SnapshotError) -> ObjectID {
        let descriptor = Self.named(path) { ah_open_at(parent.descriptor, $0, O_RDONLY | O_NONBLOCK) }
        guard descriptor >= 0 else { throw error("open", path, -descriptor) }
        let file = OpenFile(descriptor: descriptor, path: path.printable)
        var hash = ObjectHash()
        hash.begin(.blob, size: size)
        var part = [UInt8](repeating: 0, count: 1 << 18)
        var offset: UInt64 = 0
        while true {
            let count = try part.withMutableRaw { buffer throws(SnapshotError) in
                try file.read(into: buffer, at: offset)
            }
            if count == 0 { return hash.end() }
            hash.add(count == part.count ? part : Array(part[..<count]))
            offset += UInt64(count)
        }
    }

    private func linkHash(_ parent: OpenFile, _ path: RelativePath) throws(SnapshotError) -> ObjectID {
        var target = [CChar](repeating: 0, count: 4097)
        let length = Self.named(path) { ah_read_link(parent.descriptor, $0, &target, target.count) }
        guard length >= 0 else { throw error("read", path, Int32(-length)) }
        return target.prefix(Int(length)).map { UInt8(bitPattern: $0) }.withUnsafeBytes { ObjectHash.of(.blob, $0) }
    }

    /// nil if there is no such folder, or a link on the way.
    func open(_ folder: RelativePath) throws(SnapshotError) -> OpenFile? {
        let flags = O_RDONLY | O_DIRECTORY
        let descriptor =
            folder.isRoot
            ? ah_open_at(root.descriptor, ".", flags)
            : folder.withCString { ah_open_beneath(root.descriptor, $0, flags) }
        if [-ENOENT, -ENOTDIR, -ELOOP, -EXDEV].contains(descriptor) { return nil }
        guard descriptor >= 0 else { throw error("open", folder, -descriptor) }
        return OpenFile(descriptor: descriptor, path: folder.printable)
    }

    static func named<Value>(_ path: RelativePath, _ body: (UnsafePointer<CChar>) -> Value) -> Value {
        RelativePath(unchecked: Array(path.name)).withCString(body)
    }

    func error(_ operation: String, _ path: RelativePath, _ code: Int32) -> SnapshotError {
        .system(operation: operation, path: "\(self.path)/\(path.printable)", code: code)
    }
}
