import Glibc

/// A file without a name, for what a program writes: unlike a pipe it never fills up, and nobody need read it meanwhile.
final class UnnamedFile {
    let descriptor: Int32

    init() throws(RESTError) {
        let path = "/tmp/ah-server-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .internalFault("no temporary file: \(String(cString: strerror(errno)))")
        }
        unlink(path)
    }

    deinit { close(descriptor) }

    /// What was written so far, up to a limit.
    func bytes(limit: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + count }, limit - count, off_t(count))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes[..<count])
    }

    /// The last line of what a program of ours complained about, without its name.
    var complaint: String? {
        let lines = String(decoding: bytes(limit: 4096), as: UTF8.self).split(separator: "\n")
        return lines.last.map { $0.hasPrefix("ah: ") ? String($0.dropFirst(4)) : String($0) }
    }
}
