import Glibc

/// Which folder a session's snapshots are of.
///
/// The repository that the program starts in, or else the folder itself; but never by itself a folder that holds a user's
/// whole life, since nobody who records a shell asks for a copy of their home.
public struct WorkspaceChoice: Hashable, Sendable {
    /// The folder, absolute and without symbolic links; nil when there is none that should be snapshotted unasked.
    public let folder: String?
    /// Why that, in words.
    public let reason: String

    /// - Parameters:
    ///   - named: what the user gave, absolute.
    ///   - start: where the program starts.
    ///   - home: the user's home folder.
    public init(named: String?, start: String, home: String?) throws(SessionError) {
        if let named {
            folder = try Self.real(named)
            reason = "it was asked for"
            return
        }
        let start = try Self.real(start)
        let home = home.flatMap { try? Self.real($0) }
        let top = Self.repository(above: start, below: home)
        let found = top ?? start
        if let problem = Self.isTooMuch(found, home: home) {
            folder = nil
            reason = "\(found) is \(problem): name a folder with --workspace to have it snapshotted"
        } else {
            folder = found
            reason = top == nil ? "the program starts there" : "the program starts in this repository"
        }
    }

    private static func real(_ path: String) throws(SessionError) -> String {
        guard let real = realpath(path, nil) else {
            throw .folder(path: path, reason: String(cString: strerror(errno)))
        }
        defer { free(real) }
        var info = stat()
        guard stat(real, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw .folder(path: path, reason: "not a folder")
        }
        return String(cString: real)
    }

    /// The nearest folder upwards that holds a `.git`, as a repository or a worktree does. A home that is one doesn't count.
    private static func repository(above start: String, below home: String?) -> String? {
        var folder = start
        while folder != "/", folder != home {
            if access("\(folder)/.git", F_OK) == 0 { return folder }
            folder = folder.parentFolder
        }
        return nil
    }

    private static func isTooMuch(_ folder: String, home: String?) -> String? {
        if folder == "/" { return "the whole file system" }
        if folder == home { return "the home folder" }
        if let home, home.hasPrefix(folder + "/") { return "above the home folder" }
        let parts = folder.split(separator: "/")
        let systems: Set<Substring> = [
            "bin", "boot", "dev", "etc", "home", "lib", "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv",
            "sys", "tmp", "usr", "var",
        ]
        if parts.count == 1, systems.contains(parts[0]) { return "a system's folder" }
        if let first = parts.first, ["dev", "proc", "sys"].contains(first) { return "no folder of files" }
        return nil
    }
}
