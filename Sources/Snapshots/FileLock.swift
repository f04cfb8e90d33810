import Glibc

/// A lock between processes that dies with its holder: flock(2) on a file that stays.
final class FileLock {
    enum Mode {
        case shared, exclusive
        fileprivate var operation: Int32 { self == .shared ? LOCK_SH : LOCK_EX }
    }

    private let file: OpenFile

    /// Waits for it until the deadline.
    /// - Throws: `busy`.
    init(_ path: String, _ mode: Mode, deadline: Deadline) throws(SnapshotError) {
        file = try OpenFile(path, flags: O_RDWR | O_CREAT)
        // There is no flock with a time limit; locks here are held for milliseconds, or by a collection for longer.
        var pause: UInt32 = 200
        while flock(file.descriptor, mode.operation | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw .last("lock", path) }
            guard !deadline.isOver else { throw .busy(path: path) }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }

    /// nil if somebody has it.
    init?(trying path: String) throws(SnapshotError) {
        file = try OpenFile(path, flags: O_RDWR | O_CREAT)
        if flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw .last("lock", path) }
            return nil
        }
    }

    /// Whether a file's maker still holds it: they lock what they write, so that a killed one's leftovers are known.
    static func isHeld(_ path: String) -> Bool {
        guard let file = try? OpenFile(path, flags: O_RDONLY) else { return false }
        return flock(file.descriptor, LOCK_EX | LOCK_NB) != 0
    }
}
