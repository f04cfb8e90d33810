import Glibc

/// By what a file or folder is known to be the one that was read: it has another stamp once it has changed.
public struct FileStamp: Hashable, Sendable {
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
    var inode: Int64

    init(size: Int64, modified: Int64, inode: Int64) {
        self.size = size
        self.modified = modified
        self.inode = inode
    }

    /// Of the file that the path leads to; nil where there is none.
    public init?(_ path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        self.init(
            size: Int64(info.st_size),
            modified: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec),
            inode: Int64(bitPattern: UInt64(info.st_ino)))
    }

    var text: String { "\(modified).\(inode).\(size)" }

    /// Whether a later change would show. One within the clock's own grain of this one would not, and nor would one after the
    /// wall clock was set back.
    public func isSettled(now: Int64) -> Bool { modified < now - Self.grain }

    /// Nanoseconds; file systems stamp by the kernel's ticks, some by whole seconds.
    private static let grain: Int64 = 2_000_000_000

    /// Nanoseconds since 1970.
    public static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
