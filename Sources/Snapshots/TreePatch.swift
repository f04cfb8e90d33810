import Glibc

/// The unified diff of one file between trees that git doesn't hold: both sides are given to git as files.
struct TreePatch {
    private let old: any SnapshotTree
    private let new: any SnapshotTree
    private let deadline: Deadline

    init(_ old: any SnapshotTree, _ new: any SnapshotTree, deadline: Deadline) {
        self.old = old
        self.new = new
        self.deadline = deadline
    }

    /// The contents of both sides; nil if one is too large to be shown.
    private func sides(_ change: FileChange) throws(SnapshotError) -> (old: [UInt8], new: [UInt8])? {
        let limit = SnapshotComparison.largestShown
        guard (change.old?.size ?? 0) <= limit, (change.new?.size ?? 0) <= limit else { return nil }
        return (
            try content(change.old, change.oldPath ?? change.path, old), try content(change.new, change.path, new)
        )
    }

    private func content(
        _ side: FileChange.Side?, _ path: RelativePath, _ tree: any SnapshotTree
    ) throws(SnapshotError) -> [UInt8] {
        guard let side, side.kind == .file || side.kind == .link else { return [] }
        return try tree.read(path, from: 0, count: Int(SnapshotComparison.largestShown) + 1)
    }

    private static func isBinary(_ bytes: [UInt8]) -> Bool { bytes.prefix(8000).contains(0) }

    /// Fills in how many lines changed.
    func count(_ change: inout FileChange) throws(SnapshotError) {
        guard change.kind != .attributes, change.old?.kind != .folder, change.new?.kind != .folder else {
            (change.added, change.deleted) = (0, 0)
            return
        }
        guard let sides = try sides(change), !Self.isBinary(sides.old), !Self.isBinary(sides.new) else {
            change.isBinary = true
            return
        }
        let lines = LineDifference(sides.old, sides.new)
        change.added = lines.added
        change.deleted = lines.deleted
    }

    func patch(_ change: FileChange, context: Int) throws(SnapshotError) -> [UInt8] {
        guard change.old?.kind != .folder, change.new?.kind != .folder else { return [] }
        var text = header(change)
        guard change.kind != .attributes else { return text }
        guard let sides = try sides(change), !Self.isBinary(sides.old), !Self.isBinary(sides.new) else {
            return text + Array("Binary files \(name("a", change, .old)) and \(name("b", change, .new)) differ\n".utf8)
        }
        let hunks = LineDifference(sides.old, sides.new).hunks(context: context)
        guard !hunks.isEmpty else { return text }
        text += Array("--- \(name("a", change, .old))\n+++ \(name("b", change, .new))\n".utf8)
        return text + hunks
    }

    private enum Which { case old, new }

    private func name(_ prefix: String, _ change: FileChange, _ which: Which) -> String {
        if which == .old ? change.old == nil : change.new == nil { return "/dev/null" }
        return Self.quoted("\(prefix)/", which == .old ? change.oldPath ?? change.path : change.path)
    }

    /// As git writes names: quoted when they hold what a line can't.
    private static func quoted(_ prefix: String, _ path: RelativePath) -> String {
        let isPlain = path.bytes.allSatisfy {
            $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain, let text = String(validating: path.bytes, as: UTF8.self) { return prefix + text }
        let escaped = path.bytes.map { byte in
            switch byte {
            case UInt8(ascii: "\""): "\\\""
            case UInt8(ascii: "\\"): "\\\\"
            case UInt8(ascii: "\n"): "\\n"
            case UInt8(ascii: "\t"): "\\t"
            case 32..<127: String(UnicodeScalar(byte))
            default: "\\" + String(repeating: "0", count: 3 - String(byte, radix: 8).count) + String(byte, radix: 8)
            }
        }
        return "\"\(prefix)\(escaped.joined())\""
    }

    private func header(_ change: FileChange) -> [UInt8] {
        let first = Self.quoted("a/", change.oldPath ?? change.path)
        var text = "diff --git \(first) \(Self.quoted("b/", change.path))\n"
        let old = change.old.map(Self.mode)
        let new = change.new.map(Self.mode)
        switch (old, new) {
        case (nil, let new?): text += "new file mode \(new)\n"
        case (let old?, nil): text += "deleted file mode \(old)\n"
        case (let old?, let new?) where old != new: text += "old mode \(old)\nnew mode \(new)\n"
        default: break
        }
        return Array(text.utf8)
    }

    private static func mode(_ side: FileChange.Side) -> String {
        side.kind == .link ? "120000" : side.mode & 0o100 != 0 ? "100755" : "100644"
    }
}
