import Glibc

/// Brings what a recording's writer has written to the disk, for another thread: a slow disk doesn't hold the writer up.
public final class FileSynchronizer: Sendable {
    private let path: String
    private let descriptor: Int32

    /// - Parameter descriptor: of the file; the object closes it.
    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Returns once everything that was written before the call is on the disk.
    public func synchronize() throws(RecordingError) { try Self.synchronize(descriptor, path) }

    static func synchronize(_ descriptor: Int32, _ path: String) throws(RecordingError) {
        while fdatasync(descriptor) != 0 {
            // Pipes and the like have no disk.
            if errno == EINVAL || errno == EROFS { return }
            let code = errno
            guard code == EINTR else {
                throw .write(path: path, offset: UInt64(max(0, lseek(descriptor, 0, SEEK_END))), errno: code)
            }
        }
    }
}
