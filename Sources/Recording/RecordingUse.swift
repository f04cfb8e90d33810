import Glibc

/// Whether a recording is being watched: who plays it holds a record lock on the file, so that nobody removes it meanwhile.
/// The lock goes with its holder, however that ends. It is another kind than the recorder's, and asking for it takes none, so
/// that nobody takes a file that is looked at for one that is being written.
public enum RecordingUse {
    /// - Returns: whether somebody plays the file, or writes it.
    public static func isUsed(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK { return true }
        var lock = whole(F_WRLCK)
        // A file system without such locks can't tell.
        return fcntl(descriptor, getLock, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    static func mark(_ descriptor: Int32) {
        var lock = whole(F_RDLCK)
        _ = fcntl(descriptor, setLock, &lock)
    }

    // F_OFD_GETLK and F_OFD_SETLK, which Swift's Glibc lacks.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private static func whole(_ kind: Int32) -> flock {
        var lock = Glibc.flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }
}

extension RecordingReader {
    /// Says that the recording is being watched, for as long as this reader lives. Of one that is being written its recorder
    /// says so.
    public func markUse() { store.lock() }
}
