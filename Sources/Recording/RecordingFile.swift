import Glibc

/// The file of a recording in progress: whole blocks or nothing.
struct RecordingFile: ~Copyable {
    let path: String
    /// The whole name, which a later change of folder doesn't lead astray.
    private let resolvedPath: String
    private var descriptor: Int32
    private let device: dev_t
    private let inode: ino_t
    /// Where the next block goes; the file is valid up to here.
    private(set) var size: UInt64 = 0

    /// Makes the file with mode 0600 and missing folders with 0700.
    init(creating path: String, replacing: Bool) throws(RecordingError) {
        Self.makeFolders(of: path)
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replacing ? O_TRUNC : O_EXCL)
        let opened = Glibc.open(path, flags, 0o600)
        guard opened >= 0 else {
            let code = errno
            throw code == EEXIST ? .exists(path: path) : .open(path: path, errno: code)
        }
        // Held until the recorder ends, however it does; so others know that the file still grows. Some file systems have none.
        flock(opened, LOCK_EX | LOCK_NB)
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let code = errno
            Glibc.close(opened)
            throw .open(path: path, errno: code)
        }
        self.path = path
        resolvedPath = Self.resolve(path)
        descriptor = opened
        device = status.st_dev
        inode = status.st_ino
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    private static func resolve(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Errors don't matter here: opening the file says what is missing.
    private static func makeFolders(of path: String) {
        for (index, character) in path.utf8.enumerated() where character == UInt8(ascii: "/") && index > 0 {
            let folder = String(decoding: path.utf8.prefix(index), as: UTF8.self)
            mkdir(folder, 0o700)
        }
    }

    /// Writes a block at the end. A block that doesn't fit is taken back, so that the file stays valid.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(RecordingError) {
        try append(bytes, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Writes a block that lies in two pieces.
    mutating func append(
        _ head: UnsafeRawBufferPointer, _ rest: UnsafeRawBufferPointer
    ) throws(RecordingError) {
        guard isInPlace() else { throw .vanished(path: path) }
        try write(head, at: size)
        try write(rest, at: size + UInt64(head.count))
        size += UInt64(head.count + rest.count)
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(RecordingError) {
        var written = 0
        while written < bytes.count, let base = bytes.baseAddress {
            let count = pwrite(descriptor, base + written, bytes.count - written, off_t(position) + off_t(written))
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                let code = count == 0 ? EIO : errno
                ftruncate(descriptor, off_t(size))
                throw .write(path: path, offset: size, errno: code)
            }
        }
    }

    /// Whether the name still leads to this file.
    private func isInPlace() -> Bool {
        var own = stat()
        var named = stat()
        guard fstat(descriptor, &own) == 0, own.st_nlink > 0 else { return false }
        // A folder that can't be looked at any more says nothing about the file.
        guard stat(resolvedPath, &named) == 0 else { return errno != ENOENT }
        return named.st_dev == device && named.st_ino == inode
    }

    /// Returns once everything is on the disk.
    func synchronize() throws(RecordingError) { try FileSynchronizer.synchronize(descriptor, path) }

    func makeSynchronizer() throws(RecordingError) -> FileSynchronizer {
        // Opened anew, not duplicated, so that it neither holds the lock nor takes this descriptor's error away.
        let copy = Glibc.open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
        guard copy >= 0 else { throw .open(path: path, errno: errno) }
        return FileSynchronizer(path: path, descriptor: copy)
    }

    /// Whether no recorder writes to the file any more. Where that can't be told, one may.
    static func isAbandoned(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) == 0
    }

    /// Gives the file another's mode, as for one that takes its place.
    func copyMode(of status: stat) {
        fchmod(descriptor, status.st_mode & 0o7777)
    }

    mutating func close() throws(RecordingError) {
        guard descriptor >= 0 else { return }
        let closed = Glibc.close(descriptor)
        let code = errno
        descriptor = -1
        guard closed == 0 || code == EINTR else { throw .write(path: path, offset: size, errno: code) }
    }
}
