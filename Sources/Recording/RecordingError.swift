/// What can go wrong with a recording: what, where, and what to do about it.
public enum RecordingError: Error, Hashable, Sendable {
    /// The file can't be made or opened.
    case open(path: String, errno: Int32)
    /// A file of that name is there already, and replacing it wasn't asked for.
    case exists(path: String)
    case read(path: String, offset: UInt64, errno: Int32)
    /// The disk refused bytes (full, over quota, broken). The file ends with its last whole block.
    case write(path: String, offset: UInt64, errno: Int32)
    /// Someone removed or replaced the file while it was written.
    case vanished(path: String)
    /// Not a single block was found in it.
    case notARecording(path: String, offset: UInt64)
    /// Written by a later version of the format.
    case version(path: String, offset: UInt64, version: UInt16)
    /// There is no block of that number.
    case noSuchBlock(path: String, index: Int, count: Int)
    /// The library refused to compress a block; only lack of memory does that.
    case compression(path: String)
    /// A digest in the file isn't that of its events, so rewriting it would hide a change.
    case digestMismatch(path: String, offset: UInt64)
    /// A damaged or torn file isn't rewritten unless asked for.
    case damaged(path: String, warning: RecordingWarning)
}

extension RecordingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .open(let path, let code):
            "\(path): can't open: \(systemMessage(code)); check the path and its permissions"
        case .exists(let path):
            "\(path): already exists; choose another name or remove it"
        case .read(let path, let offset, let code):
            "\(path): can't read at byte \(offset): \(systemMessage(code)); check the disk"
        case .write(let path, let offset, let code):
            "\(path): recording stopped at byte \(offset): \(systemMessage(code)); what was written before stays "
                + "readable, free space or choose another disk and record again"
        case .vanished(let path):
            "\(path): recording stopped: the file was removed or replaced; the session goes on unrecorded"
        case .notARecording(let path, let offset):
            "\(path): not an .ahr recording: no block at byte \(offset); give a file made by `ah agent record`"
        case .version(let path, let offset, let version):
            "\(path): block at byte \(offset) has format version \(version), this program reads 1; use a newer ah"
        case .noSuchBlock(let path, let index, let count):
            "\(path): no block \(index), it has \(count)"
        case .compression(let path):
            "\(path): a block could not be compressed; free some memory"
        case .digestMismatch(let path, let offset):
            "\(path): the digest at byte \(offset) isn't that of the events before it; the file was changed, "
                + "see `ah agent verify`"
        case .damaged(let path, let warning) where warning.reason == .unfinished:
            "\(path): left as it is: \(warning.reason)"
        case .damaged(let path, let warning):
            "\(path): left as it is, since it is damaged: \(warning.reason) at byte \(warning.offset); "
                + "`ah agent compact --damaged` keeps what can be read"
        }
    }
}
