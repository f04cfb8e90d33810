import Processes

/// Why a session can't start, or can't be reached.
public enum SessionError: Error, CustomStringConvertible {
    case folder(path: String, reason: String)
    case process(ProcessError)
    case host(reason: String)
    case disconnected(session: String)
    case protocolMismatch(String)
    case noSuchSession(String, candidates: [String])

    public var description: String {
        switch self {
        case .folder(let path, let reason): "folder \(path): \(reason)"
        case .process(let error): "\(error)"
        case .host(let reason): "the session host could not start: \(reason)"
        case .disconnected(let session): "lost the connection to session \(session)"
        case .protocolMismatch(let what): "the session host speaks another protocol: \(what)"
        case .noSuchSession(let name, let candidates):
            candidates.isEmpty
                ? "no session \(name)" : "\(name) could be any of these sessions: \(candidates.joined(separator: ", "))"
        }
    }

    public var shellStatus: Int32 {
        if case .process(let error) = self { return error.shellStatus }
        return 1
    }
}
