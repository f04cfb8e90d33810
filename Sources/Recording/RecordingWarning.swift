import Glibc

/// Something in a file that could not be used, and was stepped over.
public struct RecordingWarning: Hashable, Sendable {
    /// The file's name as it was opened; empty for bytes in memory.
    public var path: String
    /// Byte position in the file.
    public var offset: UInt64
    public var reason: Reason

    public enum Reason: Hashable, Sendable {
        /// The file ends within a block: normal after a crash or while it is written.
        case torn
        case empty
        /// Bytes that belong to no block.
        case noBlock(bytes: UInt64)
        case checksum
        case badCompression
        /// The block decodes to something else than its header says.
        case length(expected: UInt64, actual: UInt64)
        case tooLarge(claimed: UInt64)
        case tooManyRecords
        case unknownTag(UInt8)
        /// A record runs over the end of its block.
        case cutRecord(tag: UInt8)
        case badTiming
        case badSummary
        /// Times or byte offsets run backwards.
        case order
        case digest
        case bytesAfterEnd(UInt64)
        /// The file ends without the block that closes it.
        case unfinished
        case noDigest
    }

    public init(path: String, offset: UInt64, reason: Reason) {
        self.path = path
        self.offset = offset
        self.reason = reason
    }
}

extension RecordingWarning: CustomStringConvertible {
    public var description: String {
        "\(path.isEmpty ? "recording" : path): byte \(offset): \(reason)"
    }
}

extension RecordingWarning.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .torn: "the file ends within a block; what is before it is used"
        case .empty: "the file is empty"
        case .noBlock(let bytes): "\(bytes) bytes belong to no block and are skipped"
        case .checksum: "the block's checksum is wrong; it is skipped"
        case .badCompression: "the block can't be decompressed; it is skipped"
        case .length(let expected, let actual): "the block should hold \(expected) bytes and holds \(actual)"
        case .tooLarge(let claimed): "the block claims \(claimed) bytes, more than any recorder writes; it is skipped"
        case .tooManyRecords: "the block holds more records than any recorder writes; the rest of it is skipped"
        case .unknownTag(let tag): "record with unknown tag \(tag); the rest of its block is skipped"
        case .cutRecord(let tag): "record with tag \(tag) runs over the end of its block"
        case .badTiming: "the block's timing doesn't fit its output; times are coarse here"
        case .badSummary: "the summary can't be read; the file is walked instead"
        case .order: "times or offsets run backwards"
        case .digest: "the digest isn't that of the events before it: something was changed, cut or reordered"
        case .bytesAfterEnd(let bytes): "\(bytes) bytes after the last block"
        case .unfinished: "the file ends without its closing block: its recorder was stopped, or is still writing"
        case .noDigest: "there is no digest, so changes can't be told"
        }
    }
}

/// The C library's words for an error number.
func systemMessage(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}
