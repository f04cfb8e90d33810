import CSnapshots
import Glibc

/// The contents that an adoption needs, by their ids: what is brought over, and what was there before.
struct AdoptionContents {
    let folder: String
    let program: GitProgram

    /// What lies at a path of a tree; nil if nothing does.
    static func state(of path: RelativePath, in tree: any SnapshotTree) throws(SnapshotError) -> AdoptionState? {
        guard let entry = try tree.entry(at: path) else { return nil }
        switch entry.kind {
        case .folder: return AdoptionState(kind: .folder, mode: entry.mode)
        case .file, .link:
            let isFile = entry.kind == .file
            let content: ObjectID
            if let known = entry.content { content = known } else { content = try hash(path, entry, in: tree) }
            return AdoptionState(
                kind: isFile ? .file : .link, mode: isFile ? entry.mode : 0, content: content.hex,
                size: isFile ? entry.size : 0)
        case .fifo, .socket, .characterDevice, .blockDevice, .missing:
            return AdoptionState(kind: .other, mode: entry.mode)
        }
    }

    private static func hash(
        _ path: RelativePath, _ entry: TreeEntry, in tree: any SnapshotTree
    ) throws(SnapshotError) -> ObjectID {
        var hash = ObjectHash()
        hash.begin(.blob, size: entry.size)
        try tree.stream(path) { hash.add($0) }
        return hash.end()
    }

    func path(_ state: AdoptionState) -> String { "\(folder)/\(state.content)" }

    /// Copies a content out of a tree, unless it is there.
    func keep(
        _ path: RelativePath, _ state: AdoptionState, from tree: any SnapshotTree
    ) throws(SnapshotError) {
        guard state.kind == .file || state.kind == .link, access(self.path(state), F_OK) != 0 else { return }
        let file = try OpenFile(self.path(state), flags: O_WRONLY | O_CREAT | O_EXCL)
        var hash = ObjectHash()
        let size = state.kind == .file ? state.size : try tree.entry(at: path)?.size ?? 0
        hash.begin(.blob, size: size)
        try tree.stream(path) { part throws(SnapshotError) in
            hash.add(part)
            try file.write(part)
        }
        // A tree that is a live folder may change under our hands.
        guard hash.end().hex == state.content else {
            throw .damaged(path: path.printable, what: "it changed while it was read")
        }
    }

    // MARK: Merging

    struct Merged: Hashable {
        var content: String
        var size: UInt64
    }

    enum MergeResult: Hashable {
        case success(Merged)
        case failure(AdoptionConflict.Reason)
    }

    static let largestMerged: UInt64 = 16 << 20

    /// Merges the text that both changed. The result is kept.
    func merge(
        _ path: RelativePath, base: any SnapshotTree, branch: any SnapshotTree, original: any SnapshotTree,
        deadline: Deadline
    ) throws(SnapshotError) -> MergeResult {
        var files: [String] = []
        defer { for file in files { unlink(file) } }
        for (name, tree) in [("original", original), ("base", base), ("branch", branch)] {
            guard let entry = try tree.entry(at: path), entry.size <= Self.largestMerged else {
                return .failure(.binary)
            }
            let bytes = try tree.contents(path, limit: Int(Self.largestMerged))
            // As git tells text from the rest.
            guard !bytes.prefix(8000).contains(0) else { return .failure(.binary) }
            files.append("\(folder)/merge-\(name)")
            try WholeFile.replace("\(folder)/merge-\(name)", with: bytes, durable: false)
        }
        let run = try program.run(
            ["merge-file", "-p", "-q"] + files, in: folder, accepted: Set(0...127), deadline: deadline)
        guard run.status == 0 else { return .failure(.text) }
        let content = run.output.withUnsafeBytes { ObjectHash.of(.blob, $0) }.hex
        try WholeFile.replace("\(folder)/\(content)", with: run.output, durable: false)
        return .success(Merged(content: content, size: UInt64(run.output.count)))
    }
}
