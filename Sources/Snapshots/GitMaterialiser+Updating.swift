import CSnapshots
import Glibc

extension GitMaterialiser {
    /// Makes a folder of one snapshot that of another.
    /// - Parameter folder: one in which nothing runs, and which has what the update starts from.
    static func apply(
        _ update: TreeUpdate, _ reader: ObjectReader, at folder: String, deadline: Deadline
    ) throws(SnapshotError) -> MaterialiseReport {
        let root = try OpenFile(folder: folder)
        // Folders that are there may give what is made in them another group than the process has, so that all is set.
        let materialiser = GitMaterialiser(
            reader: reader, root: root, deadline: deadline, user: geteuid() == 0 ? .max : geteuid(), group: .max)
        do throws(SnapshotError) {
            try materialiser.carryOut(update.step, root)
        } catch {
            // Requests may be outstanding.
            reader.restart()
            throw error
        }
        materialiser.restore(update.root, root.descriptor, "", .root, isFolder: true)
        return materialiser.report
    }

    private func carryOut(_ step: TreeUpdate.Step, _ folder: OpenFile) throws(SnapshotError) {
        if step.changesEntries, !step.isNew, fchmod(folder.descriptor, 0o700) != 0 {
            throw .last("change", folder.path)
        }
        for entry in step.removed { try remove(entry, folder) }
        try writeFiles(step.written, step.contents, folder, step.path)
        for (entry, inner) in step.inner {
            let child = try open(entry, inner, folder)
            try carryOut(inner, child)
            restore(entry.attributes, child.descriptor, "", inner.path, isFolder: true)
        }
    }

    private func open(
        _ entry: FolderManifest.Entry, _ step: TreeUpdate.Step, _ folder: OpenFile
    ) throws(SnapshotError) -> OpenFile {
        let descriptor = Self.withName(entry.name) { name in
            guard step.isNew else { return FolderRemoval.open(folder.descriptor, name) }
            return mkdirat(folder.descriptor, name, 0o700) == 0
                ? ah_open_at(folder.descriptor, name, O_RDONLY | O_DIRECTORY) : -errno
        }
        let path = "\(folder.path)/\(entry.name.printable)"
        guard descriptor >= 0 else {
            throw .system(operation: step.isNew ? "make" : "open", path: path, code: -descriptor)
        }
        return OpenFile(descriptor: descriptor, path: path)
    }

    private func remove(_ entry: FolderManifest.Entry, _ folder: OpenFile) throws(SnapshotError) {
        if entry.kind == .folder {
            let descriptor = Self.withName(entry.name) { FolderRemoval.open(folder.descriptor, $0) }
            guard descriptor >= 0 else {
                throw .system(
                    operation: "open", path: "\(folder.path)/\(entry.name.printable)", code: -descriptor)
            }
            let gone = OpenFile(descriptor: descriptor, path: folder.path)
            var pass = RemovalPass(root: gone.descriptor, deadline: deadline, deepest: 64)
            repeat { try pass.run() } while pass.hasMovedUp && pass.firstFailure == nil
            if let failure = pass.firstFailure {
                throw .system(operation: "remove", path: failure.path, code: failure.code)
            }
        }
        let flags = entry.kind == .folder ? AT_REMOVEDIR : 0
        guard Self.withName(entry.name, { unlinkat(folder.descriptor, $0, flags) }) == 0 else {
            throw .last("remove", "\(folder.path)/\(entry.name.printable)")
        }
    }
}

extension [UInt8] {
    fileprivate var printable: String { RelativePath.root.appending(self).printable }
}
