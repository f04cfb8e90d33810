/// The files of a snapshot, or of a folder, to be read without making a copy. Symbolic links are never followed.
public protocol SnapshotTree: AnyObject {
    /// - Returns: nil if there is nothing of that path.
    func entry(at path: RelativePath) throws(SnapshotError) -> TreeEntry?

    /// A folder's entries by name, in the order of their bytes.
    /// - Throws: `noSuchPath`, `notAFolder`.
    func entries(in path: RelativePath) throws(SnapshotError) -> [TreeEntry]

    /// Bytes of a file, or of a symbolic link's target; fewer than `count` only at the end.
    func read(_ path: RelativePath, from offset: UInt64, count: Int) throws(SnapshotError) -> [UInt8]

    /// Gives a file's bytes, or those of a link's target, in parts, however many there are.
    func stream(
        _ path: RelativePath, _ take: (UnsafeRawBufferPointer) throws(SnapshotError) -> Void
    ) throws(SnapshotError)
}

extension TreeEntry {
    /// Its name as text: what isn't printable UTF-8 is escaped, as in `RelativePath.printable`.
    public var printableName: String { RelativePath.escape(name) }
}

extension SnapshotTree {
    /// A whole file.
    /// - Throws: `tooLarge` when it is over the limit.
    public func contents(_ path: RelativePath, limit: Int = 64 << 20) throws(SnapshotError) -> [UInt8] {
        let bytes = try read(path, from: 0, count: limit)
        if bytes.count == limit, try !read(path, from: UInt64(limit), count: 1).isEmpty {
            throw .tooLarge(path.printable, limit: UInt64(limit))
        }
        return bytes
    }
}

/// One thing in a folder.
public struct TreeEntry: Hashable, Sendable {
    public enum Kind: String, Codable, Sendable {
        case file, folder, link, fifo, socket
        case characterDevice = "character device"
        case blockDevice = "block device"
        /// It was there, but isn't in the snapshot: unreadable, or too large.
        case missing
    }

    public var name: [UInt8]
    public var kind: Kind
    /// Permission bits with setuid, setgid and sticky.
    public var mode: UInt32
    /// Bytes; of a file or a link's target.
    public var size: UInt64
    /// Nanoseconds since 1970; nil where the tree doesn't know it.
    public var modified: Int64?
    public var user: UInt32?
    public var group: UInt32?
    /// Equal for equal contents within one store: git's blob or tree id.
    public var content: ObjectID?
    /// Of a folder's own file system, where the tree is one: with equal inodes and times of change two files are equal.
    public var inode: UInt64?
    public var changed: Int64?
    /// Why it is missing.
    public var note: String?

    public init(
        name: [UInt8], kind: Kind, mode: UInt32, size: UInt64, modified: Int64? = nil, user: UInt32? = nil,
        group: UInt32? = nil, content: ObjectID? = nil, note: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.mode = mode
        self.size = size
        self.modified = modified
        self.user = user
        self.group = group
        self.content = content
        self.note = note
    }
}
