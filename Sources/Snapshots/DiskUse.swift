import CSnapshots
import Glibc

/// What a folder takes on the disk.
enum DiskUse {
    /// Bytes of all blocks below; a file with several links counts once per link. What vanishes meanwhile isn't counted.
    static func of(_ folder: String) throws(SnapshotError) -> UInt64 {
        var listing = ah_listing()
        defer { ah_listing_free(&listing) }
        return try of(OpenFile(folder: folder), &listing, depth: 0)
    }

    private static func of(_ folder: OpenFile, _ listing: inout ah_listing, depth: Int) throws(SnapshotError) -> UInt64
    {
        let result = ah_list_folder(folder.descriptor, &listing)
        guard result == 0 else { throw .system(operation: "list", path: folder.path, code: -result) }
        var sum: UInt64 = 0
        var folders: [String] = []
        for index in 0..<listing.count {
            let entry = listing.entries[index]
            sum += entry.stat.blocks * 512
            if entry.stat.mode & S_IFMT == S_IFDIR {
                folders.append(String(cString: listing.names + Int(entry.name_offset)))
            }
        }
        guard depth < 400 else { return sum }
        for name in folders {
            let child = ah_open_at(folder.descriptor, name, O_RDONLY | O_DIRECTORY)
            guard child >= 0 else { continue }
            sum += try of(OpenFile(descriptor: child, path: "\(folder.path)/\(name)"), &listing, depth: depth + 1)
        }
        return sum
    }
}
