import Glibc

/// What can go wrong with tokens and their files.
public enum AccessError: Error, Hashable, Sendable {
    case file(path: String, operation: String, code: Int32)
    /// Others may read or change a file that decides who gets in.
    case exposed(path: String, mode: UInt32, wanted: UInt32)
    case foreign(path: String, owner: UInt32)
    case unreadable(path: String, reason: String)
    case noSuchToken(String, candidates: [String])
    case invalidLifetime(String)
    case invalidName(String)
    /// It is a folder, a device or a pipe.
    case notAFile(path: String)
}

extension AccessError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let path, let operation, let code): "\(path): can't \(operation): \(String(cString: strerror(code)))"
        case .exposed(let path, let mode, let wanted):
            "\(path): others may get at it (mode \(String(mode, radix: 8))); run: chmod \(String(wanted, radix: 8)) \(path)"
        case .foreign(let path, let owner): "\(path): it belongs to another user (uid \(owner)); it is not used"
        case .unreadable(let path, let reason):
            "\(path): not a file of tokens (\(reason)); move it away, and make tokens anew with: ah token create"
        case .noSuchToken(let name, let candidates):
            candidates.isEmpty
                ? "no token \(name); `ah token list` shows them"
                : "\(name) could be any of these tokens: \(candidates.joined(separator: ", "))"
        case .invalidLifetime(let text): "“\(text)” is no time that a token can last; write 12h, 30d or never"
        case .invalidName(let text):
            "“\(text)”: not a token's name; up to 64 characters without control characters are"
        case .notAFile(let path): "\(path): not a regular file"
        }
    }
}
