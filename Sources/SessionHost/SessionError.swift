import Processes

/// Why a session can't start, or can't be reached.
public enum SessionError: Error, CustomStringConvertible {
    case folder(path: String, reason: String)
    case process(ProcessError)
    case host(reason: String)
    /// The host's own words: the command could not be started, or the recording not be made.
    case refused(status: Int32, reason: String)
    /// The host is there but did not answer in time.
    case noAnswer(milliseconds: Int)
    case disconnected(session: String)
    case protocolMismatch(String)
    case noSuchSession(String, candidates: [String])
    /// It is known, and doesn't run any more.
    case ended(String, how: String)

    public var description: String {
        switch self {
        case .folder(let path, let reason): "folder \(path): \(reason)"
        case .process(let error): "\(error)"
        case .host(let reason): "the session could not start: \(reason)"
        case .refused(_, let reason): reason
        case .noAnswer(let milliseconds):
            "the session's host did not answer within \(milliseconds / 1000) s; it may hang on its disk"
        case .disconnected(let session): "lost the connection to session \(session)"
        case .protocolMismatch(let what): "the session host speaks another protocol: \(what)"
        case .noSuchSession(let name, let candidates):
            candidates.isEmpty
                ? "no session \(name)" : "\(name) could be any of these sessions: \(candidates.joined(separator: ", "))"
        case .ended(let name, let how):
            "session \(name) has ended (\(how)); `ah agent branch` goes on from one of its snapshots"
        }
    }

    public var shellStatus: Int32 {
        switch self {
        case .process(let error): error.shellStatus
        case .refused(let status, _): status
        // As `ah session --help` has it.
        case .noSuchSession(_, let candidates) where !candidates.isEmpty: 3
        default: 1
        }
    }
}
