/// How a path differs between two trees.
public struct FileChange: Hashable, Codable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case added, deleted, modified, renamed
        /// A file became a folder, a link or something else.
        case retyped
        /// Only its mode, owner or extended attributes.
        case attributes

        /// As `git diff --name-status` has it.
        public var letter: Character {
            switch self {
            case .added: "A"
            case .deleted: "D"
            case .modified, .attributes: "M"
            case .renamed: "R"
            case .retyped: "T"
            }
        }
    }

    /// What a path is on one side.
    public struct Side: Hashable, Codable, Sendable {
        public var kind: TreeEntry.Kind
        public var mode: UInt32
        public var size: UInt64

        public init(kind: TreeEntry.Kind, mode: UInt32, size: UInt64) {
            self.kind = kind
            self.mode = mode
            self.size = size
        }

        init(_ entry: TreeEntry) { self.init(kind: entry.kind, mode: entry.mode, size: entry.size) }
    }

    public var kind: Kind
    public var path: RelativePath
    /// Where it was before it was renamed.
    public var oldPath: RelativePath?
    public var old: Side?
    public var new: Side?
    /// Lines added and deleted; nil for what isn't text, and where they weren't asked for.
    public var added: Int?
    public var deleted: Int?
    public var isBinary = false
    /// What of the attributes differs, in words.
    public var note: String?

    public init(
        kind: Kind, path: RelativePath, oldPath: RelativePath? = nil, old: Side? = nil, new: Side? = nil,
        note: String? = nil
    ) {
        self.kind = kind
        self.path = path
        self.oldPath = oldPath
        self.old = old
        self.new = new
        self.note = note
    }
}
