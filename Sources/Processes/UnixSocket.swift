import CPTY
import Glibc

/// A stream socket in the file system, connected or listening; closed when the value goes.
public final class UnixSocket {
    public let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Listens at `path`, mode 0600, non-blocking.
    public static func listen(at path: String, backlog: Int32 = 64) throws(ProcessError) -> UnixSocket {
        UnixSocket(descriptor: try ProcessError.check(ah_unix_listen(path, backlog), "listen at", path))
    }

    /// Connects, blocking.
    public static func connect(to path: String) throws(ProcessError) -> UnixSocket {
        UnixSocket(descriptor: try ProcessError.check(ah_unix_connect(path), "connect to", path))
    }

    /// The next waiting client, non-blocking; nil when there is none.
    public func accept() -> UnixSocket? {
        let client = ah_unix_accept(descriptor)
        return client >= 0 ? UnixSocket(descriptor: client) : nil
    }

    /// The user at the other end.
    public var peerUser: UInt32? {
        let uid = ah_unix_peer_uid(descriptor)
        return uid >= 0 ? UInt32(uid) : nil
    }

    public func setNonBlocking(_ on: Bool) { _ = ah_set_nonblocking(descriptor, on ? 1 : 0) }

    /// Bytes read, 0 when there are none now, nil at the end or on an error.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return count }
            if count == 0 { return nil }
            if errno == EINTR { continue }
            return errno == EAGAIN ? 0 : nil
        }
    }

    /// As ``read(into:)``, with a descriptor that may have come along: the caller's to close.
    public func read(into buffer: UnsafeMutableRawBufferPointer, descriptor received: inout Int32?) -> Int? {
        while true {
            var one: Int32 = -1
            let count = ah_unix_receive_descriptor(descriptor, buffer.baseAddress, buffer.count, &one)
            if one >= 0 {
                if let before = received { close(before) }
                received = one
            }
            if count > 0 { return count }
            if count == 0 { return nil }
            if count == -Int(EINTR) { continue }
            return count == -Int(EAGAIN) ? 0 : nil
        }
    }

    /// As ``write(_:)``, with a copy of a descriptor for the other end.
    public func write(_ bytes: UnsafeRawBufferPointer, with passed: Int32) -> Int? {
        while true {
            let count = ah_unix_send_descriptor(descriptor, bytes.baseAddress, bytes.count, passed)
            if count >= 0 { return count }
            if count == -Int(EINTR) { continue }
            return count == -Int(EAGAIN) ? 0 : nil
        }
    }

    /// Bytes taken, 0 when the other end is slow, nil when it is gone. Never raises SIGPIPE.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        while true {
            let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return count }
            if errno == EINTR { continue }
            return errno == EAGAIN ? 0 : nil
        }
    }
}
