import Glibc

/// Copies a file or folder out of a tree: contents, permissions and links, to be looked at elsewhere. A whole snapshot with
/// all its attributes is what `materialise` makes.
public struct TreeExtraction {
    private let tree: any SnapshotTree
    private let deadline: Deadline
    private var report = MaterialiseReport()

    public init(_ tree: any SnapshotTree, deadline: Deadline = .never) {
        self.tree = tree
        self.deadline = deadline
    }

    /// - Parameter target: must not exist; its folder must.
    public mutating func copy(_ path: RelativePath, to target: String) throws(SnapshotError) -> MaterialiseReport {
        guard let entry = try tree.entry(at: path) else { throw .noSuchPath(path.printable) }
        var info = stat()
        guard lstat(target, &info) != 0 else { throw .exists(path: target) }
        report = MaterialiseReport()
        try copy(entry, path, to: target)
        return report
    }

    private mutating func copy(_ entry: TreeEntry, _ path: RelativePath, to target: String) throws(SnapshotError) {
        try deadline.check("copying \(path.printable)")
        switch entry.kind {
        case .folder: try copyFolder(entry, path, to: target)
        case .file: try copyFile(entry, path, to: target)
        case .link:
            let text = try tree.read(path, from: 0, count: 4096)
            let result = text.withUnsafeBufferPointer { bytes in
                symlink(String(decoding: bytes, as: UTF8.self), target)
            }
            guard result == 0 else { throw .last("make", target) }
            report.files += 1
        case .fifo:
            guard mkfifo(target, mode_t(entry.mode & 0o777)) == 0 else { throw .last("make", target) }
            report.files += 1
        case .socket, .characterDevice, .blockDevice: report.lost.add(path, "a \(entry.kind.rawValue) isn't copied")
        case .missing: report.lost.add(path, entry.note ?? "not in the snapshot")
        }
    }

    private mutating func copyFolder(_ entry: TreeEntry, _ path: RelativePath, to target: String) throws(SnapshotError)
    {
        guard mkdir(target, 0o700) == 0 else { throw .last("make", target) }
        for child in try tree.entries(in: path) {
            guard let name = String(validating: child.name, as: UTF8.self) else {
                report.lost.add(path.appending(child.name), "its name isn't UTF-8: extract it by itself")
                continue
            }
            try copy(child, path.appending(child.name), to: "\(target)/\(name)")
        }
        guard chmod(target, mode_t(entry.mode & 0o777 | 0o700)) == 0 else { throw .last("set the mode of", target) }
    }

    private mutating func copyFile(_ entry: TreeEntry, _ path: RelativePath, to target: String) throws(SnapshotError) {
        let file = try OpenFile(target, flags: O_WRONLY | O_CREAT | O_EXCL)
        try tree.stream(path) { bytes throws(SnapshotError) in try file.write(bytes) }
        // No setuid: the file is another user's from here on.
        guard fchmod(file.descriptor, mode_t(entry.mode & 0o777)) == 0 else { throw .last("set the mode of", target) }
        report.files += 1
        report.bytes += entry.size
    }
}

extension SnapshotArchive {
    /// Copies a file or folder of a snapshot, or all of it, to a place that doesn't exist yet.
    public func extract(
        _ path: RelativePath, of found: Found, to target: String, deadline: Deadline = .never
    ) throws(SnapshotError) -> MaterialiseReport {
        if path.isRoot { return try materialise(found, at: target, deadline: deadline) }
        var extraction = TreeExtraction(try tree(of: found), deadline: deadline)
        return try extraction.copy(path, to: target)
    }
}
