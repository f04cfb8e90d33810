import Glibc
import Processes

/// Says that a process works in a branch: while this object lives, and while a process lives that inherited its
/// descriptor, the branch isn't deleted. Several may use it at once.
public final class BranchUse {
    public let branch: Branch
    private let file: OpenFile

    /// - Throws: `busy` while it is being deleted, `noSuchBranch` once it is.
    init(_ branch: Branch, lock path: String) throws(SnapshotError) {
        self.branch = branch
        do throws(SnapshotError) {
            file = try OpenFile(path, flags: O_RDONLY)
        } catch {
            if case .system(_, _, ENOENT) = error { throw .noSuchBranch(branch.name, candidates: []) }
            throw error
        }
        // Whoever only asks whether it is in use holds the lock for a moment, too.
        var pauses = 0
        while flock(file.descriptor, LOCK_SH | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw .last("lock", path) }
            guard pauses < 200 else { throw .busy(path: branch.folder) }
            pauses += 1
            usleep(1000)
        }
        // Between opening and locking it may have been deleted.
        var (now, mine) = (stat(), stat())
        guard stat(path, &now) == 0, fstat(file.descriptor, &mine) == 0, now.st_ino == mine.st_ino else {
            throw .noSuchBranch(branch.name, candidates: [])
        }
    }

    /// Lets programs that are executed from here on keep the lock: it is held until the last of them has ended.
    public func letProgramsInherit() throws(SnapshotError) {
        guard fcntl(file.descriptor, F_SETFD, 0) == 0 else { throw .last("share the lock of", branch.folder) }
    }

    /// What a process needs to see the branch at the workspace's path.
    public var mounts: [NamespaceMount] { [.bind(source: branch.folder, target: branch.workspace)] }

    /// The same, with folders of the program's own that lie in the workspace: they are shared with the branch, whose
    /// processes would otherwise write into a copy that nobody finds.
    public func mounts(sharing own: [String]) throws(SnapshotError) -> [NamespaceMount] {
        var all = mounts
        for path in own {
            guard let place = branch.place(of: path), access(path, F_OK) == 0 else { continue }
            try WholeFile.makeFolders(place)
            all.append(.bind(source: path, target: path))
        }
        return all
    }

    /// Where a process begins that was started from `folder`: at the same place, if that lies in the workspace.
    public func workingDirectory(from folder: String, isPathStable: Bool) -> String {
        let isInside = folder == branch.workspace || folder.hasPrefix("\(branch.workspace)/")
        let below = isInside ? folder.dropFirst(branch.workspace.count) : ""
        let place = "\(branch.folder)\(below)"
        var info = stat()
        let exists = stat(place, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
        return (isPathStable ? branch.workspace : branch.folder) + (exists ? String(below) : "")
    }

    /// Why a process can't see the branch at the workspace's path; nil if it can.
    public func pathStabilityProblem() -> String? { Self.pathStabilityProblem(workspace: branch.workspace) }

    /// Why no process can see a branch at this path; nil if one can.
    public static func pathStabilityProblem(workspace: String) -> String? {
        var info = stat()
        guard stat(workspace, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            return "the workspace \(workspace) isn't there any more, so nothing can be mounted over it"
        }
        do throws(ProcessError) {
            let support = try NamespaceSupport.detect()
            return support.isAvailable ? nil : support.description
        } catch {
            return error.description
        }
    }

    /// The caller's variables for a process in the branch: it is told so, and its PWD isn't the caller's.
    public func environment(_ variables: [String: String]) -> [String: String] {
        var result = variables
        result["AH_BRANCH"] = branch.name
        result["PWD"] = nil
        result["OLDPWD"] = nil
        return result
    }
}
