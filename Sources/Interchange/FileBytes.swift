import Glibc

/// The whole content of a file, pipe or device.
func fileBytes(_ path: String) throws(InterchangeError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return content }
        if count > 0 {
            content += buffer[..<count]
        } else if errno != EINTR {
            throw unreadable(path)
        }
    }
}

private func unreadable(_ path: String) -> InterchangeError {
    .unreadable(path: path, reason: String(cString: strerror(errno)))
}
