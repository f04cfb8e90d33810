/// A policy's patterns, made ready to be asked for each name of a scan.
struct ExclusionRules {
    private var names: Set<[UInt8]> = []
    private var globs: [[UInt8]] = []
    private var paths: Set<[UInt8]> = []

    /// - Parameter patterns: as `SnapshotPolicy.excluded` describes them.
    init(_ patterns: [String]) {
        for pattern in patterns {
            let bytes = Array(pattern.utf8)
            let trimmed = Array(bytes.split(separator: UInt8(ascii: "/")).joined(separator: [UInt8(ascii: "/")]))
            guard !trimmed.isEmpty else { continue }
            if trimmed.contains(UInt8(ascii: "/")) || bytes.first == UInt8(ascii: "/") {
                paths.insert(trimmed)
            } else if trimmed.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) {
                globs.append(trimmed)
            } else {
                names.insert(trimmed)
            }
        }
    }

    var isEmpty: Bool { names.isEmpty && globs.isEmpty && paths.isEmpty }

    func excludes(_ name: UnsafeRawBufferPointer, in folder: ScannedFolder) -> Bool {
        guard !isEmpty else { return false }
        let bytes = Array(name)
        if names.contains(bytes) || globs.contains(where: { Self.matches($0, bytes) }) { return true }
        return !paths.isEmpty && paths.contains(folder.path.appending(bytes).bytes)
    }

    /// `*` stands for any bytes, `?` for one. Goes back to the last `*` only, so that no pattern is slow.
    static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var at = 0
        var position = 0
        var star: (at: Int, position: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == name[position] || pattern[at] == UInt8(ascii: "?") {
                at += 1
                position += 1
            } else if let last = star {
                star = (last.at, last.position + 1)
                at = last.at + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
