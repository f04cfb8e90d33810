import CSnapshots
import Glibc

/// A descriptor that is closed with this object, and the path to name in errors.
final class OpenFile {
    let descriptor: Int32
    let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    convenience init(_ path: String, flags: Int32, mode: mode_t = 0o600) throws(SnapshotError) {
        var descriptor: Int32
        repeat { descriptor = open(path, flags | O_CLOEXEC, mode) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw .last("open", path) }
        self.init(descriptor: descriptor, path: path)
    }

    /// A folder, not followed if it is a symbolic link.
    convenience init(folder path: String) throws(SnapshotError) {
        try self.init(path, flags: O_RDONLY | O_DIRECTORY)
    }

    func status() throws(SnapshotError) -> ah_stat {
        var status = ah_stat()
        let result = ah_fstat(descriptor, &status)
        guard result == 0 else { throw .system(operation: "stat", path: path, code: -result) }
        return status
    }

    /// Reads until the buffer is full or the file ends.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SnapshotError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(clamping: offset) + off_t(filled)
            )
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last("read", path) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress!, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func write(_ bytes: [UInt8]) throws(SnapshotError) {
        try bytes.withRaw { bytes throws(SnapshotError) in try write(bytes) }
    }

    func synchronise() throws(SnapshotError) {
        guard fsync(descriptor) == 0 else { throw .last("write", path) }
    }
}

/// Whole files of the store: read with a bound, replaced so that a reader or a crash sees the old or the new one.
enum WholeFile {
    static func read(_ path: String, limit: Int = 1 << 30) throws(SnapshotError) -> [UInt8] {
        let file = try OpenFile(path, flags: O_RDONLY)
        let size = try file.status().size
        guard size <= UInt64(limit) else { throw .tooLarge(path, limit: UInt64(limit)) }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let count = try bytes.withMutableRaw { buffer throws(SnapshotError) in
            try file.read(into: buffer, at: 0)
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// A file that the kernel makes up as it is read, so that its size says nothing.
    static func readMade(_ path: String) throws(SnapshotError) -> [UInt8] {
        let file = try OpenFile(path, flags: O_RDONLY)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = try bytes.withMutableRaw { buffer throws(SnapshotError) in try file.read(into: buffer, at: 0) }
        return Array(bytes.prefix(count))
    }

    /// nil if there is none.
    static func readIfThere(_ path: String) throws(SnapshotError) -> [UInt8]? {
        do { return try read(path) } catch {
            if case .system(_, _, ENOENT) = error { return nil }
            throw error
        }
    }

    /// - Parameters:
    ///   - durable: on the disk, with its name, when this returns.
    ///   - start: the beginning of the path under which it is written first, on the same file system; its own without one.
    static func replace(
        _ path: String, with bytes: [UInt8], durable: Bool, from start: String? = nil
    ) throws(SnapshotError) {
        let temporary = "\(start ?? path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        do throws(SnapshotError) {
            let file = try OpenFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
            try file.write(bytes)
            if durable { try file.synchronise() }
            guard rename(temporary, path) == 0 else { throw SnapshotError.last("write", path) }
            if durable { try synchroniseFolder(of: path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Whether a name is that of a file that `replace` was about to put in the place of another when its process was killed.
    static func isLeftover(_ name: String) -> Bool {
        guard name.hasSuffix(".tmp"),
            let maker = name.dropLast(4).split(separator: ".").last?.split(separator: "-").first,
            let process = Int32(maker), process > 0
        else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }

    static func synchroniseFolder(of path: String) throws(SnapshotError) {
        let folder = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        try OpenFile(folder: folder.isEmpty ? "." : String(folder)).synchronise()
    }

    /// The names in a folder; none if it isn't there.
    static func names(in folder: String) throws(SnapshotError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw .last("list", folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes the folder and those above it, for their owner alone.
    static func makeFolders(_ path: String) throws(SnapshotError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .last("make", path)
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last("make", path) }
    }

    static func size(_ path: String) -> UInt64 {
        var info = stat()
        return lstat(path, &info) == 0 ? UInt64(info.st_size) : 0
    }
}

extension [UInt8] {
    /// `withUnsafeBytes` that says what its body throws.
    func withRaw<R>(_ body: (UnsafeRawBufferPointer) throws(SnapshotError) -> R) throws(SnapshotError) -> R {
        let result = withUnsafeBytes { bytes in
            Result { () throws(SnapshotError) in try body(bytes) }
        }
        return try result.get()
    }

    mutating func withMutableRaw<R>(
        _ body: (UnsafeMutableRawBufferPointer) throws(SnapshotError) -> R
    ) throws(SnapshotError) -> R {
        let result = withUnsafeMutableBytes { bytes in
            Result { () throws(SnapshotError) in try body(bytes) }
        }
        return try result.get()
    }
}
