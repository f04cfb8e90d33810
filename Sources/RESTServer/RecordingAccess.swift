import Access
import Glibc
import Recording

/// Opens recordings, and refuses what others than its owner could have read or changed.
enum RecordingAccess {
    static func open(_ path: String) throws -> RecordingReader {
        _ = try check(path)
        return try RecordingReader.open(path: path)
    }

    /// - Returns: what the file is, so that it can be told when it changes.
    @discardableResult
    static func check(_ path: String) throws -> stat {
        var info = stat()
        guard stat(path, &info) == 0 else {
            guard errno == ENOENT else { throw RecordingError.open(path: path, errno: errno) }
            throw RESTError.gone("the recording isn't there any more; the session can't be shown")
        }
        guard info.st_mode & S_IFMT == S_IFREG else { throw AccessError.notAFile(path: path) }
        try PrivateBytes.check(path, info, wanted: 0o600)
        // The folder: one that others can write to would let them put another file in its place.
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var parent = stat()
        guard stat(folder.isEmpty ? "/" : folder, &parent) == 0 else {
            throw RecordingError.open(path: folder, errno: errno)
        }
        let isSticky = parent.st_mode & S_ISVTX != 0
        guard parent.st_mode & 0o022 == 0 || isSticky else {
            throw AccessError.exposed(path: folder, mode: parent.st_mode & 0o7777, wanted: 0o700)
        }
        return info
    }

    /// Names this content of the file; another one after every change.
    static func tag(_ info: stat) -> String {
        let parts = [
            UInt64(info.st_ino), UInt64(info.st_size), UInt64(info.st_mtim.tv_sec), UInt64(info.st_mtim.tv_nsec),
        ]
        return "\"" + parts.map { String($0, radix: 36) }.joined(separator: "-") + "\""
    }
}

/// Bytes of a file, as they lie there.
final class FileBytes: Sendable {
    private let descriptor: Int32
    let path: String
    let size: UInt64

    init(path: String) throws(RecordingError) {
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .open(path: path, errno: errno) }
        self.path = path
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            let code = errno
            close(descriptor)
            throw .open(path: path, errno: code)
        }
        size = UInt64(clamping: info.st_size)
    }

    deinit { close(descriptor) }

    func read(at offset: UInt64, count: Int) throws(RecordingError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
                    off_t(clamping: offset) + off_t(filled))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .read(path: path, offset: offset, errno: errno) }
            if got == 0 { break }
            filled += got
        }
        return Array(bytes[..<filled])
    }
}
