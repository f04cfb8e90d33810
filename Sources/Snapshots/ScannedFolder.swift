import CSnapshots
import Glibc

/// What the scanner remembers of a folder: its entries with their stat and the objects that they became.
final class ScannedFolder {
    /// Of the entry in the folder above.
    let name: [UInt8]
    /// The folder above holds this one, so it lives longer.
    private(set) unowned(unsafe) var parent: ScannedFolder?
    var status = ah_stat()
    var extended: [FolderManifest.ExtendedAttribute] = []

    /// In git's order. The names' bytes lie one after the other in `names`.
    var entries: [ScannedEntry] = []
    var names: [UInt8] = []
    var children: [ScannedFolder] = []
    var extendedOfEntries: [[FolderManifest.ExtendedAttribute]] = []

    var tree = ObjectID.zero
    var manifest = ObjectID.zero
    var watch: Int32 = -1

    /// Its entries were read at least once.
    var isListed = false
    var isDirty = false
    var hasDirtyBelow = false
    /// Its objects aren't those of its entries.
    var needsObjects = true

    init(name: [UInt8], parent: ScannedFolder?) {
        self.name = name
        self.parent = parent
    }

    func name(of entry: ScannedEntry) -> ArraySlice<UInt8> {
        names[Int(entry.nameOffset)..<Int(entry.nameOffset + entry.nameLength)]
    }

    var path: RelativePath {
        var names: [[UInt8]] = []
        var folder = self
        while let parent = folder.parent {
            names.append(folder.name)
            folder = parent
        }
        return RelativePath(unchecked: Array(names.reversed().joined(separator: [UInt8(ascii: "/")])))
    }

    func markDirty() {
        isDirty = true
        markAbove()
    }

    private func markAbove() {
        var above = parent
        while let folder = above, !folder.hasDirtyBelow {
            folder.hasDirtyBelow = true
            above = folder.parent
        }
    }

    func markNeedsObjects() {
        needsObjects = true
        markAbove()
    }

    /// Calls for this folder and all below.
    func visitAll(_ body: (ScannedFolder) -> Void) {
        body(self)
        for child in children { child.visitAll(body) }
    }
}

struct ScannedEntry {
    struct Flags: OptionSet {
        let rawValue: UInt8
        /// Its content's id is known.
        static let stored = Flags(rawValue: 1)
        /// It was written so shortly before it was read that another write may show the same times.
        static let racy = Flags(rawValue: 2)
        static let fuzzy = Flags(rawValue: 4)
        static let sparse = Flags(rawValue: 8)
    }

    /// Why it isn't in the snapshot.
    enum Absence: UInt8 {
        case none, unreadable, tooLarge, otherFileSystem, tooDeep
    }

    var status: ah_stat
    var content = ObjectID.zero
    var nameOffset: UInt32
    var nameLength: UInt32
    /// Index of the folder's `children`, -1 if it is none.
    var child: Int32 = -1
    /// Index of `extendedOfEntries`, -1 if it has none.
    var extended: Int32 = -1
    var flags: Flags = []
    var absence = Absence.none
    /// errno of what couldn't be read.
    var code: Int32 = 0

    var isFolder: Bool { status.mode & S_IFMT == S_IFDIR }

    var kind: TreeEntry.Kind {
        guard absence == .none else { return .missing }
        return switch status.mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        case S_IFIFO: .fifo
        case S_IFSOCK: .socket
        case S_IFCHR: .characterDevice
        default: .blockDevice
        }
    }

    var note: String {
        switch absence {
        case .none: ""
        case .unreadable: "unreadable: \(String(cString: strerror(code)))"
        case .tooLarge: "\(status.size) bytes, over the limit"
        case .otherFileSystem: "a file system of the kernel"
        case .tooDeep: "nested too deeply"
        }
    }
}

extension ah_stat {
    /// Whether the file is the one that was looked at before, and unchanged as far as its times tell.
    func isSame(as other: ah_stat) -> Bool {
        inode == other.inode && size == other.size && modified == other.modified && changed == other.changed
            && mode == other.mode && device == other.device
    }

    var attributes: FolderManifest.Attributes {
        FolderManifest.Attributes(mode: mode & 0o7777, user: user, group: group, modified: modified)
    }
}
