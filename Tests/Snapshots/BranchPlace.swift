import Glibc
import TestSupport

@testable import Snapshots

/// A workspace with a store of its own, both in a folder that goes with this object.
final class BranchPlace {
    let folder: TemporaryFolder
    let workspace: String
    let store: SnapshotStore
    let program = GitProgram(searchPath: "/usr/bin:/bin")

    init(_ files: [String: String] = ["readme": "hello\n", "src/main.c": "int main(void) { return 0; }\n"]) throws {
        folder = try TemporaryFolder()
        workspace = folder("workspace")
        mkdir(workspace, 0o755)
        store = try SnapshotStore(for: workspace, below: folder("state"))
        for (name, text) in files { try write(text, to: name) }
    }

    func provider(for folder: String? = nil) throws -> GitProvider {
        try GitProvider(store: store, folder: folder ?? workspace, program: program, watches: false)
    }

    var branches: BranchList { BranchList(store) }

    deinit {
        // Nothing stays mounted, even after a test that failed.
        for store in (try? SnapshotStore.all(below: folder("state"))) ?? [] {
            for name in (try? WholeFile.names(in: store.branches)) ?? [] {
                try? LayeredFolder.unmountAll(in: "\(store.branches)/\(name)")
            }
        }
    }

    /// - Parameter name: within the workspace, or within another folder.
    func write(_ text: String, to name: String, in place: String? = nil) throws {
        let path = "\(place ?? workspace)/\(name)"
        try WholeFile.makeFolders(String(path[..<path.lastIndex(of: "/")!]))
        let file = try OpenFile(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try file.write(Array(text.utf8))
    }

    func read(_ name: String, in place: String? = nil) throws -> String {
        String(decoding: try WholeFile.read("\(place ?? workspace)/\(name)"), as: UTF8.self)
    }

    func exists(_ name: String, in place: String? = nil) -> Bool {
        var info = stat()
        return lstat("\(place ?? workspace)/\(name)", &info) == 0
    }

    func snapshot(_ session: String = "session", of folder: String? = nil) throws -> Snapshot {
        try provider(for: folder).take(SnapshotRequest(session: session, reason: .manual, looksAtEverything: true))
    }

    func branch(_ name: String? = nil, of snapshot: Snapshot) throws -> Branch {
        try branches.create(BranchRequest(name: name), of: snapshot, with: provider()).branch
    }

    /// Everything that can be seen of a folder: names, kinds, modes, owners, times, contents.
    static func fingerprint(of folder: String) throws -> [String] {
        let script = #"""
            cd "$1"
            find . -printf '%p|%y|%m|%U:%G|%T@|%s|%l\n' | sort
            find . -type f -print0 | sort -z | xargs -0 -r sha1sum
            """#
        let run = try CommandRun(
            ["bash", "-c", script, "bash", folder], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
        return run.text.split(separator: "\n").map(String.init)
    }

    /// git as a user runs it in a folder of the test's, without this machine's settings.
    @discardableResult func git(_ arguments: String..., in place: String? = nil, status: Int32 = 0) throws -> String {
        let run = try CommandRun(
            ["git", "-c", "init.defaultBranch=main"] + arguments, environment: Self.gitEnvironment,
            workingDirectory: place ?? workspace)
        guard run.status == status else {
            throw SnapshotError.program(command: "git \(arguments)", status: run.status, message: run.errorText)
        }
        return run.text
    }

    static let gitEnvironment = [
        "PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com",
        "GIT_COMMITTER_NAME": "C O Mitter", "GIT_COMMITTER_EMAIL": "committer@example.com",
    ]
}
