import Glibc

/// What differs between two trees: snapshots of any provider, the live workspace, branches. Two trees of one git store are
/// compared by git; others by walking both, where equal ids or equal inodes and times spare the reading.
public final class SnapshotComparison {
    let old: any SnapshotTree
    let new: any SnapshotTree
    let deadline: Deadline

    public struct Options: Sendable {
        /// Only what is below these; empty: everything.
        public var paths: [RelativePath] = []
        public var findsRenames = true
        public var countsLines = false
        /// Modes, owners and extended attributes, too.
        public var looksAtAttributes = true
        public var contextLines = 3

        public init() {}
    }

    public init(_ old: any SnapshotTree, _ new: any SnapshotTree, deadline: Deadline = .never) {
        self.old = old
        self.new = new
        self.deadline = deadline
    }

    /// The changes, by path.
    public func changes(_ options: Options = Options()) throws(SnapshotError) -> [FileChange] {
        var changes: [FileChange]
        if let pair = gitPair {
            changes = try GitComparison(pair.0, pair.1, deadline: deadline).changes(options)
        } else {
            changes = try TreeWalk(old, new, deadline: deadline).changes(options)
            if options.countsLines {
                for index in changes.indices { try TreePatch(old, new, deadline: deadline).count(&changes[index]) }
            }
        }
        return changes.sorted { $0.path < $1.path }
    }

    /// A unified diff. Binary files and large ones are named only.
    public func patch(_ options: Options = Options()) throws(SnapshotError) -> [UInt8] {
        if let pair = gitPair { return try GitComparison(pair.0, pair.1, deadline: deadline).patch(options) }
        var text: [UInt8] = []
        var plain = options
        plain.findsRenames = false
        for change in try changes(plain) {
            text += try TreePatch(old, new, deadline: deadline).patch(change, context: options.contextLines)
        }
        return text
    }

    private var gitPair: (GitTree, GitTree)? {
        guard let old = old as? GitTree, let new = new as? GitTree, old.reader.repository == new.reader.repository
        else {
            return nil
        }
        return (old, new)
    }

    /// Files over this are said to differ and not shown.
    static let largestShown: UInt64 = 8 << 20
}
