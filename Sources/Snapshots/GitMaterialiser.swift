import CSnapshots
import Glibc

/// Writes a snapshot of the git provider as a folder, with everything that its manifests hold. Every name is made anew below an
/// open folder, so nothing can be written through a link.
final class GitMaterialiser {
    private let reader: ObjectReader
    private let root: OpenFile
    let deadline: Deadline
    let isRoot = geteuid() == 0
    /// What new files get by themselves, so that it needn't be set.
    let user: UInt32
    let group: UInt32
    private(set) var report = MaterialiseReport()
    /// The first name of each file that has several.
    private var links: [UInt64: (path: RelativePath, content: ObjectID)] = [:]

    /// - Parameters: user, group: what new files get by themselves.
    init(reader: ObjectReader, root: OpenFile, deadline: Deadline, user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
        self.reader = reader
        self.root = root
        self.deadline = deadline
    }

    /// Makes a folder of a snapshot; it gets its name when it is whole.
    static func materialise(
        _ state: FolderScanner.Result, _ reader: ObjectReader, at folder: String, deadline: Deadline
    ) throws(SnapshotError) -> MaterialiseReport {
        let scratch = try ScratchFolder(for: folder)
        do {
            let status = try scratch.folder.status()
            let materialiser = GitMaterialiser(
                reader: reader, root: scratch.folder, deadline: deadline, user: status.user, group: status.group)
            try materialiser.write(state)
            try scratch.publish()
            return materialiser.report
        } catch {
            scratch.discard()
            throw error
        }
    }

    func lose(_ path: RelativePath, _ what: String) { report.lost.add(path, what) }

    func write(_ state: FolderScanner.Result) throws(SnapshotError) {
        do throws(SnapshotError) {
            let folder = try GitTree.load(
                GitTree.Place(tree: state.tree, manifests: state.manifest, path: .root), reader)
            try write(folder, root, .root)
            if let attributes = folder.manifest.root { restore(attributes, root.descriptor, "", .root, isFolder: true) }
        } catch {
            // Requests may be outstanding.
            reader.restart()
            throw error
        }
    }

    private func write(_ folder: GitTree.Folder, _ file: OpenFile, _ path: RelativePath) throws(SnapshotError) {
        var contents: [[UInt8]: ObjectID] = [:]
        for entry in folder.entries { contents[entry.name] = entry.content }
        try writeFiles(folder.manifest.entries, contents, file, path)
        try writeFolders(folder, contents, file, path)
    }

    /// Everything but folders. Plain files are asked for in advance, so that git reads while we write.
    func writeFiles(
        _ entries: [FolderManifest.Entry], _ contents: [[UInt8]: ObjectID], _ folder: OpenFile, _ path: RelativePath
    ) throws(SnapshotError) {
        let plain = entries.filter { ($0.kind == .file && $0.link == 0) || $0.kind == .link }
        var asked = 0
        for (index, entry) in plain.enumerated() {
            try deadline.check("writing \(folder.path)")
            if asked - index < ObjectReader.window / 2, asked < plain.count {
                let end = min(index + ObjectReader.window, plain.count)
                try reader.request(plain[asked..<end].compactMap { contents[$0.name] })
                asked = end
            }
            guard let content = contents[entry.name], let header = try reader.next() else {
                throw .damaged(path: path.appending(entry.name).printable, what: "its content isn't in the store")
            }
            try write(entry, header, content, folder, path.appending(entry.name))
        }
        for entry in entries
        where entry.kind != .folder && entry.kind != .link && (entry.kind != .file || entry.link != 0) {
            try deadline.check("writing \(folder.path)")
            let own = path.appending(entry.name)
            guard entry.kind == .file, let content = contents[entry.name] else {
                writeSpecial(entry, folder, own)
                continue
            }
            if let first = links[entry.link], first.content == content {
                if try link(entry, to: first.path, folder, own) { continue }
            }
            links[entry.link] = (own, content)
            try reader.request(CollectionOfOne(content))
            guard let header = try reader.next() else { throw reader.missing(content) }
            try write(entry, header, content, folder, own)
        }
    }

    private func write(
        _ entry: FolderManifest.Entry, _ header: ObjectReader.Header, _ content: ObjectID, _ folder: OpenFile,
        _ path: RelativePath
    ) throws(SnapshotError) {
        report.files += 1
        report.bytes += header.size
        if entry.kind == .link {
            let target = try reader.rest(header)
            let result = Self.withNames(entry.name, target) { symlinkat($1, folder.descriptor, $0) }
            guard result == 0 else { throw .last("make", "\(folder.path)/\(path.printable)") }
            restoreLink(entry, folder, path)
            return
        }
        let descriptor = Self.withName(entry.name) { ah_create_at(folder.descriptor, $0, 0o600) }
        guard descriptor >= 0 else {
            throw .system(operation: "make", path: "\(root.path)/\(path.printable)", code: -descriptor)
        }
        let file = OpenFile(descriptor: descriptor, path: "\(root.path)/\(path.printable)")
        try copy(to: file, header.size, isSparse: entry.isSparse)
        restore(entry.attributes, descriptor, "", path, isFolder: false)
        if entry.isFuzzy { report.lost.add(path, "it changed while it was read") }
    }

    private func copy(to file: OpenFile, _ size: UInt64, isSparse: Bool) throws(SnapshotError) {
        var offset: UInt64 = 0
        while true {
            let part = try reader.take(isSparse ? 4096 : .max)
            if part.isEmpty { break }
            if isSparse, part.allSatisfy({ $0 == 0 }) {
                guard lseek(file.descriptor, off_t(part.count), SEEK_CUR) >= 0 else { throw .last("write", file.path) }
            } else {
                try file.write(part)
            }
            offset += UInt64(part.count)
            if offset & (1 << 24 - 1) == 0 { try deadline.check("writing \(file.path)") }
        }
        guard offset == size else { throw .damaged(path: file.path, what: "its content in the store is cut short") }
        if isSparse, ftruncate(file.descriptor, off_t(size)) != 0 { throw .last("write", file.path) }
    }

    /// False if the file system refuses a second name, as some do for more than a few thousand.
    private func link(
        _ entry: FolderManifest.Entry, to first: RelativePath, _ folder: OpenFile, _ path: RelativePath
    ) throws(SnapshotError) -> Bool {
        let result = Self.withNames(entry.name, first.bytes) { linkat(root.descriptor, $1, folder.descriptor, $0, 0) }
        if result == 0 {
            report.files += 1
            return true
        }
        guard errno == EMLINK || errno == EPERM || errno == ENOTSUP else { throw .last("make", path.printable) }
        report.lost.add(path, "it isn't the same file as \(first) any more")
        return false
    }

    private func writeSpecial(_ entry: FolderManifest.Entry, _ folder: OpenFile, _ path: RelativePath) {
        let format: mode_t
        switch entry.kind {
        case .fifo: format = S_IFIFO
        case .socket: format = S_IFSOCK
        case .characterDevice: format = S_IFCHR
        case .blockDevice: format = S_IFBLK
        default:
            report.lost.add(path, "it isn't in the snapshot: \(entry.note)")
            return
        }
        let result = Self.withName(entry.name) {
            ah_make_node(folder.descriptor, $0, UInt32(format | 0o600), entry.device)
        }
        guard result == 0 else {
            report.lost.add(path, "\(entry.kind.rawValue): \(String(cString: strerror(-result)))")
            return
        }
        report.files += 1
        // Not opened: opening a fifo waits, and opening a device may do anything.
        Self.withName(entry.name) { name in
            var isWhole = fchmodat(folder.descriptor, name, mode_t(entry.attributes.mode), 0) == 0
            if isRoot {
                isWhole =
                    fchownat(
                        folder.descriptor, name, entry.attributes.user, entry.attributes.group,
                        Int32(AT_SYMLINK_NOFOLLOW)) == 0
                    && fchmodat(folder.descriptor, name, mode_t(entry.attributes.mode), 0) == 0
            }
            setExtended(entry.attributes, folder.descriptor, name, path)
            isWhole = ah_set_modified(folder.descriptor, name, entry.attributes.modified) == 0 && isWhole
            if !isWhole { report.lost.add(path, "its owner, mode or time") }
        }
    }

    private func writeFolders(
        _ folder: GitTree.Folder, _ contents: [[UInt8]: ObjectID], _ file: OpenFile, _ path: RelativePath
    ) throws(SnapshotError) {
        let entries = folder.manifest.entries.filter { $0.kind == .folder }
        for start in stride(from: 0, to: entries.count, by: GitTree.loadLimit) {
            let part = entries[start..<min(start + GitTree.loadLimit, entries.count)]
            let places = try part.map { entry throws(SnapshotError) in
                let own = path.appending(entry.name)
                guard let tree = contents[entry.name], let manifests = folder.manifestsBelow[entry.name[...]] else {
                    throw .damaged(path: own.printable, what: "its content isn't in the tree")
                }
                return GitTree.Place(tree: tree, manifests: manifests, path: own)
            }
            for (entry, inner) in zip(part, try GitTree.load(places, reader)) {
                try writeFolder(entry, inner, file, path.appending(entry.name))
            }
        }
    }

    private func writeFolder(
        _ entry: FolderManifest.Entry, _ folder: GitTree.Folder, _ file: OpenFile, _ own: RelativePath
    ) throws(SnapshotError) {
        let descriptor = Self.withName(entry.name) { name in
            mkdirat(file.descriptor, name, 0o700) == 0
                ? ah_open_at(file.descriptor, name, O_RDONLY | O_DIRECTORY) : -errno
        }
        guard descriptor >= 0 else {
            throw .system(operation: "make", path: "\(root.path)/\(own.printable)", code: -descriptor)
        }
        let child = OpenFile(descriptor: descriptor, path: "\(root.path)/\(own.printable)")
        try write(folder, child, own)
        restore(entry.attributes, descriptor, "", own, isFolder: true)
    }
}
