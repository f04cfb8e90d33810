/// A path with its name parted from its folder.
struct PlacedName: Hashable, Sendable {
    let folder: String
    let name: String

    /// - Throws: `unsafePath` for what names no place in a folder: an empty path, `/`, `..`.
    init(_ path: String) throws(SnapshotError) {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        let name = trimmed.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        guard !["", ".", ".."].contains(name) else { throw .unsafePath(path) }
        self.name = name
        let before = trimmed.dropLast(name.count)
        folder = before.isEmpty ? "." : before == "/" ? "/" : String(before.dropLast())
    }
}
