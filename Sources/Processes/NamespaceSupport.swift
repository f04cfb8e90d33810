import CPTY
import Glibc

/// Whether a child can be given mounts of its own here, and at which price. Found by trying, in about a millisecond.
public enum NamespaceSupport: Hashable, Sendable, CustomStringConvertible {
    case root
    /// In a user namespace: files of other owners are shown as nobody's (65534), and sudo and setuid don't work.
    case unprivileged
    /// Not at all; the hint is what a person could change, where that is known.
    case none(NamespaceFailure, hint: String?)

    public static func detect() throws(ProcessError) -> NamespaceSupport {
        var failure = ah_failure()
        let result = ah_namespace_try(&failure)
        if result == 0 { return failure.kind == Int32(AH_NAMESPACE_ROOT.rawValue) ? .root : .unprivileged }
        guard let problem = NamespaceFailure(failure, mounts: [], code: -result) else {
            throw .system(operation: "start", target: "a process in a mount namespace", code: -result)
        }
        return .none(problem, hint: hint())
    }

    public var isAvailable: Bool {
        if case .none = self { false } else { true }
    }

    public var description: String {
        switch self {
        case .root: "mount namespace as root"
        case .unprivileged: "mount namespace in a user namespace: other owners show as 65534, sudo can't work"
        case .none(let failure, let hint): hint.map { "\(failure) (\($0))" } ?? "\(failure)"
        }
    }

    /// The switches that distributions turn it off by.
    private static func hint() -> String? {
        let switches = [
            ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces is 0"),
            ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone is 0"),
            (
                "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
                "kernel.apparmor_restrict_unprivileged_userns is 1"
            ),
        ]
        return switches.first { number(in: $0.0) == $0.1 }?.2
    }

    private static func number(in path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
