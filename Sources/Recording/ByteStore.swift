import Glibc

/// The bytes of a recording: a file that may grow, or memory.
final class ByteStore {
    let path: String
    private let descriptor: Int32
    private let memory: [UInt8]
    private(set) var size: UInt64

    init(memory: [UInt8], path: String = "") {
        self.path = path
        self.memory = memory
        descriptor = -1
        size = UInt64(memory.count)
    }

    private init(descriptor: Int32, path: String, size: UInt64) {
        self.path = path
        self.descriptor = descriptor
        self.size = size
        memory = []
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Says until its end that the file is used; where there are no such locks, nothing.
    func lock() {
        if descriptor >= 0 { RecordingUse.mark(descriptor) }
    }

    /// Opens a file; what can't be read at any place, as a pipe, is read whole.
    static func open(path: String) throws(RecordingError) -> ByteStore {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .open(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .open(path: path, errno: code)
        }
        if status.st_mode & S_IFMT == S_IFREG {
            return ByteStore(descriptor: descriptor, path: path, size: UInt64(clamping: status.st_size))
        }
        defer { close(descriptor) }
        return ByteStore(memory: try readAll(descriptor, path: path), path: path)
    }

    private static func readAll(_ descriptor: Int32, path: String) throws(RecordingError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes.append(contentsOf: piece[..<count])
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw .read(path: path, offset: UInt64(bytes.count), errno: errno)
            }
        }
    }

    /// Asks the file for its size again. - Returns: whether it changed.
    func refresh() -> Bool {
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return false }
        let now = UInt64(clamping: status.st_size)
        defer { size = now }
        return now != size
    }

    /// The mode of the file, nil for memory.
    var status: stat? {
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
        return status
    }

    /// Up to `count` bytes; fewer at the end of the file.
    func read(at offset: UInt64, count: Int) throws(RecordingError) -> [UInt8] {
        guard offset < size, count > 0 else { return [] }
        let wanted = Int(min(UInt64(count), size - offset))
        if descriptor < 0 { return Array(memory[Int(offset)..<Int(offset) + wanted]) }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            while filled < wanted, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, wanted - filled, off_t(clamping: offset) + off_t(filled))
                if got > 0 {
                    filled += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        guard failure == 0 else { throw .read(path: path, offset: offset, errno: failure) }
        return bytes
    }
}
