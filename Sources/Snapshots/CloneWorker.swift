import CSnapshots
import Glibc

/// One thread's part of a copy: takes a folder at a time and hands on the folders that it finds there.
final class CloneWorker {
    let work: CloneWork
    var report = FolderCloneReport()
    private var listing = ah_listing()
    let user = geteuid()
    let group = getegid()

    init(_ work: CloneWork) { self.work = work }

    deinit { ah_listing_free(&listing) }

    /// Where an entry lies: the two open folders, its name, its path for the report.
    struct Place {
        let source: Int32
        let target: Int32
        let name: UnsafePointer<CChar>
        let path: RelativePath
    }

    /// Copies what lies in a folder that exists in the copy already.
    func copy(_ folder: CloneFolder) throws(SnapshotError) {
        report.folders += 1
        let (source, target) = try openBoth(folder)
        if let source {
            let result = ah_list_folder(source.descriptor, &listing)
            if result < 0 { note(folder.path, "its entries can't be listed", result) }
            for index in 0..<listing.count where result == 0 {
                try work.checkDeadline()
                try copyEntry(index, of: folder, source.descriptor, target.descriptor)
            }
        }
        try finish(folder, source, target)
    }

    /// The folder in the original, nil if it can't be read, and in the copy.
    private func openBoth(_ folder: CloneFolder) throws(SnapshotError) -> (OpenFile?, OpenFile) {
        let path = folder.path.isRoot ? "." : nil
        let flags = O_RDONLY | O_DIRECTORY
        func opened(_ root: Int32) -> Int32 {
            if let path { return ah_open_at(root, path, flags) }
            return folder.path.withCString { ah_open_beneath(root, $0, flags) }
        }
        let target = opened(work.target)
        guard target >= 0 else { throw system("open in the copy", folder.path, target) }
        let copy = OpenFile(descriptor: target, path: folder.path.printable)
        let source = opened(work.source)
        if source >= 0 { return (OpenFile(descriptor: source, path: folder.path.printable), copy) }
        note(folder.path, "can't be opened", source)
        return (nil, copy)
    }

    private func copyEntry(
        _ index: Int, of folder: CloneFolder, _ source: Int32, _ target: Int32
    ) throws(SnapshotError) {
        let entry = listing.entries[index]
        let name = UnsafePointer(listing.names + Int(entry.name_offset))
        let bytes = UnsafeRawBufferPointer(start: name, count: Int(entry.name_length))
        let place = Place(source: source, target: target, name: name, path: folder.path.appending(bytes))
        guard !work.options.excluded.contains(place.path) else { return }
        guard entry.error == 0 else { return note(place.path, "can't be looked at", -entry.error) }
        switch entry.stat.mode & S_IFMT {
        case S_IFDIR: try makeFolder(place, entry.stat, in: folder)
        case S_IFREG: try copyFile(place)
        case S_IFLNK: try copyLink(place, entry.stat)
        default: try makeSpecialFile(place, entry.stat)
        }
    }

    private func makeFolder(_ place: Place, _ stat: ah_stat, in parent: CloneFolder) throws(SnapshotError) {
        guard CloneWork.FileIdentity(device: stat.device, inode: stat.inode) != work.targetIdentity else { return }
        guard mkdirat(place.target, place.name, 0o700) == 0 else { throw system("make", place.path, -errno) }
        let folder = CloneFolder(place.path, parent: parent, stat: stat)
        parent.addChild()
        if ah_is_mount_point_at(place.source, place.name) == 1 {
            report.lost.add(place.path, "something is mounted there: only the empty folder is kept")
            report.folders += 1
            let target = ah_open_at(place.target, place.name, O_RDONLY | O_DIRECTORY)
            guard target >= 0 else { throw system("open in the copy", place.path, target) }
            return try finish(folder, nil, OpenFile(descriptor: target, path: place.path.printable))
        }
        work.add(folder)
    }

    /// Sets a folder's own attributes once nothing below it is left to do, and then its parents' in the same way.
    private func finish(
        _ folder: CloneFolder, _ source: OpenFile?, _ target: OpenFile
    ) throws(SnapshotError) {
        guard folder.childIsDone() else { return }
        try setAttributes(source?.descriptor, target.descriptor, folder.stat, folder.path)
        var next = folder.parent
        while let parent = next, parent.childIsDone() {
            let (source, target) = try openBoth(parent)
            try setAttributes(source?.descriptor, target.descriptor, parent.stat, parent.path)
            next = parent.parent
        }
    }

    // MARK: Reporting

    func note(_ path: RelativePath, _ what: String, _ result: Int32) {
        report.lost.add(path, "\(what): \(String(cString: strerror(-result)))")
    }

    func system(_ operation: String, _ path: RelativePath, _ result: Int32) -> SnapshotError {
        .system(operation: operation, path: path.printable, code: -result)
    }
}
