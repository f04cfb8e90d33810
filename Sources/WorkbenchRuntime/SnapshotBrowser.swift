import Snapshots
import WorkbenchModel

/// Reads a session's snapshots for the files' model. Every call reads a folder, a file, or compares two snapshots: some
/// milliseconds, a few hundred for the largest comparisons.
final class SnapshotBrowser {
    private let sessionID: String
    private let archive: SnapshotArchive
    private var current: (any SnapshotTree)?
    private var before: (any SnapshotTree)?
    /// What changed since the snapshot before, once it was asked for.
    private var known: [FileChange]?

    init(sessionID: String, stateFolder: String, searchPath: String) {
        self.sessionID = sessionID
        archive = SnapshotArchive(state: stateFolder, searchPath: searchPath)
    }

    /// The numbers of the session's snapshots, in order.
    func numbers() throws(SnapshotError) -> [UInt64] {
        try archive.snapshots(session: sessionID).filter { $0.snapshot.session == sessionID }
            .map { UInt64($0.snapshot.number) }.sorted()
    }

    /// Opens a snapshot, and the one before it to compare with.
    func open(_ number: UInt64, label: String) throws(SnapshotError) -> FilesModel {
        guard !sessionID.isEmpty else { throw .invalidName("@\(number)") }
        let all = try archive.snapshots(session: sessionID).filter { $0.snapshot.session == sessionID }
        guard let index = all.firstIndex(where: { UInt64($0.snapshot.number) == number }) else {
            throw .noSuchSnapshot("\(sessionID)@\(number)", store: "this machine: it was deleted, or taken elsewhere")
        }
        current = try archive.tree(of: all[index])
        before = index > 0 ? try archive.tree(of: all[index - 1]) : nil
        known = nil
        return FilesModel(snapshot: number, title: "snapshot \(number)\(label)")
    }

    func entries(in folder: String) throws(SnapshotError) -> [FilesModel.Entry] {
        guard let current else { return [] }
        let path = try RelativePath(printable: folder)
        let changes = try differences()
        let changed = Set(changes.map(\.path.printable))
        let prefix = folder.isEmpty ? "" : folder + "/"
        return try current.entries(in: path).map { entry in
            let name = entry.printableName
            var result = Self.entry(entry, name)
            let whole = prefix + name
            if entry.kind == .folder {
                if changes.contains(where: { $0.path.printable.hasPrefix(whole + "/") }) { result.change = .modified }
            } else if changed.contains(whole) {
                result.change = changes.first { $0.path.printable == whole }.map(Self.change)
            }
            return result
        }
    }

    func changes() throws(SnapshotError) -> [FilesModel.Entry] {
        try differences().map { change in
            let side = change.new ?? change.old
            let kind: FilesModel.Entry.Kind =
                switch side?.kind {
                case .file: .file
                case .link: .link
                default: .other
                }
            return FilesModel.Entry(
                name: change.path.printable, kind: kind, size: side?.size ?? 0, change: Self.change(change),
                note: change.note)
        }
    }

    func preview(of path: String) throws(SnapshotError) -> [FilesModel.Line] {
        guard let current else { return [] }
        let path = try RelativePath(printable: path)
        guard let entry = try current.entry(at: path) else { return [.init(.note, "not in this snapshot")] }
        switch entry.kind {
        case .link:
            let target = try current.read(path, from: 0, count: 4096)
            return [.init(.note, "symbolic link to"), .init(.text, TextLines.shown(target[...]))]
        case .file:
            let bytes = try current.read(path, from: 0, count: Self.previewBytes)
            guard !bytes.prefix(8000).contains(0) else { return [.init(.note, "binary, \(entry.size) bytes")] }
            var lines = TextLines.split(bytes).map { FilesModel.Line(.text, $0) }
            if bytes.count < entry.size { lines.append(.init(.note, "… \(entry.size) bytes in all")) }
            return lines.isEmpty ? [.init(.note, "empty")] : lines
        default: return [.init(.note, entry.note ?? entry.kind.rawValue)]
        }
    }

    func difference(of path: String) throws(SnapshotError) -> [FilesModel.Line] {
        guard let current else { return [] }
        guard let before else { return [.init(.note, "the session's first snapshot: nothing to compare with")] }
        var options = SnapshotComparison.Options()
        options.paths = [try RelativePath(printable: path)]
        let patch = try SnapshotComparison(before, current).patch(options)
        guard !patch.isEmpty else { return [.init(.note, "unchanged since the snapshot before")] }
        return TextLines.split(Array(patch.prefix(Self.previewBytes))).map { line in
            FilesModel.Line(TextLines.kind(ofPatchLine: line), line)
        }
    }

    private func differences() throws(SnapshotError) -> [FileChange] {
        if let known { return known }
        guard let current, let before else { return [] }
        var options = SnapshotComparison.Options()
        options.findsRenames = false
        let changes = try SnapshotComparison(before, current).changes(options)
        known = changes
        return changes
    }

    private static func entry(_ entry: TreeEntry, _ name: String) -> FilesModel.Entry {
        let kind: FilesModel.Entry.Kind =
            switch entry.kind {
            case .folder: .folder
            case .file: .file
            case .link: .link
            default: .other
            }
        return FilesModel.Entry(name: name, kind: kind, size: entry.size, note: entry.note)
    }

    private static func change(_ change: FileChange) -> FilesModel.Entry.Change {
        switch change.kind {
        case .added: .added
        case .deleted: .deleted
        case .modified, .renamed, .retyped, .attributes: .modified
        }
    }

    /// Bytes of a file that are shown.
    private static let previewBytes = 256 << 10
}

/// Bytes as lines of a preview: no control character reaches the screen.
enum TextLines {
    static func split(_ bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { shown($0) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        var line = ""
        var column = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar == "\t" {
                let width = 8 - column % 8
                line += String(repeating: " ", count: width)
                column += width
            } else if scalar.value < 0x20 || scalar.value == 0x7F || (0x80..<0xA0).contains(scalar.value) {
                if scalar != "\r" { line.unicodeScalars.append("\u{FFFD}") }
                column += 1
            } else {
                line.unicodeScalars.append(scalar)
                column += 1
            }
        }
        return line
    }

    static func kind(ofPatchLine line: String) -> FilesModel.Line.Kind {
        if line.hasPrefix("+++") || line.hasPrefix("---") || line.hasPrefix("diff ") || line.hasPrefix("index ") {
            return .note
        }
        switch line.utf8.first {
        case UInt8(ascii: "+"): return .added
        case UInt8(ascii: "-"): return .removed
        case UInt8(ascii: "@"): return .place
        default: return .text
        }
    }
}
