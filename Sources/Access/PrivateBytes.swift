import Glibc

/// Files that are their owner's alone: checked when they are read, made so when they are written.
public enum PrivateBytes {
    /// Refuses a file that others may read or write, or that another user owns.
    ///
    /// - Parameter wanted: the mode that it should have.
    public static func check(_ path: String, _ info: stat, wanted: UInt32) throws(AccessError) {
        guard info.st_uid == getuid() || info.st_uid == 0 else { throw .foreign(path: path, owner: info.st_uid) }
        guard info.st_mode & 0o077 == 0 else {
            throw .exposed(path: path, mode: info.st_mode & 0o7777, wanted: wanted)
        }
    }

    /// The bytes of a private file; nil where there is none.
    static func read(_ path: String, limit: Int) throws(AccessError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .file(path: path, operation: "open", code: errno)
        }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw .file(path: path, operation: "look at", code: errno) }
        guard info.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        try check(path, info, wanted: 0o600)
        guard info.st_size <= limit else { throw .unreadable(path: path, reason: "\(info.st_size) bytes are too many") }
        var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .file(path: path, operation: "read", code: errno) }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }

    /// Makes the folders of a file, 0700 where they aren't there.
    static func makeFolders(of path: String) {
        for (index, character) in path.utf8.enumerated() where character == UInt8(ascii: "/") && index > 0 {
            mkdir(String(decoding: path.utf8.prefix(index), as: UTF8.self), 0o700)
        }
    }

    /// Waits for a lock that goes with its descriptor, which the caller closes.
    static func lock(_ path: String) throws(AccessError) -> Int32 {
        makeFolders(of: path)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", code: errno) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(descriptor)
                throw .file(path: path, operation: "lock", code: code)
            }
        }
        return descriptor
    }

    /// Puts a new file, 0600, in the place of the old one, or leaves that as it is.
    static func replace(_ path: String, with bytes: [UInt8]) throws(AccessError) {
        let temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: temporary, operation: "make", code: errno) }
        do {
            defer { close(descriptor) }
            do {
                try write(bytes, to: descriptor, path: temporary)
            } catch {
                unlink(temporary)
                throw error
            }
            guard fsync(descriptor) == 0 else {
                let code = errno
                unlink(temporary)
                throw AccessError.file(path: temporary, operation: "write", code: code)
            }
        } catch let error as AccessError {
            throw error
        } catch {
            preconditionFailure("only errors of access are thrown above")
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw .file(path: path, operation: "replace", code: code)
        }
    }

    /// Writes all of it.
    static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(AccessError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .file(path: path, operation: "write", code: count == 0 ? EIO : errno) }
            rest = rest.dropFirst(count)
        }
    }
}
