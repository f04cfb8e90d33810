import CPTY
import Glibc
import Processes

/// Hands messages to a session's host and goes away: that the last of them is answered is waited for, but only briefly,
/// since an agent waits for its hook. What the answer is doesn't matter.
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
        waitForAnswer(descriptor, deadline)
        return true
    }

    /// The host that answers has put the messages where the output is then: what the agent writes after its hook comes
    /// after. Whoever hangs up has answered, too.
    private static func waitForAnswer(_ descriptor: Int32, _ deadline: UInt64) {
        while let left = remaining(deadline) {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, Int32(left)) >= 0 || errno != EINTR { return }
        }
    }

    private static func remaining(_ deadline: UInt64) -> Int? {
        let now = MonotonicClock.now()
        return now < deadline ? Int((deadline - now) / 1_000_000) + 1 : nil
    }
}
