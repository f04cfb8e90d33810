import CSnapshots
import Glibc

/// Removes a folder with all that lies in it. Links are removed, never followed; nothing that is mounted below it is
/// entered. It vanishes at once, under another name beside its place; if the removal is cut short, the next one of the
/// same folder, or the collection of leftovers, goes on with it.
public struct FolderRemoval: Sendable {
    static let prefix = ".ah-removed-"
    /// How many open folders lead down before what lies deeper is moved up.
    private static let deepest = 64

    public let path: String

    public init(of path: String) { self.path = path }

    /// What was removed.
    public struct Report: Hashable, Codable, Sendable {
        public var files = 0
        public var folders = 0
        /// Of files that had no other name; shared blocks are counted as if they were not.
        public var bytes: UInt64 = 0

        public init() {}
    }

    /// Moves the folder aside, so that its name is free at once; the rest can be done by `run` in the background.
    /// - Throws: `system`, also where something is mounted on the folder itself (EBUSY).
    public func setAside() throws(SnapshotError) -> FolderRemoval {
        let place = try PlacedName(path)
        guard !place.name.hasPrefix(Self.prefix) else { return self }
        let parent = try OpenFile(folder: place.folder)
        while true {
            let name = Self.prefix + String(UInt64.random(in: 0...UInt64.max), radix: 36)
            let result = ah_rename_new_at(parent.descriptor, place.name, parent.descriptor, name)
            if result == 0 { return FolderRemoval(of: "\(place.folder)/\(name)") }
            guard result == -EEXIST else { throw .system(operation: "remove", path: path, code: -result) }
        }
    }

    /// Removes it all.
    /// - Throws: `outOfTime` with the rest still there; `system` for the first thing that can't be removed, after all
    ///   that can be is gone.
    @discardableResult public func run(deadline: Deadline = .never) throws(SnapshotError) -> Report {
        let aside = try setAside()
        let place = try PlacedName(aside.path)
        let parent = try OpenFile(folder: place.folder)
        let descriptor = Self.open(parent.descriptor, place.name)
        if descriptor == -ENOENT { return Report() }
        guard descriptor >= 0 else { throw .system(operation: "open", path: path, code: -descriptor) }
        let root = OpenFile(descriptor: descriptor, path: aside.path)
        // Others take a locked one for work in progress. If it is locked already, somebody else does this.
        guard [0, -EWOULDBLOCK].contains(ah_lock_folder(root.descriptor)) else { throw .last("lock", path) }
        var pass = RemovalPass(root: root.descriptor, deadline: deadline, deepest: Self.deepest)
        repeat { try pass.run() } while pass.hasMovedUp && pass.firstFailure == nil
        if let failure = pass.firstFailure {
            throw .system(operation: "remove", path: failure.path, code: failure.code)
        }
        guard unlinkat(parent.descriptor, place.name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw .last("remove", path)
        }
        pass.report.folders += 1
        return pass.report
    }

    /// Opens a folder that may have been made unreadable: it is ours to remove.
    static func open(_ parent: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY
        var descriptor = ah_open_at(parent, name, flags)
        if descriptor == -EACCES, fchmodat(parent, name, 0o700, 0) == 0 { descriptor = ah_open_at(parent, name, flags) }
        return descriptor
    }
}

/// One way through a folder that is being removed.
struct RemovalPass {
    let root: Int32
    let deadline: Deadline
    let deepest: Int
    var report = FolderRemoval.Report()
    var hasMovedUp = false
    var firstFailure: (path: String, code: Int32)?

    init(root: Int32, deadline: Deadline, deepest: Int) {
        self.root = root
        self.deadline = deadline
        self.deepest = deepest
    }

    mutating func run() throws(SnapshotError) {
        hasMovedUp = false
        try empty(root, path: .root, depth: 0)
    }

    private mutating func empty(_ folder: Int32, path: RelativePath, depth: Int) throws(SnapshotError) {
        var listing = ah_listing()
        defer { ah_listing_free(&listing) }
        let result = ah_list_folder(folder, &listing)
        guard result == 0 else { return fail(path, -result) }
        for index in 0..<listing.count {
            try deadline.check("removing a folder")
            let entry = listing.entries[index]
            let name = UnsafePointer(listing.names + Int(entry.name_offset))
            let child = path.appending(UnsafeRawBufferPointer(start: name, count: Int(entry.name_length)))
            if entry.stat.mode & S_IFMT == S_IFDIR {
                try removeFolder(folder, name, child, depth: depth + 1)
            } else {
                removeFile(folder, name, child, entry.stat)
            }
        }
    }

    private mutating func removeFile(
        _ folder: Int32, _ name: UnsafePointer<CChar>, _ path: RelativePath, _ stat: ah_stat
    ) {
        guard unlink(folder, name, 0) else { return fail(path, errno) }
        report.files += 1
        if stat.links == 1 { report.bytes += stat.blocks * 512 }
    }

    private mutating func removeFolder(
        _ parent: Int32, _ name: UnsafePointer<CChar>, _ path: RelativePath, depth: Int
    ) throws(SnapshotError) {
        guard ah_is_mount_point_at(parent, name) != 1 else { return fail(path, EBUSY) }
        // Empty already, or an empty subvolume: one call.
        if unlinkat(parent, name, AT_REMOVEDIR) == 0 { return report.folders += 1 }
        if depth > deepest { return moveUp(parent, name, path) }
        let descriptor = FolderRemoval.open(parent, name)
        guard descriptor >= 0 else { return fail(path, -descriptor) }
        let folder = OpenFile(descriptor: descriptor, path: path.printable)
        try empty(folder.descriptor, path: path, depth: depth)
        guard unlink(parent, name, AT_REMOVEDIR) else {
            // What was moved up or couldn't be removed has been noted.
            return errno == ENOTEMPTY && firstFailure != nil ? () : fail(path, errno)
        }
        report.folders += 1
    }

    /// Deeper than descriptors and stack should go: it gets a place at the top, for the next pass.
    private mutating func moveUp(_ parent: Int32, _ name: UnsafePointer<CChar>, _ path: RelativePath) {
        let place = "deep-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        // Moving a folder elsewhere writes to it.
        guard fchmodat(parent, name, 0o700, 0) == 0 else { return fail(path, errno) }
        let result = ah_rename_new_at(parent, name, root, place)
        guard result == 0 else { return fail(path, -result) }
        hasMovedUp = true
    }

    /// Removes an entry, from a folder that may have been made unwritable.
    private func unlink(_ folder: Int32, _ name: UnsafePointer<CChar>, _ flags: Int32) -> Bool {
        if unlinkat(folder, name, flags) == 0 || errno == ENOENT { return true }
        guard errno == EACCES, fchmod(folder, 0o700) == 0 else { return false }
        return unlinkat(folder, name, flags) == 0
    }

    private mutating func fail(_ path: RelativePath, _ code: Int32) {
        if firstFailure == nil { firstFailure = (path.printable, code) }
    }
}
