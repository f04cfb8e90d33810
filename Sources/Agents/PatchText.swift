/// What a patch in Codex's notation changes: `*** Add File: a`, `*** Update File: b`, `*** Delete File: c`.
struct PatchText: Hashable {
    private(set) var files: [String] = []
    private(set) var added = 0
    private(set) var removed = 0
    private var kinds: Set<String> = []

    private static let heads = [
        ("*** Add File: ", "Write"), ("*** Update File: ", "Edit"), ("*** Delete File: ", "Delete"),
    ]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            if let (head, kind) = Self.heads.first(where: { line.hasPrefix($0.0) }) {
                files.append(String(line.dropFirst(head.count)))
                kinds.insert(kind)
            } else if line.hasPrefix("+") {
                added += 1
            } else if line.hasPrefix("-") {
                removed += 1
            }
        }
    }

    var verb: String? { kinds.count == 1 ? kinds.first : kinds.isEmpty ? nil : "Edit" }

    func target(in folder: String?) -> String? {
        guard let first = files.first else { return nil }
        return files.count == 1 ? ToolUse.relative(first, to: folder) : "\(files.count) files"
    }
}

/// Lines that came and went between two texts, counted without regard to where they stand.
enum LineCount {
    static func count(_ text: String) -> Int {
        let ends = text.utf8.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        return text.isEmpty || text.utf8.last == 0x0A ? ends : ends + 1
    }

    static func changed(from old: String, to new: String) -> (added: Int, removed: Int) {
        var counts: [ArraySlice<UInt8>: Int] = [:]
        for line in lines(new) { counts[line, default: 0] += 1 }
        for line in lines(old) { counts[line, default: 0] -= 1 }
        let added = counts.values.reduce(0) { $0 + max(0, $1) }
        return (added, counts.values.reduce(0) { $0 + max(0, -$1) })
    }

    private static func lines(_ text: String) -> [ArraySlice<UInt8>] {
        var lines = Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
