/// Looks for lines in the files of a tree, as `git grep` does and with its help.
public struct TextSearch: Sendable {
    public enum Pattern: Hashable, Sendable {
        case text(String)
        /// An extended regular expression.
        case expression(String)
    }

    public struct Match: Hashable, Codable, Sendable {
        public var path: RelativePath
        /// From 1.
        public var line: Int
        /// Without its end; long ones are cut.
        public var text: String
    }

    public var pattern: Pattern
    public var ignoresCase = false
    public var paths: [RelativePath] = []
    /// No more matches than this.
    public var limit = 10_000
    private static let longestLine = 2000

    public init(_ pattern: Pattern) { self.pattern = pattern }

    private var arguments: [String] {
        var all = ["grep", "-n", "-I", "-z", "--no-color", "--full-name"]
        if ignoresCase { all.append("-i") }
        switch pattern {
        case .text(let text): all += ["-F", "-e", text]
        case .expression(let expression): all += ["-E", "-e", expression]
        }
        return all
    }

    /// In the files of a snapshot of the git provider or of a folder.
    /// - Throws: `program` when the expression isn't one.
    public func matches(in tree: any SnapshotTree, deadline: Deadline = .never) throws(SnapshotError) -> [Match] {
        if let git = tree as? GitTree { return try matches(in: git, deadline) }
        return try walk(tree, deadline)
    }

    private func matches(in tree: GitTree, _ deadline: Deadline) throws(SnapshotError) -> [Match] {
        let id = tree.state.tree.hex
        let filter = paths.compactMap { String(validating: StoredName.encode($0).bytes, as: UTF8.self) }
        let run = try tree.reader.program.run(
            ["--literal-pathspecs"] + arguments + [id] + (filter.isEmpty ? [] : ["--"] + filter),
            in: tree.reader.repository, accepted: [0, 1], deadline: deadline)
        return parse(run.output, prefix: Array("\(id):".utf8))
    }

    /// `TREE:PATH\0LINE\0TEXT\n`.
    private func parse(_ output: [UInt8], prefix: [UInt8]) -> [Match] {
        var matches: [Match] = []
        var rest = output[...]
        while matches.count < limit, let first = rest.firstIndex(of: 0),
            let second = rest[(first + 1)...].firstIndex(of: 0)
        {
            let end = rest[(second + 1)...].firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let path = rest[rest.startIndex..<first].dropFirst(prefix.count)
            let line = Int(String(decoding: rest[(first + 1)..<second], as: UTF8.self)) ?? 0
            let text = String(decoding: rest[(second + 1)..<end].prefix(Self.longestLine), as: UTF8.self)
            matches.append(
                Match(path: RelativePath(unchecked: Array(path)).decodedFromStore, line: line, text: text))
            rest = rest[min(end + 1, rest.endIndex)...]
        }
        return matches
    }

    /// Other trees: each file by itself.
    private func walk(_ tree: any SnapshotTree, _ deadline: Deadline) throws(SnapshotError) -> [Match] {
        let matcher = try LineMatcher(self)
        var matches: [Match] = []
        var folders: [RelativePath] = [.root]
        while let folder = folders.popLast(), matches.count < limit {
            try deadline.check("searching \(folder.printable)")
            for entry in try tree.entries(in: folder) {
                let path = folder.appending(entry.name)
                if entry.kind == .folder { folders.append(path) }
                guard entry.kind == .file, paths.isEmpty || paths.contains(where: { path.isWithin($0) }),
                    entry.size <= SnapshotComparison.largestShown
                else { continue }
                let bytes = try tree.read(path, from: 0, count: Int(SnapshotComparison.largestShown))
                guard !bytes.prefix(8000).contains(0) else { continue }
                for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                    .enumerated()
                where matcher.matches(line) && matches.count < limit {
                    let text = String(decoding: line.prefix(Self.longestLine), as: UTF8.self)
                    matches.append(Match(path: path, line: index + 1, text: text))
                }
            }
        }
        return matches.sorted { ($0.path, $0.line) < ($1.path, $1.line) }
    }
}
