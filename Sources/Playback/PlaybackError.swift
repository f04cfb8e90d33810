import Recording

/// What can't be played or searched for.
public enum PlaybackError: Error, Hashable, CustomStringConvertible {
    /// The regular expression can't be read.
    case badPattern(String, reason: String)
    case emptyPattern

    public var description: String {
        switch self {
        case .badPattern(let pattern, let reason): "“\(pattern)” is no regular expression: \(reason)"
        case .emptyPattern: "nothing to search for"
        }
    }
}
