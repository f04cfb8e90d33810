import CSnapshots
import Glibc

/// Puts many small packs into one, so that a session of thousands of snapshots stays quick to read. Objects are copied as they
/// are, still compressed; nothing is freed, which is the collection's part.
struct PackMerge {
    private let store: SnapshotStore
    /// From so many packs on it is worth while.
    static let manyPacks = 100
    /// Larger packs are left alone.
    private static let smallPack: UInt64 = 4 << 20
    private static let largestMerge: UInt64 = 256 << 20

    init(store: SnapshotStore) { self.store = store }

    private var folder: String { "\(store.objects)/objects/pack" }

    /// - Returns: false if there was nothing to do, or a collection runs.
    func run() throws(SnapshotError) -> Bool {
        guard let lock = try FileLock(trying: store.collectionLock) else { return false }
        defer { withExtendedLifetime(lock) {} }
        var entries: [PackEntry] = []
        var known: Set<ObjectID> = []
        var merged: [String] = []
        let file = try PackFile(objects: store.objects)
        try file.append([UInt8](repeating: 0, count: PackWriter.headerSize))
        var size = UInt64(PackWriter.headerSize)
        for name in try WholeFile.names(in: folder) where name.hasPrefix("pack-") && name.hasSuffix(".idx") {
            let base = "\(folder)/\(name.dropLast(4))"
            guard size < Self.largestMerge, WholeFile.size("\(base).pack") < Self.smallPack,
                try copy(base, to: file, &size, &entries, &known)
            else { continue }
            merged.append(base)
        }
        guard merged.count > 1 else { return false }
        try publish(file, size, &entries)
        for base in merged {
            for suffix in ["idx", "rev", "pack"] {
                guard unlink("\(base).\(suffix)") == 0 || errno == ENOENT else {
                    throw .last("delete", "\(base).\(suffix)")
                }
            }
        }
        return true
    }

    /// Copies a pack's objects. False if it has deltas, whose bases are found by their distance, or isn't what its index says.
    private func copy(
        _ base: String, to file: PackFile, _ size: inout UInt64, _ entries: inout [PackEntry],
        _ known: inout Set<ObjectID>
    ) throws(SnapshotError) -> Bool {
        guard let index = try PackIndexFile(mapping: "\(base).idx") else { return false }
        let bytes = try WholeFile.read("\(base).pack", limit: Int(Self.smallPack))
        let all = (0..<index.count).map { index.entry(at: $0) }.sorted { $0.offset < $1.offset }
        let end = UInt64(bytes.count) - 20
        guard bytes.count > 32, all.allSatisfy({ (12..<end).contains($0.offset) }),
            all.allSatisfy({ (1...3).contains(bytes[Int($0.offset)] >> 4 & 7) })
        else { return false }
        var copied: [UInt8] = []
        for (position, entry) in all.enumerated() where known.insert(entry.id).inserted {
            let next = position + 1 < all.count ? all[position + 1].offset : end
            let object = bytes[Int(entry.offset)..<Int(next)]
            // What was damaged on the disk isn't made to look whole.
            guard object.withUnsafeBytes({ ah_crc32(0, $0.baseAddress, $0.count) }) == entry.crc else {
                throw .damaged(path: "\(base).pack", what: "object \(entry.id)")
            }
            entries.append(PackEntry(id: entry.id, offset: size + UInt64(copied.count), crc: entry.crc))
            copied += object
        }
        try file.append(copied)
        size += UInt64(copied.count)
        return true
    }

    private func publish(_ file: PackFile, _ size: UInt64, _ entries: inout [PackEntry]) throws(SnapshotError) {
        let checksum = try file.seal(header: PackWriter.header(count: entries.count), size: size)
        try file.append(checksum.bytes)
        entries.sort { $0.id < $1.id }
        try file.publish(as: checksum, index: PackIndexFile.encode(entries, checksum: checksum))
    }
}
