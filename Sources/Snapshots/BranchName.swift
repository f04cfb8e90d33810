/// What a branch may be called, and which one a user means.
enum BranchName {
    /// - Throws: `invalidBranchName` with what is wrong.
    static func check(_ name: String) throws(SnapshotError) {
        guard name != "live" else {
            throw .invalidBranchName(name, reason: "it stands for the workspace as it is now")
        }
        guard SnapshotName.isUsable(name) else {
            throw .invalidBranchName(
                name, reason: "1 to 100 letters, digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`")
        }
    }

    /// The beginning of the session's id and the snapshot's number: `3f2a9c41-7`; then `3f2a9c41-7.2` and so on.
    static func candidates(for snapshot: Snapshot) -> some Sequence<String> {
        let session = String(snapshot.session.prefix(8))
        // A cut id may end in what a name can't.
        let base = SnapshotName.isUsable("\(session)-\(snapshot.number)") ? session : "branch"
        return (1...).lazy.map { $0 == 1 ? "\(base)-\(snapshot.number)" : "\(base)-\(snapshot.number).\($0)" }
    }

    /// The one of this name, or the only one that begins with it.
    static func resolve(_ text: String, among names: [String]) throws(SnapshotError) -> String {
        if names.contains(text) { return text }
        let found = text.isEmpty ? [] : names.filter { $0.hasPrefix(text) }
        guard found.count == 1 else { throw .noSuchBranch(text, candidates: found.isEmpty ? names : found) }
        return found[0]
    }
}
