import Glibc

/// Whether a recording is being watched: who plays it holds a shared lock on the file, so that nobody removes it meanwhile.
/// The lock goes with its holder, however that ends.
public enum RecordingUse {
    /// - Returns: whether somebody plays the file, or writes it.
    public static func isUsed(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Whoever only asks holds it for a moment, too.
        for _ in 0..<20 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return false }
            guard errno == EWOULDBLOCK || errno == EINTR else { return false }
            usleep(1000)
        }
        return true
    }
}

extension RecordingReader {
    /// Says that the recording is being watched, for as long as this reader lives. Of one that is being written its recorder
    /// says so.
    public func markUse() { store.lock() }
}
