import CSnapshots
import Glibc

/// The snapshots of a store that are mounted: a small file for each, so that they are found again and nothing else is
/// ever unmounted.
public struct SnapshotMounts {
    private let store: SnapshotStore

    public init(_ store: SnapshotStore) { self.store = store }

    private var records: String { "\(store.folder)/mounts" }

    private func recordPath(_ folder: String) -> String { "\(records)/\(Self.key(folder)).json" }

    private static func key(_ folder: String) -> String {
        String(ObjectHash.of(Array(folder.utf8)).hex.prefix(16))
    }

    /// The checkout that is mounted at a folder.
    private func checkout(for folder: String) -> String { "\(records)/\(Self.key(folder))" }

    // MARK: Mounting

    /// Shows a snapshot at `folder`, which must be empty or not be there.
    public func mount(
        _ snapshot: Snapshot, of provider: any SnapshotProvider, at folder: String, deadline: Deadline = .never
    ) throws(SnapshotError) -> SnapshotMount {
        let lock = try lock(deadline)
        defer { withExtendedLifetime(lock) {} }
        let ownsFolder = access(folder, F_OK) != 0
        let folder = try prepare(folder)
        var mount = SnapshotMount(snapshot: snapshot.name, folder: folder, way: .mounted, ownsFolder: ownsFolder)
        // Written first: a mount without a record would be nobody's. What a killed process left is found by it.
        try write(mount)
        do throws(SnapshotError) {
            try show(snapshot, provider, &mount, deadline)
            try write(mount)
            return mount
        } catch {
            // The first error is the one to tell; what can't be taken away now is found by its record later.
            try? takeAway(mount)
            throw error
        }
    }

    /// One at a time: a collection must not take a mount in the making for one that went with a restart.
    private func lock(_ deadline: Deadline) throws(SnapshotError) -> FileLock {
        try WholeFile.makeFolders(records)
        return try FileLock("\(store.folder)/mounts.lock", .exclusive, deadline: deadline)
    }

    private func write(_ mount: SnapshotMount) throws(SnapshotError) {
        try WholeFile.replace(recordPath(mount.folder), with: JSONFile.encode(mount), durable: false)
    }

    /// - Returns: its real path: the mount table knows no links.
    private func prepare(_ folder: String) throws(SnapshotError) -> String {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .last("make", folder) }
        guard let real = realpath(folder, nil) else { throw .last("open", folder) }
        defer { free(real) }
        let path = String(cString: real)
        guard try WholeFile.names(in: path).isEmpty, try MountTable().mount(at: path) == nil else {
            throw .exists(path: folder)
        }
        return path
    }

    private func show(
        _ snapshot: Snapshot, _ provider: any SnapshotProvider, _ mount: inout SnapshotMount, _ deadline: Deadline
    ) throws(SnapshotError) {
        if let source = try provider.readOnlyFolder(of: snapshot) {
            let result = ah_mount_read_only(source, mount.folder)
            if result == 0 { return mount.way = .mounted }
            guard Self.isRefused(result) else {
                throw .system(operation: "mount at", path: mount.folder, code: -result)
            }
        }
        if geteuid() == 0 {
            let checkout = checkout(for: mount.folder)
            mount.lost = try provider.materialise(snapshot, at: checkout, deadline: deadline).lost
            let result = ah_mount_read_only(checkout, mount.folder)
            if result == 0 { return mount.way = .mountedCheckout }
            try removeCheckout(mount.folder)
            // Root in a container may not mount.
            guard Self.isRefused(result) else {
                throw .system(operation: "mount at", path: mount.folder, code: -result)
            }
        }
        guard rmdir(mount.folder) == 0 else { throw .last("replace", mount.folder) }
        mount.lost = try provider.materialise(snapshot, at: mount.folder, deadline: deadline).lost
        mount.way = .checkout
        mount.checkoutIdentity = try Self.identity(mount.folder)
        try write(mount)
        try WritePermissions.remove(below: mount.folder)
    }

    /// Mounting isn't for this user, this container or this kernel, whatever is mounted.
    private static func isRefused(_ result: Int32) -> Bool { [-EPERM, -ENOSYS].contains(result) }

    private static func identity(_ folder: String) throws(SnapshotError) -> [UInt64] {
        let status = try OpenFile(folder: folder).status()
        return [status.device, status.inode]
    }

    /// The one in the store.
    private func removeCheckout(_ folder: String) throws(SnapshotError) {
        let checkout = checkout(for: folder)
        if access(checkout, F_OK) == 0 { try BtrfsRemoval.remove(checkout) }
    }

    // MARK: Unmounting

    /// Those that there are. Records of mounts that went with a restart are not among them.
    public func list() throws(SnapshotError) -> [SnapshotMount] {
        let table = try MountTable()
        return try all().filter {
            $0.way == .checkout ? access($0.folder, F_OK) == 0 : table.mount(at: $0.folder) != nil
        }
    }

    private func all() throws(SnapshotError) -> [SnapshotMount] {
        var mounts: [SnapshotMount] = []
        for name in try WholeFile.names(in: records) where name.hasSuffix(".json") {
            let path = "\(records)/\(name)"
            guard let bytes = try WholeFile.readIfThere(path) else { continue }
            mounts.append(try JSONFile.decode(SnapshotMount.self, bytes, path: path))
        }
        return mounts
    }

    /// Takes a mount away, with its checkout. What we didn't mount is refused.
    /// - Throws: `noSuchPath`; `system` with EBUSY while somebody uses it.
    public func unmount(_ folder: String, deadline: Deadline = .never) throws(SnapshotError) {
        let lock = try lock(deadline)
        defer { withExtendedLifetime(lock) {} }
        let resolved = realpath(folder, nil)
        defer { free(resolved) }
        let path = resolved.map { String(cString: $0) } ?? folder
        guard let bytes = try WholeFile.readIfThere(recordPath(path)) else { throw .noSuchPath(folder) }
        let mount = try JSONFile.decode(SnapshotMount.self, bytes, path: recordPath(path))
        guard mount.folder == path else { throw .damaged(path: recordPath(path), what: "it is another folder's") }
        try takeAway(mount)
    }

    private func takeAway(_ mount: SnapshotMount) throws(SnapshotError) {
        let path = mount.folder
        if mount.way != .checkout, try MountTable().mount(at: path)?.isReadOnly == true {
            let result = ah_unmount(path)
            guard result == 0 else { throw .system(operation: "unmount", path: path, code: -result) }
        } else if let identity = mount.checkoutIdentity, access(path, F_OK) == 0, try Self.identity(path) == identity {
            try FolderRemoval(of: path).run()
        }
        // Only if it is empty.
        if mount.ownsFolder { rmdir(path) }
        try removeCheckout(path)
        unlink(recordPath(path))
    }

    /// Forgets what went with a restart, and removes its checkouts.
    /// - Returns: how many there were.
    public func collectLeftovers(deadline: Deadline = .never) throws(SnapshotError) -> Int {
        let lock = try lock(deadline)
        defer { withExtendedLifetime(lock) {} }
        let table = try MountTable()
        var count = try ScratchFolder.collectLeftovers(in: records, deadline: deadline)
        for name in try WholeFile.names(in: records) where name.hasSuffix(".tmp") {
            unlink("\(records)/\(name)")
            count += 1
        }
        for mount in try all() where mount.way != .checkout && table.mount(at: mount.folder) == nil {
            try removeCheckout(mount.folder)
            unlink(recordPath(mount.folder))
            count += 1
        }
        return count
    }
}
