import Snapshots
import WorkbenchModel

/// What differs between two trees, for marking it in lists of folders.
struct ChangeIndex: Sendable {
    let place: FilesModel.Place
    /// In the order of their paths' bytes.
    private let changes: [FileChange]

    init(_ changes: [FileChange], at place: FilesModel.Place) {
        self.changes = changes
        self.place = place
    }

    /// What is to be said of one name in a folder.
    struct Mark {
        var change: FilesModel.Entry.Change
        /// Something below it differs, not it itself.
        var isFolder: Bool
        var first: FileChange
    }

    /// The names in a folder that differ, or in which something differs. Takes as long as there are such names.
    func marks(in folder: RelativePath) -> [[UInt8]: Mark] {
        let prefix = folder.isRoot ? [] : folder.bytes + [UInt8(ascii: "/")]
        var marks: [[UInt8]: Mark] = [:]
        var index = start(of: prefix)
        while index < changes.count, changes[index].path.bytes.starts(with: prefix) {
            let change = changes[index]
            let rest = change.path.bytes[prefix.count...]
            guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
                marks[Array(rest)] = Mark(change: Self.change(change), isFolder: false, first: change)
                index += 1
                continue
            }
            // A folder may come twice: names such as `a.txt` lie between `a` and `a/`.
            marks[Array(rest[..<slash])] = Mark(change: .modified, isFolder: true, first: change)
            index = start(of: Array(change.path.bytes[..<slash]) + [UInt8(ascii: "/") + 1])
        }
        return marks
    }

    /// The first change at or after these bytes.
    private func start(of bytes: [UInt8]) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].path.bytes.lexicographicallyPrecedes(bytes) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    static func change(_ change: FileChange) -> FilesModel.Entry.Change {
        switch change.kind {
        case .added: .added
        case .deleted: .deleted
        case .modified, .renamed, .retyped, .attributes: .modified
        }
    }
}

extension FilesModel.Entry {
    init(_ change: FileChange) {
        let side = change.new ?? change.old
        self.init(
            name: change.path.printable, kind: Kind(side?.kind ?? .file), size: side?.size ?? 0,
            change: ChangeIndex.change(change), note: change.note)
        added = change.added
        deleted = change.deleted
    }

    init(_ entry: TreeEntry) {
        self.init(name: entry.printableName, kind: Kind(entry.kind), size: entry.size, note: entry.note)
    }
}

extension FilesModel.Entry.Kind {
    init(_ kind: TreeEntry.Kind) {
        self =
            switch kind {
            case .folder: .folder
            case .file: .file
            case .link: .link
            default: .other
            }
    }
}
