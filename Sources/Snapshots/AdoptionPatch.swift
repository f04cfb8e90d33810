import Glibc

/// A branch's changes as a patch in git's format, with binary files whole, for `git apply`. Repositories (`.git`),
/// special files and folders as such aren't in it.
public struct AdoptionPatch {
    private let program: GitProgram
    private let store: SnapshotStore
    private let deadline: Deadline
    /// Bytes of both sides together that are held at a time.
    static let limit: UInt64 = 1 << 30

    public init(store: SnapshotStore, program: GitProgram, deadline: Deadline = .never) {
        self.store = store
        self.program = program
        self.deadline = deadline
    }

    /// What was made, and what couldn't be said in it.
    public struct Result: Hashable, Sendable {
        public var text: [UInt8] = []
        public var files = 0
        public var skipped = PathNotes()
    }

    /// The changed files go into a repository of their own, so that it works for snapshots of any provider and in names
    /// that the store writes otherwise.
    public func make(from base: any SnapshotTree, to branch: any SnapshotTree) throws(SnapshotError) -> Result {
        var result = Result()
        let paths = try AdoptionPlanner.changedPaths(from: base, to: branch, deadline: deadline)
        var sides = [[UInt8](), [UInt8]()]
        var size: UInt64 = 0
        for path in paths {
            try deadline.check("making a patch")
            let before = try entry(path, base, &result.skipped)
            let after = try entry(path, branch, &result.skipped)
            guard before != nil || after != nil else { continue }
            result.files += 1
            for (side, entry, tree) in [(0, before, base), (1, after, branch)] {
                guard let entry else { continue }
                size += entry.size
                guard size <= Self.limit else { throw .tooLarge("the patch", limit: Self.limit) }
                try Self.add(path, entry, tree, to: &sides[side])
            }
        }
        guard result.files > 0 else { return result }
        result.text = try diff(sides[0], sides[1])
        return result
    }

    /// A file or link; nil for nothing, a folder, or what a patch can't say.
    private func entry(
        _ path: RelativePath, _ tree: any SnapshotTree, _ skipped: inout PathNotes
    ) throws(SnapshotError) -> TreeEntry? {
        guard let entry = try tree.entry(at: path) else { return nil }
        switch entry.kind {
        case .file, .link: return entry
        case .folder: return nil
        case .fifo, .socket, .characterDevice, .blockDevice, .missing:
            skipped.add(path, "\(entry.kind.rawValue): a patch can't say that")
            return nil
        }
    }

    /// One file for `git fast-import`.
    private static func add(
        _ path: RelativePath, _ entry: TreeEntry, _ tree: any SnapshotTree, to commands: inout [UInt8]
    ) throws(SnapshotError) {
        let mode = entry.kind == .link ? "120000" : entry.mode & 0o100 != 0 ? "100755" : "100644"
        commands += Array("M \(mode) inline ".utf8) + quoted(path) + Array("\n".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(clamping: entry.size))
        try tree.stream(path) { bytes.append(contentsOf: $0) }
        commands += Array("data \(bytes.count)\n".utf8) + bytes + Array("\n".utf8)
    }

    /// As C would quote it: any bytes can be said so.
    private static func quoted(_ path: RelativePath) -> [UInt8] {
        var text = Array("\"".utf8)
        for byte in path.bytes {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                text += [UInt8(ascii: "\\"), byte]
            } else if (0x20..<0x7f).contains(byte) {
                text.append(byte)
            } else {
                let digits = String(byte, radix: 8)
                text += Array("\\\(String(repeating: "0", count: 3 - digits.count))\(digits)".utf8)
            }
        }
        return text + Array("\"".utf8)
    }

    private func diff(_ old: [UInt8], _ new: [UInt8]) throws(SnapshotError) -> [UInt8] {
        try WholeFile.makeFolders(store.scratch)
        let scratch = try ScratchFolder(for: "\(store.scratch)/patch-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        defer { scratch.discard() }
        let repository = GitRepository("\(scratch.partialPath)/patch.git")
        try repository.prepare()
        var commands: [UInt8] = []
        for (name, side) in [("old", old), ("new", new)] {
            commands += Array("commit refs/heads/\(name)\ncommitter ah <ah@localhost> 0 +0000\ndata 0\n\n".utf8) + side
        }
        _ = try program.run(
            ["fast-import", "--quiet"], in: repository.path, input: commands + Array("done\n".utf8), deadline: deadline)
        return try program.run(
            [
                "diff-tree", "-r", "-p", "--binary", "--full-index", "-M", "--no-color", "--no-ext-diff",
                "--no-textconv", "refs/heads/old", "refs/heads/new",
            ], in: repository.path, limit: Int(Self.limit) * 2, deadline: deadline
        ).output
    }
}
