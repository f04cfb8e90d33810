import CSnapshots
import Glibc

/// A writable folder over one that isn't written to: made in milliseconds however many files there are, since only what
/// is changed is copied. An overlay, mounted for everybody, so that the folder can be snapshotted from outside; that
/// takes root's rights.
///
/// It differs from a copy in this: a file that is open for reading while it is first written to shows its old content
/// there, and hard links between files of the lower folder part when one is written to. The lower folder must stay, and
/// stay as it is, as long as the layered one exists; a restart takes the mount away, and `mountAgain` brings it back.
public struct LayeredFolder: Sendable {
    /// Where it is seen.
    public let folder: String
    /// What belongs to it: the changes, the kernel's working space, and which folder lies below.
    private let layers: String

    private struct Header: Codable {
        var lower: String
    }

    /// - Parameter folder: a folder that `make` made.
    public init(at folder: String) {
        self.folder = folder
        layers = Self.layers(of: folder)
    }

    private static func layers(of folder: String) -> String { "\(folder).layers" }

    private var headerPath: String { "\(layers)/lower.json" }

    /// Whether a folder is one of these, mounted or not.
    public static func isLayered(_ folder: String) -> Bool { access("\(layers(of: folder))/lower.json", F_OK) == 0 }

    /// Makes one.
    /// - Parameters: lower: stays untouched. folder: must not exist; its file system holds the changes.
    /// - Throws: `unavailable` where overlays can't be mounted: a copy does there. Nothing is left then.
    public static func make(over lower: String, at folder: String) throws(SnapshotError) -> LayeredFolder {
        guard geteuid() == 0 else {
            throw .unavailable(.copy, path: folder, reason: "overlays for everybody take root's rights")
        }
        guard access(folder, F_OK) != 0, access(layers(of: folder), F_OK) != 0 else { throw .exists(path: folder) }
        guard let real = realpath(lower, nil) else { throw .last("open", lower) }
        defer { free(real) }
        let made = LayeredFolder(at: folder)
        do throws(SnapshotError) {
            try made.prepare(over: String(cString: real))
            try made.mountAgain()
            return made
        } catch {
            // What can't be removed is named by the next `make`, which finds it there.
            try? made.remove()
            throw error
        }
    }

    private func prepare(over lower: String) throws(SnapshotError) {
        for path in [layers, "\(layers)/upper", "\(layers)/work", folder] {
            guard mkdir(path, 0o700) == 0 else { throw .last("make", path) }
        }
        // The upper folder's attributes are those of the whole.
        let (source, target) = (try OpenFile(folder: lower), try OpenFile(folder: "\(layers)/upper"))
        let status = try source.status()
        var failed = [CChar](repeating: 0, count: 256)
        let results = [
            ah_set_owner(target.descriptor, status.user, status.group),
            ah_copy_attributes(source.descriptor, target.descriptor, &failed, failed.count),
            ah_set_mode(target.descriptor, status.mode & 0o7777),
            ah_set_modified(target.descriptor, "", status.modified),
        ]
        if let failure = results.first(where: { $0 < 0 }) {
            throw .system(operation: "set up", path: target.path, code: -failure)
        }
        try WholeFile.replace(headerPath, with: JSONFile.encode(Header(lower: lower)), durable: false)
    }

    /// The name of the folder below it.
    var lowerName: String {
        get throws(SnapshotError) {
            let header = try JSONFile.decode(Header.self, WholeFile.read(headerPath), path: headerPath)
            return header.lower.split(separator: "/").last.map(String.init) ?? ""
        }
    }

    public var isMounted: Bool {
        get throws(SnapshotError) {
            guard let real = realpath(folder, nil) else { return false }
            defer { free(real) }
            return try MountTable().mount(at: String(cString: real))?.fileSystem == "overlay"
        }
    }

    /// Mounts it if it isn't, as after a restart.
    public func mountAgain() throws(SnapshotError) {
        guard try !isMounted else { return }
        let header = try JSONFile.decode(Header.self, WholeFile.read(headerPath), path: headerPath)
        guard access(header.lower, F_OK) == 0 else {
            throw .damaged(path: folder, what: "the folder below it, \(header.lower), is gone")
        }
        let paths = [header.lower, "\(layers)/upper", "\(layers)/work"].map(Self.escaped)
        // Redirects let folders of the lower one be renamed as in any folder; the index keeps hard links together.
        let options = "lowerdir=\(paths[0]),upperdir=\(paths[1]),workdir=\(paths[2]),redirect_dir=on,index=on"
        let result = ah_mount_overlay(options, folder)
        if [-EPERM, -ENODEV, -EINVAL].contains(result) {
            throw .unavailable(.copy, path: folder, reason: "an overlay can't be mounted on this file system")
        }
        guard result == 0 else { throw .system(operation: "mount", path: folder, code: -result) }
    }

    /// Commas part the options and colons the lower folders.
    private static func escaped(_ path: String) -> String {
        path.reduce(into: "") { text, character in
            if ["\\", ",", ":"].contains(character) { text.append("\\") }
            text.append(character)
        }
    }

    /// Unmounts and removes it with all changes.
    /// - Throws: `busy` while a process uses it.
    public func remove(deadline: Deadline = .never) throws(SnapshotError) {
        if try isMounted {
            let result = ah_unmount(folder)
            if result == -EBUSY { throw .busy(path: folder) }
            guard result == 0 else { throw .system(operation: "unmount", path: folder, code: -result) }
        }
        guard rmdir(folder) == 0 || errno == ENOENT else { throw .last("remove", folder) }
        guard access(layers, F_OK) == 0 else { return }
        try FolderRemoval(of: layers).run(deadline: deadline)
    }

    /// Unmounts those that lie in a folder which is to be removed: removal never enters a mount.
    static func unmountAll(in folder: String) throws(SnapshotError) {
        for name in try WholeFile.names(in: folder) where name.hasSuffix(".layers") {
            let layered = LayeredFolder(at: "\(folder)/\(name.dropLast(".layers".count))")
            guard try layered.isMounted else { continue }
            let result = ah_unmount(layered.folder)
            guard result == 0 else { throw .system(operation: "unmount", path: layered.folder, code: -result) }
        }
    }
}
