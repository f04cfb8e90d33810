/// Objects of the store as values.
enum GitObjects {
    struct Row: Hashable {
        /// git's: 100644, 100755, 120000, 40000.
        var mode: UInt32
        /// As stored; `StoredName.decode` gives the file's.
        var name: [UInt8]
        var id: ObjectID
        var isFolder: Bool { mode == 0o40000 }
    }

    /// The rows of a tree.
    static func rows(_ bytes: [UInt8], id: ObjectID) throws(SnapshotError) -> [Row] {
        var rows: [Row] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")), let zero = rest[space...].firstIndex(of: 0),
                let mode = UInt32(String(decoding: rest[..<space], as: UTF8.self), radix: 8),
                let object = ObjectID(rest[(zero + 1)...].prefix(20)), FolderManifest.isName(rest[(space + 1)..<zero])
            else { throw .damaged(path: id.hex, what: "not a tree") }
            rows.append(Row(mode: mode, name: Array(rest[(space + 1)..<zero]), id: object))
            rest = rest[(zero + 21)...]
        }
        return rows
    }

    /// The tree of the files and that of the manifests of a snapshot.
    static func state(of snapshot: Snapshot, _ reader: ObjectReader) throws(SnapshotError) -> FolderScanner.Result {
        guard snapshot.provider == .git, let commit = ObjectID(hex: snapshot.reference) else {
            throw .damaged(path: snapshot.name, what: "its reference \(snapshot.reference) is no commit of git")
        }
        let text = try reader.object(commit, kind: "commit", limit: 1 << 20)
        guard text.starts(with: "tree ".utf8),
            let root = ObjectID(hex: String(decoding: text.dropFirst(5).prefix(40), as: UTF8.self))
        else { throw .damaged(path: snapshot.name, what: "its commit \(commit) has no tree") }
        let rows = try rows(reader.object(root, kind: "tree", limit: 1 << 20), id: root)
        guard let files = rows.first(where: { $0.name.elementsEqual("files".utf8) && $0.isFolder }),
            let manifest = rows.first(where: { $0.name.elementsEqual("manifest".utf8) && $0.isFolder })
        else { throw .damaged(path: snapshot.name, what: "its tree \(root) isn't that of a snapshot") }
        return FolderScanner.Result(tree: files.id, manifest: manifest.id)
    }
}
