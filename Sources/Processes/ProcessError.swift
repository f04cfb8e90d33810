// Processes: children on a PTY, and the descriptors an event loop waits on (signals, wake-ups, sockets, the children
// themselves). No threads and no policy of its own: each type owns one descriptor, and callers poll.
//
// Parts: PseudoTerminal, ChildProcess and the NamespaceMounts it may start under, NamespaceSupport, SignalQueue,
// WakeEvent, UnixSocket, Poller, MonotonicClock, WorkerThread.

import Glibc

/// What the system refused, on what, and what to do about it where that is known.
public enum ProcessError: Error, CustomStringConvertible {
    case system(operation: String, target: String, code: Int32)
    case commandNotFound(String, path: String)
    case notExecutable(String)
    case workingDirectory(String, code: Int32)
    case namespace(NamespaceFailure)

    public var description: String {
        switch self {
        case .system(_, let target, ENAMETOOLONG) where target.hasSuffix(".sock"):
            "\(target): longer than the 107 bytes that a socket's path may have; set AH_RUNTIME_DIR to a shorter folder"
        case .system(let operation, let target, let code):
            "\(operation) \(target): \(Self.text(code))"
        case .commandNotFound(let command, let path):
            "\(command): command not found (PATH is \(path.isEmpty ? "empty" : path))"
        case .notExecutable(let path):
            "\(path): not an executable file"
        case .workingDirectory(let path, let code):
            "can't start in \(path): \(Self.text(code))"
        case .namespace(let failure):
            "\(failure)"
        }
    }

    /// The status a shell would report: 127 not found, 126 not executable, 1 for the rest.
    public var shellStatus: Int32 {
        switch self {
        case .commandNotFound: 127
        case .notExecutable: 126
        case .system, .workingDirectory, .namespace: 1
        }
    }

    static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// A C shim's result: a value of 0 or more, or a negated errno.
    static func check(_ result: Int32, _ operation: String, _ target: String) throws(ProcessError) -> Int32 {
        guard result >= 0 else { throw .system(operation: operation, target: target, code: -result) }
        return result
    }
}
