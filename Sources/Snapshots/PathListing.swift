/// All paths of files and links in a tree, in the order of their bytes.
public struct PathListing: Sendable {
    public let paths: [RelativePath]

    /// Of a snapshot of the git provider by one run of git's; of other trees folder by folder.
    public init(of tree: any SnapshotTree, deadline: Deadline = .never) throws(SnapshotError) {
        if let git = tree as? GitTree {
            paths = try Self.list(git, deadline)
        } else {
            paths = try Self.walk(tree, deadline)
        }
    }

    private static func list(_ tree: GitTree, _ deadline: Deadline) throws(SnapshotError) -> [RelativePath] {
        let run = try tree.reader.program.run(
            ["ls-tree", "-r", "-z", "--name-only", "--full-tree", tree.state.tree.hex], in: tree.reader.repository,
            deadline: deadline)
        let paths = run.output.split(separator: 0).map { RelativePath(unchecked: Array($0)).decodedFromStore }
        return paths.sorted()
    }

    private static func walk(_ tree: any SnapshotTree, _ deadline: Deadline) throws(SnapshotError) -> [RelativePath] {
        var paths: [RelativePath] = []
        var folders: [RelativePath] = [.root]
        while let folder = folders.popLast() {
            try deadline.check("listing \(folder.printable)")
            for entry in try tree.entries(in: folder) {
                switch entry.kind {
                case .folder: folders.append(folder.appending(entry.name))
                case .missing: break
                default: paths.append(folder.appending(entry.name))
                }
            }
        }
        return paths.sorted()
    }
}
