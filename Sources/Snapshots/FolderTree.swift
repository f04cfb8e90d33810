import CSnapshots
import Glibc

/// The files of a folder as they are now: the live workspace, a branch, a read-only snapshot of a file system. No path
/// leads out of it: symbolic links are entries, never ways.
public final class FolderTree: SnapshotTree {
    private let root: OpenFile

    /// - Parameter path: may itself be reached through symbolic links.
    public init(_ path: String) throws(SnapshotError) {
        root = try OpenFile(folder: path)
    }

    public func entry(at path: RelativePath) throws(SnapshotError) -> TreeEntry? {
        if path.isRoot { return TreeEntry(name: [], try root.status()) }
        guard let parent = try open(path.parent, O_RDONLY | O_DIRECTORY) else { return nil }
        var status = ah_stat()
        let result = RelativePath(unchecked: Array(path.name)).withCString { name in
            ah_stat_at(parent.descriptor, name, &status)
        }
        if result == -ENOENT { return nil }
        guard result == 0 else { throw .system(operation: "look at", path: path.printable, code: -result) }
        return TreeEntry(name: Array(path.name), status)
    }

    public func entries(in path: RelativePath) throws(SnapshotError) -> [TreeEntry] {
        guard let entry = try entry(at: path) else { throw .noSuchPath(path.printable) }
        guard entry.kind == .folder, let folder = try open(path, O_RDONLY | O_DIRECTORY) else {
            throw .notAFolder(path.printable)
        }
        var listing = ah_listing()
        defer { ah_listing_free(&listing) }
        let result = ah_list_folder(folder.descriptor, &listing)
        guard result == 0 else { throw .system(operation: "list", path: path.printable, code: -result) }
        // The listing has git's order, in which a folder's name ends in a slash.
        return (0..<listing.count).map { TreeEntry(listing.entries[$0], listing.names) }.sorted {
            $0.name.lexicographicallyPrecedes($1.name)
        }
    }

    public func read(_ path: RelativePath, from offset: UInt64, count: Int) throws(SnapshotError) -> [UInt8] {
        guard let entry = try entry(at: path) else { throw .noSuchPath(path.printable) }
        guard count > 0 else { return [] }
        if entry.kind == .link { return try readLink(path, from: offset, count: count) }
        guard entry.kind == .file, let file = try open(path, O_RDONLY | O_NONBLOCK) else {
            throw .notAFile(path.printable)
        }
        let size = try file.status().size
        guard offset < size else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(min(UInt64(count), size - offset)))
        let length = try bytes.withMutableRaw { buffer throws(SnapshotError) in
            try file.read(into: buffer, at: offset)
        }
        bytes.removeLast(bytes.count - length)
        return bytes
    }

    public func stream(
        _ path: RelativePath, _ take: (UnsafeRawBufferPointer) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        guard let entry = try entry(at: path) else { throw .noSuchPath(path.printable) }
        if entry.kind == .link {
            let target = try readLink(path, from: 0, count: 4096)
            return try target.withRaw { bytes throws(SnapshotError) in try take(bytes) }
        }
        guard entry.kind == .file, let file = try open(path, O_RDONLY | O_NONBLOCK) else {
            throw .notAFile(path.printable)
        }
        var offset: UInt64 = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count = try file.read(into: buffer, at: offset)
            if count == 0 { return }
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
    }

    private func readLink(_ path: RelativePath, from offset: UInt64, count: Int) throws(SnapshotError) -> [UInt8] {
        guard let parent = try open(path.parent, O_RDONLY | O_DIRECTORY) else { throw .noSuchPath(path.printable) }
        var target = [CChar](repeating: 0, count: 4097)
        let length = RelativePath(unchecked: Array(path.name)).withCString { name in
            ah_read_link(parent.descriptor, name, &target, target.count)
        }
        guard length >= 0 else { throw .system(operation: "read", path: path.printable, code: Int32(-length)) }
        let bytes = target.prefix(Int(length)).map { UInt8(bitPattern: $0) }
        return Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
    }

    /// nil if there is nothing of that path, or a link on the way.
    func open(_ path: RelativePath, _ flags: Int32) throws(SnapshotError) -> OpenFile? {
        let descriptor =
            path.isRoot
            ? ah_open_at(root.descriptor, ".", flags)
            : path.withCString { ah_open_beneath(root.descriptor, $0, flags) }
        if [-ENOENT, -ENOTDIR, -ELOOP, -EXDEV].contains(descriptor) { return nil }
        guard descriptor >= 0 else { throw .system(operation: "open", path: path.printable, code: -descriptor) }
        return OpenFile(descriptor: descriptor, path: path.printable)
    }
}

extension TreeEntry {
    init(name: [UInt8], _ status: ah_stat) {
        self.init(
            name: name, kind: Kind(mode: status.mode), mode: status.mode & 0o7777, size: status.size,
            modified: status.modified, user: status.user, group: status.group)
        inode = status.inode
        changed = status.changed
    }

    fileprivate init(_ entry: ah_entry, _ names: UnsafePointer<CChar>) {
        let name = UnsafeRawBufferPointer(start: names + Int(entry.name_offset), count: Int(entry.name_length))
        self.init(name: Array(name), entry.stat)
        guard entry.error != 0 else { return }
        kind = .missing
        note = String(cString: strerror(entry.error))
    }
}

extension TreeEntry.Kind {
    /// From the bits of `st_mode`.
    init(mode: UInt32) {
        self =
            switch mode & S_IFMT {
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            case S_IFCHR: .characterDevice
            case S_IFBLK: .blockDevice
            default: .file
            }
    }
}
