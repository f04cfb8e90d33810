import Glibc

extension HostProcess {
    /// Bytes read, 0 at the end (also when the terminal went away), -1 when there are none now.
    static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno == EINTR { continue }
            return errno == EAGAIN ? -1 : 0
        }
    }

    /// Bytes taken, 0 when the other end is slow, -1 when it is gone.
    static func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
        while true {
            let count = Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno == EINTR { continue }
            return errno == EAGAIN ? 0 : -1
        }
    }
}
