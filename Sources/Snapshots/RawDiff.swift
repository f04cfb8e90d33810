/// The output of `git diff-tree --raw [--numstat] -z`.
enum RawDiff {
    struct Pair {
        var path: RelativePath
        var old: ObjectID
        var new: ObjectID
    }

    private struct Fields {
        private var rest: ArraySlice<UInt8>
        init(_ bytes: [UInt8]) { rest = bytes[...] }

        mutating func next() -> ArraySlice<UInt8>? {
            guard let zero = rest.firstIndex(of: 0) else { return nil }
            defer { rest = rest[(zero + 1)...] }
            return rest[..<zero]
        }
    }

    /// Paths as stored.
    static func pairs(_ output: [UInt8]) throws(SnapshotError) -> [Pair] {
        var fields = Fields(output)
        var pairs: [Pair] = []
        while let head = fields.next() {
            let words = String(decoding: head, as: UTF8.self).split(separator: " ")
            guard words.count == 5, let old = ObjectID(hex: words[2]), let new = ObjectID(hex: words[3]),
                let path = fields.next()
            else { throw malformed }
            pairs.append(Pair(path: RelativePath(unchecked: Array(path)), old: old, new: new))
        }
        return pairs
    }

    static func parse(_ output: [UInt8]) throws(SnapshotError) -> [FileChange] {
        var fields = Fields(output)
        var changes: [FileChange] = []
        var places: [RelativePath: Int] = [:]
        while let head = fields.next() {
            if head.first == UInt8(ascii: ":") {
                let change = try change(head, &fields)
                places[change.path] = changes.count
                changes.append(change)
            } else {
                try count(head, &fields, places, &changes)
            }
        }
        return changes
    }

    /// `:MODE MODE ID ID STATUS`, then one path or two.
    private static func change(_ head: ArraySlice<UInt8>, _ fields: inout Fields) throws(SnapshotError) -> FileChange {
        let words = String(decoding: head.dropFirst(), as: UTF8.self).split(separator: " ")
        guard words.count == 5, let oldMode = UInt32(words[0], radix: 8), let newMode = UInt32(words[1], radix: 8),
            let letter = words[4].first, let first = fields.next()
        else { throw malformed }
        let path = RelativePath(unchecked: Array(first)).decodedFromStore
        let old = oldMode == 0 ? nil : side(oldMode)
        let new = newMode == 0 ? nil : side(newMode)
        switch letter {
        case "A": return FileChange(kind: .added, path: path, new: new)
        case "D": return FileChange(kind: .deleted, path: path, old: old)
        case "M":
            return FileChange(kind: words[2] == words[3] ? .attributes : .modified, path: path, old: old, new: new)
        case "T": return FileChange(kind: .retyped, path: path, old: old, new: new)
        case "R", "C":
            guard let second = fields.next() else { throw malformed }
            let target = RelativePath(unchecked: Array(second)).decodedFromStore
            return FileChange(kind: .renamed, path: target, oldPath: path, old: old, new: new)
        default: throw malformed
        }
    }

    private static func side(_ mode: UInt32) -> FileChange.Side {
        let kind: TreeEntry.Kind = mode == 0o120000 ? .link : mode == 0o40000 ? .folder : .file
        return FileChange.Side(kind: kind, mode: mode & 0o7777, size: 0)
    }

    /// `ADDED\tDELETED\tPATH`, or with an empty path and two more; `-` for what isn't text.
    private static func count(
        _ head: ArraySlice<UInt8>, _ fields: inout Fields, _ places: [RelativePath: Int], _ changes: inout [FileChange]
    ) throws(SnapshotError) {
        let words = head.split(separator: UInt8(ascii: "\t"), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3 else { throw malformed }
        var path = words[2]
        if path.isEmpty {
            guard fields.next() != nil, let target = fields.next() else { throw malformed }
            path = target
        }
        guard let index = places[RelativePath(unchecked: Array(path)).decodedFromStore] else { return }
        changes[index].added = Int(String(decoding: words[0], as: UTF8.self))
        changes[index].deleted = Int(String(decoding: words[1], as: UTF8.self))
        changes[index].isBinary = changes[index].added == nil
    }

    private static var malformed: SnapshotError {
        .program(command: "git diff-tree", status: 0, message: "its output can't be read")
    }
}

extension StoredName {
    /// A path with each of its names as it is stored.
    static func encode(_ path: RelativePath) -> RelativePath {
        let names = path.names.map { name in name.withUnsafeBytes { encode($0) } ?? Array(name) }
        return RelativePath(unchecked: Array(names.joined(separator: [UInt8(ascii: "/")])))
    }

    /// Brings the files' own names back into the header lines of a patch.
    static func decodeHeaders(ofPatch text: [UInt8]) -> [UInt8] {
        let mark = [UInt8(ascii: "/")] + prefix
        guard text.count > mark.count else { return text }
        let heads = ["diff --git ", "--- ", "+++ ", "rename ", "Binary files "].map { Array($0.utf8) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var isHeader = false
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.starts(with: heads[0]) { isHeader = true }
            if line.starts(with: "@@".utf8) { isHeader = false }
            if isHeader, heads.contains(where: { line.starts(with: $0) }) {
                result += withoutPrefixes(line)
            } else {
                result += line
            }
            result.append(UInt8(ascii: "\n"))
        }
        result.removeLast()
        return result
    }

    private static func withoutPrefixes(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = line
        while let byte = rest.popFirst() {
            result.append(byte)
            if byte == UInt8(ascii: "/") || byte == UInt8(ascii: " "), rest.starts(with: prefix) {
                rest = rest.dropFirst(prefix.count)
            }
        }
        return result
    }
}

extension RelativePath {
    var decodedFromStore: RelativePath {
        RelativePath(unchecked: Array(names.map { StoredName.decode($0) }.joined(separator: [UInt8(ascii: "/")])))
    }

    /// Whether it is the folder or lies below it.
    public func isWithin(_ folder: RelativePath) -> Bool {
        folder.isRoot || bytes == folder.bytes || bytes.starts(with: folder.bytes + [UInt8(ascii: "/")])
    }
}
