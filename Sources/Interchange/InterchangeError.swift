/// Why a foreign recording could not be read: what, where, and what to do.
public enum InterchangeError: Error, Equatable, Sendable {
    /// The operating system refused; `reason` is its own text.
    case unreadable(path: String, reason: String)
    /// The file breaks its format at `line` (from 1), or at byte `offset` of a binary one.
    case malformed(path: String, place: Place, what: String)
    /// No reader fits the file.
    case unknownFormat(path: String)
    /// A version that no reader here knows.
    case unsupportedVersion(path: String, version: Int)

    public enum Place: Equatable, Sendable {
        case line(Int)
        case byte(Int)
    }
}

extension InterchangeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): can't be read: \(reason)"
        case .malformed(let path, .line(let line), let what):
            "\(path), line \(line): \(what)"
        case .malformed(let path, .byte(let offset), let what):
            "\(path), byte \(offset): \(what)"
        case .unknownFormat(let path):
            "\(path): not a recording known here; asciicast, ttyrec, typescript with timing, or raw with timing are"
        case .unsupportedVersion(let path, let version):
            "\(path): asciicast version \(version) is unknown here; convert it to version 2 or 3"
        }
    }
}
