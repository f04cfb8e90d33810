import CSnapshots
import Glibc

/// The permission to write, taken away from a whole folder.
enum WritePermissions {
    static func remove(below path: String) throws(SnapshotError) {
        try remove(OpenFile(folder: path), depth: 0)
    }

    private static func remove(_ folder: OpenFile, depth: Int) throws(SnapshotError) {
        var listing = ah_listing()
        defer { ah_listing_free(&listing) }
        let result = ah_list_folder(folder.descriptor, &listing)
        guard result == 0, depth < 400 else { throw .system(operation: "list", path: folder.path, code: -result) }
        for index in 0..<listing.count {
            let entry = listing.entries[index]
            let name = listing.names + Int(entry.name_offset)
            if entry.stat.mode & S_IFMT == S_IFDIR {
                let child = ah_open_at(folder.descriptor, name, O_RDONLY | O_DIRECTORY)
                guard child >= 0 else { continue }
                let path = "\(folder.path)/\(String(cString: name))"
                try remove(OpenFile(descriptor: child, path: path), depth: depth + 1)
            } else if entry.stat.mode & S_IFMT == S_IFREG {
                guard fchmodat(folder.descriptor, name, entry.stat.mode & 0o7555, 0) == 0 else {
                    throw .last("protect", "\(folder.path)/\(String(cString: name))")
                }
            }
        }
        let status = try folder.status()
        guard fchmod(folder.descriptor, status.mode & 0o7555) == 0 else { throw .last("protect", folder.path) }
    }
}
