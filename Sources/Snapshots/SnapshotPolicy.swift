/// What of a workspace goes into its snapshots. Files that git ignores do: an agent's mistake may sit in them.
public struct SnapshotPolicy: Hashable, Codable, Sendable {
    /// Left out: a name (`node_modules`), a name with `*` and `?` (`*.iso`), or a path from the workspace (`build/cache`).
    public var excluded: [String]
    /// Files over so many bytes are left out with a note.
    public var largestFile: UInt64

    public static let standard = SnapshotPolicy(excluded: [], largestFile: 100 << 20)

    public init(excluded: [String], largestFile: UInt64) {
        self.excluded = excluded
        self.largestFile = largestFile
    }
}
