import Glibc

/// The store's own bare repository: made without git's help, so that no template or setting of the user's gets into it.
struct GitRepository {
    let path: String

    init(_ path: String) { self.path = path }

    private static let configuration = """
        [core]
        \trepositoryformatversion = 0
        \tfilemode = true
        \tbare = true
        \tlogAllRefUpdates = false
        [gc]
        \tauto = 0
        [maintenance]
        \tauto = false
        [fsck]
        \tgitmodulesUrl = ignore
        \tgitmodulesParse = ignore
        \tgitmodulesName = ignore
        \tgitmodulesPath = ignore
        \tgitmodulesUpdate = ignore
        \tgitmodulesSymlink = ignore
        \tgitmodulesBlob = ignore
        \tgitmodulesLarge = ignore
        [transfer]
        \tunpackLimit = 1

        """

    /// Makes what isn't there.
    func prepare() throws(SnapshotError) {
        for folder in ["objects/pack", "objects/info", "refs/heads", "info"] {
            try WholeFile.makeFolders("\(path)/\(folder)")
        }
        let files = [
            ("config", Self.configuration), ("info/attributes", "* -text -filter -ident -working-tree-encoding\n"),
            ("HEAD", "ref: refs/heads/none\n"),
        ]
        for (name, text) in files where access("\(path)/\(name)", F_OK) != 0 {
            try WholeFile.replace("\(path)/\(name)", with: Array(text.utf8), durable: true)
        }
    }

    static func ref(_ session: String, _ number: UInt32) -> String { "refs/ah/sessions/\(session)/snapshots/\(number)" }

    func setRef(_ name: String, to id: ObjectID) throws(SnapshotError) {
        let file = "\(path)/\(name)"
        try WholeFile.makeFolders(String(file.prefix(upTo: file.lastIndex(of: "/")!)))
        // Not among the refs: one that a killed process left half written would be a broken ref to git.
        try WholeFile.replace(
            file, with: Array("\(id.hex)\n".utf8), durable: false, from: "\(path)/objects/pack/tmp_ah_ref")
    }

    func removeRef(_ name: String) throws(SnapshotError) {
        guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else { throw .last("delete", "\(path)/\(name)") }
    }

    /// A commit without parents, so that deleting one frees what only it needs.
    static func commit(tree: ObjectID, milliseconds: Int64, message: String) -> [UInt8] {
        let signature = "ah <ah@localhost> \(max(0, milliseconds / 1000)) +0000"
        return Array("tree \(tree.hex)\nauthor \(signature)\ncommitter \(signature)\n\n\(message)".utf8)
    }
}
