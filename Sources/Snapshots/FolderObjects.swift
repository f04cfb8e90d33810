import CSnapshots
import Glibc

/// A scanned folder as git objects: its tree, the manifest of its entries, and the tree of manifests below it.
enum FolderObjects {
    static func write(_ folder: ScannedFolder, to writer: PackWriter) throws(SnapshotError) {
        var files = TreeBuilder()
        var manifests = TreeBuilder()
        var manifest = FolderManifest()
        files.reserve(folder.entries.count)
        manifest.entries.reserveCapacity(folder.entries.count)
        if folder.parent == nil {
            manifest.root = folder.status.attributes
            manifest.root?.extended = folder.extended
        }
        for entry in folder.entries where entry.flags.contains(.stored) || entry.absence != .none {
            add(entry, of: folder, &files, &manifests, &manifest)
        }
        manifests.add(.file, StoredName.manifest, try writer.add(.blob, manifest.encoded()))
        let tree = try writer.add(.tree, files.encoded())
        let manifestTree = try writer.add(.tree, manifests.encoded())
        folder.needsObjects = false
        guard tree != folder.tree || manifestTree != folder.manifest else { return }
        folder.tree = tree
        folder.manifest = manifestTree
        folder.parent?.markNeedsObjects()
    }

    private static func add(
        _ entry: ScannedEntry, of folder: ScannedFolder, _ files: inout TreeBuilder, _ manifests: inout TreeBuilder,
        _ manifest: inout FolderManifest
    ) {
        let name = Array(folder.name(of: entry))
        let kind = entry.kind
        manifest.entries.append(row(entry, name, kind, folder))
        let stored = name.withUnsafeBytes { StoredName.encode($0) } ?? name
        switch kind {
        case .file: files.add(entry.status.mode & 0o100 != 0 ? .program : .file, stored, entry.content)
        case .link: files.add(.link, stored, entry.content)
        case .folder where entry.child >= 0:
            let child = folder.children[Int(entry.child)]
            files.add(.folder, stored, child.tree)
            manifests.add(.folder, stored, child.manifest)
        default: break
        }
    }

    private static func row(
        _ entry: ScannedEntry, _ name: [UInt8], _ kind: TreeEntry.Kind, _ folder: ScannedFolder
    ) -> FolderManifest.Entry {
        var status = entry.status
        var extended = entry.extended >= 0 ? folder.extendedOfEntries[Int(entry.extended)] : []
        if kind == .folder, entry.child >= 0 {
            // A folder's own look at itself is the later one.
            status = folder.children[Int(entry.child)].status
            extended = folder.children[Int(entry.child)].extended
        }
        var row = FolderManifest.Entry(name: name, kind: kind, attributes: status.attributes)
        row.attributes.extended = extended
        row.size = kind == .file || kind == .link || kind == .missing ? status.size : 0
        row.isSparse = entry.flags.contains(.sparse)
        row.isFuzzy = entry.flags.contains(.fuzzy)
        row.note = entry.note
        if kind == .file, status.links > 1 { row.link = status.inode }
        if kind == .characterDevice || kind == .blockDevice { row.device = status.special_device }
        return row
    }
}
