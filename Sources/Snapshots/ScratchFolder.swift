import CSnapshots
import Glibc

/// A folder that grows under a hidden name beside its place. While its process lives it is locked, so that others can
/// tell one in the making from one that a killed process left.
final class ScratchFolder {
    static let prefix = ".ah-partial-"

    let folder: OpenFile
    private let parent: OpenFile
    private let target: PlacedName
    private let path: String
    private let name: String

    /// - Throws: `exists` if there is something at the target.
    init(for path: String) throws(SnapshotError) {
        target = try PlacedName(path)
        self.path = path
        parent = try OpenFile(folder: target.folder)
        var info = ah_stat()
        guard ah_stat_at(parent.descriptor, target.name, &info) == -ENOENT else { throw .exists(path: path) }
        (folder, name) = try Self.make(in: parent, for: target)
        let plain = ah_make_plain_folder(folder.descriptor)
        guard plain == 0 else { throw .system(operation: "prepare a folder beside", path: path, code: -plain) }
    }

    private static func make(
        in parent: OpenFile, for target: PlacedName
    ) throws(SnapshotError) -> (OpenFile, String) {
        while true {
            let name = prefix + String(UInt64.random(in: 0...UInt64.max), radix: 36)
            guard mkdirat(parent.descriptor, name, 0o700) == 0 else {
                if errno == EEXIST { continue }
                throw .last("make a folder in", target.folder)
            }
            let descriptor = ah_open_at(parent.descriptor, name, O_RDONLY | O_DIRECTORY)
            // A collector may have taken it for a leftover in the moment before it was locked.
            if descriptor == -ENOENT { continue }
            guard descriptor >= 0 else { throw .system(operation: "open", path: name, code: -descriptor) }
            let folder = OpenFile(descriptor: descriptor, path: name)
            guard ah_lock_folder(descriptor) == 0 else { continue }
            return (folder, name)
        }
    }

    /// Where it lies until then.
    var partialPath: String { "\(target.folder)/\(name)" }

    /// Gives the folder its own name, or another one in the same place.
    func publish(as other: String? = nil) throws(SnapshotError) {
        let result = ah_rename_new_at(parent.descriptor, name, parent.descriptor, other ?? target.name)
        if result == -EEXIST { throw .exists(path: path) }
        guard result == 0 else { throw .system(operation: "rename", path: path, code: -result) }
    }

    /// Removes it. What can't be removed is a leftover, collected later.
    func discard() {
        let path = "\(target.folder)/\(name)"
        try? LayeredFolder.unmountAll(in: path)
        _ = try? FolderRemoval(of: path).run()
    }

    /// Removes what killed processes left in a folder: copies in the making, and removals that weren't finished.
    /// - Returns: how many there were.
    static func collectLeftovers(in path: String, deadline: Deadline = .never) throws(SnapshotError) -> Int {
        let parent = try OpenFile(folder: path)
        var listing = ah_listing()
        defer { ah_listing_free(&listing) }
        let result = ah_list_folder(parent.descriptor, &listing)
        guard result == 0 else { throw .system(operation: "list", path: path, code: -result) }
        var count = 0
        for index in 0..<listing.count where listing.entries[index].stat.mode & S_IFMT == S_IFDIR {
            let name = String(cString: listing.names + Int(listing.entries[index].name_offset))
            guard name.hasPrefix(prefix) || name.hasPrefix(FolderRemoval.prefix) else { continue }
            let descriptor = ah_open_at(parent.descriptor, name, O_RDONLY | O_DIRECTORY)
            guard descriptor >= 0 else { continue }
            let folder = OpenFile(descriptor: descriptor, path: name)
            guard ah_lock_folder(folder.descriptor) == 0 else { continue }
            try LayeredFolder.unmountAll(in: "\(path)/\(name)")
            try FolderRemoval(of: "\(path)/\(name)").run(deadline: deadline)
            count += 1
        }
        return count
    }
}
