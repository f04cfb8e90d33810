import Glibc

/// What can go wrong with snapshots: what, where, and what to do about it.
public enum SnapshotError: Error, Hashable, Sendable {
    /// The system refused something.
    case system(operation: String, path: String, code: Int32)
    /// A program that a provider needs failed: git, zfs, btrfs.
    case program(command: String, status: Int32, message: String)
    /// A program that a provider needs isn't there.
    case programMissing(String)
    /// A provider can't work for this workspace.
    case unavailable(ProviderKind, path: String, reason: String)
    /// Where a workspace's snapshots lie can't be reached, and nor can the workspace.
    case absent(ProviderKind, workspace: String)
    case invalidName(String)
    case noSuchSnapshot(String, store: String)
    /// Several sessions begin so.
    case ambiguous(String, candidates: [String])
    case noSuchPath(String)
    case notAFolder(String)
    case notAFile(String)
    case tooLarge(String, limit: UInt64)
    /// A path that would lead out of where it belongs.
    case unsafePath(String)
    case exists(path: String)
    /// The store holds something that isn't what it should be.
    case damaged(path: String, what: String)
    /// The store was written by a later version.
    case version(path: String, found: Int)
    /// The deadline passed or the work was cancelled; nothing was stored.
    case outOfTime(String)
    /// Another process holds a lock for longer than we may wait.
    case busy(path: String)
    case invalidBranchName(String, reason: String)
    case noSuchBranch(String, candidates: [String])
    /// A process works in it.
    case branchInUse(String)
    case noSuchAdoption(String)
    case adoptionUndone(UInt32)
    /// The workspace's repository can't take the branch as it was asked to.
    case repository(path: String, reason: String)
    /// A bisection can't begin.
    case bisection(String)
}

extension SnapshotError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "\(path): can't \(operation): \(String(cString: strerror(code)))\(Self.advice(code))"
        case .program(let command, let status, let message):
            "\(command) failed with status \(status): \(message.isEmpty ? "it gave no reason" : message)"
        case .programMissing(let name):
            "\(name): not found on the PATH; install it"
        case .unavailable(let kind, let path, let reason):
            "\(path): \(kind.rawValue) snapshots can't be taken here: \(reason); `--snapshots git` works anywhere"
        case .absent(let kind, let workspace):
            "\(workspace): isn't there, and nor is the place of its \(kind.rawValue) snapshots; nothing was changed. If they lie on "
                + "a disk that isn't mounted, mount it and try again"
        case .invalidName(let name):
            "\(name): not a snapshot's name; give SESSION@N, as `ah agent fs snapshots` lists them"
        case .noSuchSnapshot(let name, let store):
            "\(name): no such snapshot in \(store); `ah agent fs snapshots` lists them"
        case .ambiguous(let name, let candidates):
            "\(name): several sessions begin so: \(candidates.prefix(5).joined(separator: ", ")); give more of the id"
        case .noSuchPath(let path): "\(path): not in the snapshot"
        case .notAFolder(let path): "\(path): not a folder"
        case .notAFile(let path): "\(path): not a file"
        case .tooLarge(let path, let limit):
            "\(path): over \(limit) bytes; use `ah agent fs extract` to get it as a file"
        case .unsafePath(let path):
            "\(path): leads out of the workspace; give a path below it without `..`"
        case .exists(let path): "\(path): already exists; choose another name or remove it"
        case .damaged(let path, let what):
            "\(path): damaged: \(what); other snapshots may be whole, see `ah agent fs gc`"
        case .version(let path, let found):
            "\(path): written by a later version (\(found)); use a newer ah"
        case .outOfTime(let doing): "stopped while \(doing): the time for it was over; nothing was stored"
        case .busy(let path): "\(path): another process works on it; try again when it is done"
        case .invalidBranchName(let name, let reason): "\(name): can't be a branch's name: \(reason)"
        case .noSuchBranch(let name, let candidates):
            "\(name): no such branch\(Self.choice(candidates)); `ah agent fs branch list` lists them"
        case .branchInUse(let name):
            "\(name): a process works in this branch; end it first, or delete the branch with --force"
        case .noSuchAdoption(let id):
            "\(id): no such adoption; nothing was brought into this workspace under that number"
        case .adoptionUndone(let id): "\(id): this adoption was undone already"
        case .repository(let path, let reason): "\(path): \(reason)"
        case .bisection(let reason): reason
        }
    }

    private static func choice(_ names: [String]) -> String {
        names.isEmpty ? "" : " (there \(names.count == 1 ? "is" : "are") \(names.prefix(5).joined(separator: ", ")))"
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case ENOSPC, EDQUOT: "; free some space, `ah agent fs gc` may help"
        case EACCES, EPERM: "; check its permissions"
        case EMFILE, ENFILE: "; raise the limit on open files"
        default: ""
        }
    }

    /// The error that the system's last call left in `errno`.
    static func last(_ operation: String, _ path: String) -> SnapshotError {
        .system(operation: operation, path: path, code: errno)
    }
}
