extension GitTree {
    /// Where a folder's objects are: the tree of its contents, and that of its manifest and those of its folders.
    struct Place {
        var tree: ObjectID
        var manifests: ObjectID
        var path: RelativePath
    }

    /// So many can be loaded at once.
    static let loadLimit = ObjectReader.window / 2

    static func load(_ place: Place, _ reader: ObjectReader) throws(SnapshotError) -> Folder {
        try load([place], reader)[0]
    }

    /// Reads folders' trees and manifests and joins them: two rounds to git, however many there are.
    static func load(_ places: [Place], _ reader: ObjectReader) throws(SnapshotError) -> [Folder] {
        precondition(places.count <= loadLimit)
        do throws(SnapshotError) {
            try reader.request(places.flatMap { [$0.tree, $0.manifests] })
            var rows: [(contents: [GitObjects.Row], manifests: [GitObjects.Row])] = []
            for place in places {
                let contents = try GitObjects.rows(next("tree", place.tree, reader), id: place.tree)
                rows.append((contents, try GitObjects.rows(next("tree", place.manifests, reader), id: place.manifests)))
            }
            var blobs: [ObjectID] = []
            for (place, rows) in zip(places, rows) {
                guard let blob = rows.manifests.first(where: { $0.name == StoredName.manifest && !$0.isFolder }) else {
                    throw .damaged(path: place.path.printable, what: "it has no manifest")
                }
                blobs.append(blob.id)
            }
            try reader.request(blobs)
            var folders: [Folder] = []
            for (index, place) in places.enumerated() {
                let manifest = try FolderManifest(next("blob", blobs[index], reader), path: place.path.printable)
                folders.append(try join(manifest, rows[index].contents, rows[index].manifests, place.path))
            }
            return folders
        } catch {
            // Requests may be outstanding.
            reader.restart()
            throw error
        }
    }

    private static func next(
        _ kind: String, _ id: ObjectID, _ reader: ObjectReader
    ) throws(SnapshotError) -> [UInt8] {
        guard let header = try reader.next() else { throw reader.missing(id) }
        guard header.kind == kind, header.size < 1 << 30 else {
            throw .damaged(path: id.hex, what: "not a \(kind)")
        }
        return try reader.rest(header)
    }

    private static func join(
        _ manifest: FolderManifest, _ rows: [GitObjects.Row], _ manifestRows: [GitObjects.Row], _ path: RelativePath
    ) throws(SnapshotError) -> Folder {
        var contents: [ArraySlice<UInt8>: GitObjects.Row] = [:]
        for row in rows { contents[StoredName.decode(row.name[...])] = row }
        let entries = try manifest.entries.map { row throws(SnapshotError) in
            let content = contents[row.name[...]]?.id
            if content == nil, row.kind == .file || row.kind == .folder || row.kind == .link {
                throw .damaged(path: path.appending(row.name).printable, what: "its content isn't in the tree")
            }
            return entry(row, content)
        }
        var below: [ArraySlice<UInt8>: ObjectID] = [:]
        for row in manifestRows where row.isFolder { below[StoredName.decode(row.name[...])] = row.id }
        return Folder(
            manifestsBelow: below, manifest: manifest,
            entries: entries.sorted { $0.name.lexicographicallyPrecedes($1.name) })
    }

    private static func entry(_ row: FolderManifest.Entry, _ content: ObjectID?) -> TreeEntry {
        TreeEntry(
            name: row.name, kind: row.kind, mode: row.attributes.mode, size: row.size,
            modified: row.attributes.modified,
            user: row.attributes.user, group: row.attributes.group, content: content,
            note: row.isFuzzy ? "it changed while it was read" : row.note.isEmpty ? nil : row.note)
    }
}
