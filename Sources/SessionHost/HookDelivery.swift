import CPTY
import Glibc
import Processes

/// Hands messages to a session's host and goes away: no answer is waited for, only that they are read, and that only
/// briefly, since an agent waits for its hook.
public enum HookDelivery {
    /// - Parameter milliseconds: how long the socket may take altogether.
    /// - Returns: whether the host's end has all of it. False is no error: the host may be gone, or stuck.
    public static func send(_ messages: [ClientMessage], to socketPath: String, milliseconds: Int) -> Bool {
        let deadline = MonotonicClock.now() + UInt64(max(0, milliseconds)) * 1_000_000
        let descriptor = ah_unix_connect_within(socketPath, Int32(clamping: milliseconds))
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var rest = (SessionProtocol.greeting + messages.flatMap { $0.encoded() })[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            guard count < 0, errno == EAGAIN || errno == EINTR, let left = remaining(deadline) else { return false }
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&entry, 1, Int32(left))
        }
        waitUntilRead(descriptor, deadline)
        return true
    }

    /// The host that has read a message puts it where the output is then: what the agent writes after its hook comes after.
    private static func waitUntilRead(_ descriptor: Int32, _ deadline: UInt64) {
        var unread: Int32 = 0
        while ioctl(descriptor, UInt(TIOCOUTQ), &unread) == 0, unread > 0, remaining(deadline) != nil { usleep(200) }
    }

    private static func remaining(_ deadline: UInt64) -> Int? {
        let now = MonotonicClock.now()
        return now < deadline ? Int((deadline - now) / 1_000_000) + 1 : nil
    }
}
