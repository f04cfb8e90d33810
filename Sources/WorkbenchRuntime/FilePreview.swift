import Snapshots
import WorkbenchModel

/// What of a file is shown beside the list.
enum FilePreview {
    /// Bytes of a file that are shown.
    private static let most = 256 << 10

    static func lines(
        of entry: TreeEntry, _ path: RelativePath, in tree: any SnapshotTree
    ) throws(SnapshotError) -> [FilesModel.Line] {
        switch entry.kind {
        case .folder: return []
        case .link:
            let target = try tree.read(path, from: 0, count: 4096)
            return [.init(.note, "symbolic link to"), .init(.text, TextLines.shown(target[...]))]
        case .file:
            let bytes = try tree.read(path, from: 0, count: most)
            guard !isBinary(bytes) else { return [.init(.note, "binary, \(entry.size) bytes")] }
            var lines = TextLines.split(bytes).map { FilesModel.Line(.text, $0) }
            if bytes.count < entry.size { lines.append(.init(.note, "… \(entry.size) bytes in all")) }
            return lines.isEmpty ? [.init(.note, "empty")] : lines
        default: return [.init(.note, entry.note ?? entry.kind.rawValue)]
        }
    }

    private static func isBinary(_ bytes: [UInt8]) -> Bool { bytes.prefix(8000).contains(0) }

    static func difference(
        of path: RelativePath, from old: any SnapshotTree, to new: any SnapshotTree,
        _ baseline: FilesModel.Baseline, _ deadline: Deadline
    ) throws(SnapshotError) -> [FilesModel.Line] {
        let sides = (try old.entry(at: path), try new.entry(at: path))
        var options = SnapshotComparison.Options()
        options.paths = [path]
        options.findsRenames = false
        let patch = try SnapshotComparison(old, new, deadline: deadline).patch(options)
        guard !patch.isEmpty else { return [.init(.note, unchanged(sides, baseline))] }
        var lines = TextLines.split(Array(patch.prefix(most))).map { line in
            FilesModel.Line(TextLines.kind(ofPatchLine: line), line)
        }
        // What isn't text has sizes at least.
        if lines.contains(where: { $0.text.hasPrefix("Binary files ") }), sides.0?.kind != .folder {
            let sizes = [sides.0, sides.1].map { $0.map { "\($0.size)" } ?? "none" }
            lines.append(.init(.note, "\(sizes[0]) → \(sizes[1]) bytes"))
        }
        if patch.count > most { lines.append(.init(.note, "… \(patch.count) bytes of changes in all")) }
        return lines
    }

    private static func unchanged(_ sides: (TreeEntry?, TreeEntry?), _ baseline: FilesModel.Baseline) -> String {
        if let old = sides.0, let new = sides.1, old.kind == new.kind, old.mode != new.mode {
            return "mode \(String(old.mode, radix: 8)) → \(String(new.mode, radix: 8))"
        }
        return baseline == .previous ? "unchanged since the snapshot before" : "the same in \(baseline.text)"
    }
}
