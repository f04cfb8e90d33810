import Glibc

/// What someone who works in a branch should know beforehand.
public enum BranchRemarks {
    /// git finds the user's own repository from a branch when that doesn't lie in the workspace as a whole.
    public static func of(_ branch: Branch) -> [String] {
        if let target = linkedRepository(in: branch.folder) {
            return ["its .git leads to \(target): what git changes in the branch, it changes in that repository"]
        }
        guard access("\(branch.folder)/.git", F_OK) != 0 else { return [] }
        var path = branch.workspace
        while let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            path = String(path[..<slash])
            if access("\(path)/.git", F_OK) == 0 {
                return [
                    "it lies in the repository \(path): what git changes in the branch, it changes in that repository"
                ]
            }
        }
        return []
    }

    /// Where a `.git` that is a file, as in worktrees and submodules, leads to.
    static func linkedRepository(in folder: String) -> String? {
        var info = stat()
        guard lstat("\(folder)/.git", &info) == 0 else { return nil }
        if info.st_mode & S_IFMT == S_IFLNK { return "elsewhere through a link" }
        guard info.st_mode & S_IFMT == S_IFREG, let bytes = try? WholeFile.read("\(folder)/.git", limit: 1 << 16)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("gitdir: ") else { return nil }
        return String(text.dropFirst(8).prefix { $0 != "\n" })
    }
}
