/// A recording opened for reading. Not for several threads at a time.
public final class RecordingReader {
    /// The file's name; empty for bytes in memory.
    public let path: String
    /// In file order; holes and a torn tail are among them.
    public private(set) var blocks: [BlockInfo] = []
    /// From the closing block; nil for a live, torn or foreign file, whose facts ``index()`` gathers.
    public private(set) var summary: Summary?
    public private(set) var warnings: [RecordingWarning] = []
    /// Whether the closing block is there.
    public var isFinished: Bool { blocks.last?.isLast ?? false }
    /// Bytes of the file that were looked at.
    public private(set) var fileSize: UInt64 = 0

    private init(path: String) {
        self.path = path
    }

    /// Opens a file and walks its block headers: 44 bytes each, no decoding but of the closing block.
    ///
    /// An empty, live, torn or damaged file opens, with ``warnings``; one with no block at all doesn't.
    public static func open(path: String) throws(RecordingError) -> RecordingReader {
        throw .open(path: path, errno: 38)
    }

    /// Reads a recording that is in memory, as one from standard input.
    public convenience init(bytes: [UInt8]) throws(RecordingError) {
        self.init(path: "")
        throw .open(path: "", errno: 38)
    }

    /// Decodes a block. A damaged one comes back as a gap event with warnings; it throws only if reading fails.
    public func block(_ index: Int) throws(RecordingError) -> DecodedBlock {
        throw .noSuchBlock(path: path, index: index, count: blocks.count)
    }

    /// Looks for blocks written since. The torn tail may turn into a whole block.
    ///
    /// - Returns: whether ``blocks`` changed.
    public func refresh() throws(RecordingError) -> Bool { false }

    /// The facts of the whole file, from its summary or from one pass over all blocks.
    public func index() throws(RecordingError) -> Summary { summary ?? Summary() }
}
