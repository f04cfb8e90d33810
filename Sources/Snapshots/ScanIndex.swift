import CSnapshots
import Glibc

/// The scanner's memory as a file: what a process knew of a folder, for the next one. Only a memory: each entry counts only
/// while the file's stat and the store agree with it, so a stale or torn index costs time and nothing else.
enum ScanIndex {
    private static let magic = Array("AHINDEX1".utf8)

    static func save(_ scanner: FolderScanner, to path: String) throws(SnapshotError) {
        guard scanner.root.isListed else { return }
        var writer = ByteWriter(magic)
        writer.number(UInt64(MemoryLayout<ah_stat>.stride))
        write(scanner.root, to: &writer)
        ObjectHash.of(writer.bytes).append(to: &writer.bytes)
        try WholeFile.replace(path, with: writer.bytes, durable: false)
    }

    private static func write(_ folder: ScannedFolder, to writer: inout ByteWriter) {
        raw(folder.status, to: &writer)
        folder.tree.append(to: &writer.bytes)
        folder.manifest.append(to: &writer.bytes)
        write(folder.extended, to: &writer)
        // What isn't whole is scanned anew by the next process.
        let entries = folder.isListed && !folder.needsObjects ? folder.entries : []
        writer.number(UInt64(entries.count))
        for entry in entries {
            writer.string(folder.name(of: entry))
            raw(entry.status, to: &writer)
            entry.content.append(to: &writer.bytes)
            writer.bytes.append(entry.flags.rawValue)
            writer.bytes.append(entry.absence.rawValue)
            write(entry.extended >= 0 ? folder.extendedOfEntries[Int(entry.extended)] : [], to: &writer)
            writer.bytes.append(entry.child >= 0 ? 1 : 0)
            if entry.child >= 0 { write(folder.children[Int(entry.child)], to: &writer) }
        }
    }

    private static func raw(_ status: ah_stat, to writer: inout ByteWriter) {
        withUnsafeBytes(of: status) { writer.bytes.append(contentsOf: $0) }
    }

    private static func write(_ extended: [FolderManifest.ExtendedAttribute], to writer: inout ByteWriter) {
        writer.number(UInt64(extended.count))
        for attribute in extended {
            writer.string(attribute.name)
            writer.string(attribute.value)
        }
    }

    /// Loads what fits; without an index, or with a damaged one, the scanner knows nothing.
    static func load(_ path: String, into scanner: FolderScanner) {
        guard let bytes = try? WholeFile.readIfThere(path), bytes.count > magic.count + 20, bytes.starts(with: magic),
            ObjectID(bytes.suffix(20)) == ObjectHash.of(Array(bytes.dropLast(20)))
        else { return }
        var reader = ByteReader(Array(bytes.dropLast(20)))
        guard reader.take(magic.count) != nil, reader.number() == UInt64(MemoryLayout<ah_stat>.stride) else { return }
        let root = ScannedFolder(name: [], parent: nil)
        guard read(root, &reader, scanner, depth: 0) else { return }
        scanner.root = root
    }

    private static func read(
        _ folder: ScannedFolder, _ reader: inout ByteReader, _ scanner: FolderScanner, depth: Int
    ) -> Bool {
        guard depth < FolderScanner.deepest, let status = status(&reader), let tree = id(&reader),
            let manifest = id(&reader), let extended = extended(&reader), let count = reader.number(),
            count <= UInt64(reader.left)
        else { return false }
        folder.status = status
        folder.tree = tree
        folder.manifest = manifest
        folder.extended = extended
        for _ in 0..<count {
            guard entry(of: folder, &reader, scanner, depth: depth) else { return false }
        }
        folder.isListed = true
        folder.needsObjects = false
        return true
    }

    private static func entry(
        of folder: ScannedFolder, _ reader: inout ByteReader, _ scanner: FolderScanner, depth: Int
    ) -> Bool {
        guard let name = reader.string(), FolderManifest.isName(name), let status = status(&reader),
            let content = id(&reader), let flags = reader.byte(), let absence = reader.byte(),
            let extended = extended(&reader), let hasChild = reader.byte()
        else { return false }
        var entry = ScannedEntry(
            status: status, nameOffset: UInt32(folder.names.count), nameLength: UInt32(name.count))
        entry.content = content
        entry.flags = ScannedEntry.Flags(rawValue: flags)
        entry.absence = ScannedEntry.Absence(rawValue: absence) ?? .unreadable
        if !extended.isEmpty {
            entry.extended = Int32(folder.extendedOfEntries.count)
            folder.extendedOfEntries.append(extended)
        }
        folder.names.append(contentsOf: name)
        if hasChild == 1 {
            let child = ScannedFolder(name: Array(name), parent: folder)
            guard read(child, &reader, scanner, depth: depth + 1) else { return false }
            entry.child = Int32(folder.children.count)
            folder.children.append(child)
        }
        folder.entries.append(entry)
        return true
    }

    private static func status(_ reader: inout ByteReader) -> ah_stat? {
        reader.take(MemoryLayout<ah_stat>.size).map { bytes in
            bytes.withUnsafeBytes { $0.loadUnaligned(as: ah_stat.self) }
        }
    }

    private static func id(_ reader: inout ByteReader) -> ObjectID? { reader.take(20).flatMap { ObjectID($0) } }

    private static func extended(_ reader: inout ByteReader) -> [FolderManifest.ExtendedAttribute]? {
        guard let count = reader.number(), count <= UInt64(reader.left) else { return nil }
        var all: [FolderManifest.ExtendedAttribute] = []
        for _ in 0..<count {
            guard let name = reader.string(), let value = reader.string() else { return nil }
            all.append(.init(name: Array(name), value: Array(value)))
        }
        return all
    }
}
