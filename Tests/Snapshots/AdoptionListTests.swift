import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct AdoptionListTests {
    /// A workspace, a branch of it, and what is done to each before the branch is adopted.
    final class Case {
        let place: BranchPlace
        let branch: Branch
        let base: Snapshot
        var list: AdoptionList { AdoptionList(place.store, program: place.program) }

        init(_ files: [String: String] = Case.files) throws {
            place = try BranchPlace(files)
            base = try place.snapshot()
            branch = try place.branch("b", of: base)
        }

        static let files = [
            "keep": "keep\n", "text": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "gone": "gone\n", "folder/a": "a\n",
            "folder/b": "b\n",
            "script": "#!/bin/sh\n", ".git/config": "[core]\n",
        ]

        func inBranch(_ script: String) throws { try shell(script, in: branch.folder) }
        func inOriginal(_ script: String) throws { try shell(script, in: place.workspace) }

        private func shell(_ script: String, in folder: String) throws {
            let run = try CommandRun(
                ["bash", "-ec", script], environment: ["PATH": "/usr/bin:/bin"], workingDirectory: folder)
            try #require(run.status == 0, "\(run.errorText)")
        }

        func trees() throws -> AdoptionList.Trees {
            let provider = try place.provider()
            return AdoptionList.Trees(
                base: try provider.tree(of: base),
                branch: try provider.tree(of: try place.snapshot("adopt", of: branch.folder)),
                original: try provider.tree(of: try place.snapshot("before")))
        }

        @discardableResult func apply(
            afterStep: () -> Void = {}
        ) throws -> (plan: AdoptionPlan, record: AdoptionRecord?) {
            try list.apply(branch, trees(), snapshots: ("adopt@1", "before@1"), afterStep: afterStep)
        }

        func print(_ folder: String? = nil) throws -> [String] { try Self.contents(of: folder ?? place.workspace) }

        /// Names, kinds, modes and contents, but no times.
        static func contents(of folder: String) throws -> [String] {
            let script = #"""
                cd "$1"; find . -mindepth 1 -printf '%p|%y|%m|%l\n' | sort; find . -type f -print0 | sort -z | xargs -0 -r sha1sum
                """#
            let run = try CommandRun(
                ["bash", "-c", script, "bash", folder], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
            return run.text.split(separator: "\n").map(String.init)
        }
    }

    /// All kinds of changes at once.
    static let changes = """
        sed -i 's/^2$/two/' text; rm gone; chmod 755 script; rm -r folder; echo file > folder
        mkdir -p new/deep; echo x > new/deep/file; ln -s ../keep new/link; mkdir empty; mkdir .closed; chmod 700 .closed
        printf 'odd' > $'odd\\nname \\xe9'; echo changed >> .git/config
        """

    @Test func `all changes of a branch come over, but for its repository, and are undone by one call`() throws {
        let adoption = try Case()
        try adoption.inBranch(Self.changes)
        try adoption.inOriginal("sed -i 's/^8$/eight/' text; echo mine > mine")
        let before = try adoption.print()
        let plan = try adoption.list.plan(adoption.trees())
        #expect(try adoption.print() == before)
        let (done, record) = try adoption.apply()
        #expect(done == plan && plan.conflicts.isEmpty)
        #expect(record?.state == .applied && record?.left == [])
        #expect(try adoption.place.read("text") == "1\ntwo\n3\n4\n5\n6\n7\neight\n9\n")
        #expect(try adoption.place.read(".git/config") == "[core]\n")
        #expect(done.merged.map(\.printable) == ["text"])
        var expected = try adoption.print(adoption.branch.folder).filter {
            !$0.contains("text") && !$0.contains(".git")
        }
        expected += try adoption.print().filter { $0.contains("mine") }
        let now = try adoption.print().filter { !$0.contains("text") && !$0.contains(".git") }
        #expect(now.sorted() == expected.sorted())
        let (undone, conflicts) = try adoption.list.undo()
        #expect(conflicts.isEmpty && undone.state == .undone && undone.left == [])
        #expect(try adoption.print() == before)
        #expect(throws: SnapshotError.noSuchAdoption("last")) { try adoption.list.undo() }
        #expect(throws: SnapshotError.adoptionUndone(1)) { try adoption.list.undo(1) }
        #expect(throws: SnapshotError.noSuchAdoption("7")) { try adoption.list.undo(7) }
    }

    @Test(arguments: [
        ("sed -i 's/5/five/' text", "sed -i 's/5/V/' text", "text", AdoptionConflict.Reason.text),
        ("printf 'a\\0b' > text", "printf 'a\\0c' > text", "text", .binary),
        ("rm gone", "echo more >> gone", "gone", .deletedInBranch),
        ("echo more >> gone", "rm gone", "gone", .deletedInOriginal),
        ("chmod 755 script", "chmod 700 script", "script", .mode),
        ("echo 1 > added", "echo 2 > added", "added", .addedInBoth),
        ("rm keep; ln -s a keep", "echo x > keep", "keep", .kind),
        ("mkdir added; echo 1 > added/x", "echo 2 > added", "added", .addedInBoth),
        ("rm -r folder; echo file > folder", "echo c > folder/c", "folder", .notEmpty),
    ])
    func `with a conflict nothing is done at all`(
        branch: String, original: String, path: String, reason: AdoptionConflict.Reason
    ) throws {
        let adoption = try Case()
        try adoption.inBranch("\(branch); echo more > more; echo k >> keep || true")
        try adoption.inOriginal(original)
        let before = try BranchPlace.fingerprint(of: adoption.place.workspace)
        let (plan, record) = try adoption.apply()
        #expect(record == nil && plan.steps.isEmpty)
        #expect(
            plan.conflicts.contains(AdoptionConflict(path: try RelativePath(path), reason: reason)), "\(plan.conflicts)"
        )
        #expect(try BranchPlace.fingerprint(of: adoption.place.workspace) == before)
        #expect(try adoption.list.all().isEmpty)
    }

    @Test func `what changes between the snapshot and the adoption is not overwritten`() throws {
        let adoption = try Case()
        try adoption.inBranch("echo branch > keep; echo new > new")
        let trees = try adoption.trees()
        try adoption.inOriginal("echo mine > keep")
        let (plan, record) = try adoption.list.apply(adoption.branch, trees, snapshots: ("a@1", "b@1"))
        #expect(record == nil)
        #expect(plan.conflicts == [AdoptionConflict(path: try RelativePath("keep"), reason: .changedSince)])
        #expect(try adoption.place.read("keep") == "mine\n" && !adoption.place.exists("new"))
    }

    @Test func `what is changed while it is under way is left and named`() throws {
        let adoption = try Case()
        try adoption.inBranch("echo branch > keep; echo branch > script")
        var steps = 0
        let (_, record) = try adoption.apply {
            steps += 1
            if steps == 1 { try? adoption.place.write("mine\n", to: "script") }
        }
        #expect(record?.left == [AdoptionConflict(path: try RelativePath("script"), reason: .changedSince)])
        #expect(try adoption.place.read("script") == "mine\n" && adoption.place.read("keep") == "branch\n")
        #expect(try adoption.list.undo().conflicts.isEmpty)
        #expect(try adoption.place.read("script") == "mine\n" && adoption.place.read("keep") == "keep\n")
    }

    @Test func `undoing is refused as a whole where something was changed since`() throws {
        let adoption = try Case()
        try adoption.inBranch(Self.changes)
        try adoption.apply()
        try adoption.inOriginal("echo later >> text; echo later > new/deep/later")
        let before = try adoption.print()
        let (record, conflicts) = try adoption.list.undo()
        #expect(record.state == .applied)
        #expect(conflicts == [AdoptionConflict(path: try RelativePath("text"), reason: .changedSince)])
        #expect(try adoption.print() == before)
        try adoption.inOriginal("sed -i '/later/d' text")
        // The folder that holds something of the user's stays.
        let again = try adoption.list.undo()
        #expect(again.conflicts.isEmpty)
        #expect(again.record.left.map(\.path.printable).sorted() == ["new", "new/deep"])
        #expect(try adoption.place.read("new/deep/later") == "later\n" && adoption.place.read("folder/a") == "a\n")
    }

    @Test func `undone ones and the oldest are forgotten, and numbers are never given twice`() throws {
        let adoption = try Case()
        for number in 1...4 {
            try adoption.inBranch("echo x > new-\(number)")
            #expect(try adoption.apply().record?.id == UInt32(number))
            if number == 2 { #expect(try adoption.list.undo().conflicts.isEmpty) }
        }
        #expect(try adoption.list.collect(keeping: 1, isDryRun: true) == 3)
        #expect(try adoption.list.collect(keeping: 1) == 3)
        #expect(try adoption.list.all().map(\.id) == [4])
        #expect(try adoption.list.undo().conflicts.isEmpty)
        #expect(try adoption.list.collect() == 0)
        try adoption.inBranch("echo x > new-5")
        #expect(try adoption.apply().record?.id == 5)
    }

    @Test func `links are replaced, never followed`() throws {
        let adoption = try Case(["a/file": "1\n", "b": "1\n"])
        let outside = adoption.place.folder("outside")
        mkdir(outside, 0o755)
        try adoption.place.write("untouched\n", to: "file", in: outside)
        try adoption.inBranch("echo branch > a/file; echo 2 > b")
        try adoption.inOriginal("rm -r a; ln -s ../outside a; rm b; ln -s ../outside/file b")
        let (plan, record) = try adoption.apply()
        #expect(record == nil && plan.conflicts.count >= 2, "\(plan.conflicts)")
        #expect(try adoption.place.read("file", in: outside) == "untouched\n")
        // Even when the link is put there at the last moment.
        let late = try Case(["a/file": "1\n", "z": "1\n"])
        try late.inBranch("rm z; echo branch > a/file")
        _ = try late.apply { try? late.inOriginal("rm -rf a; ln -s \(outside) a") }
        #expect(try adoption.place.read("file", in: outside) == "untouched\n")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func `a replaced file keeps its owner and its attributes, a new one gets its folder's owner`() throws {
        let adoption = try Case()
        try adoption.inOriginal("chown 1234:2345 . text; setfattr -n user.note -v x text")
        try adoption.inBranch("echo more >> text; echo new > new")
        try adoption.apply()
        var info = stat()
        for name in ["text", "new"] {
            try #require(lstat("\(adoption.place.workspace)/\(name)", &info) == 0)
            #expect(info.st_uid == 1234 && info.st_gid == 2345, "\(name)")
        }
        try adoption.inOriginal("getfattr -n user.note text | grep -q '\"x\"'")
    }

    @Test(arguments: [1, 2, 4, 7, 10, 13])
    func `one that is killed on the way is finished by the next run, and so is its undoing`(step: Int) async throws {
        let adoption = try Case()
        try adoption.inBranch(Self.changes)
        let before = try adoption.print()
        _ = try adoption.trees()
        let root = adoption.place.folder.path
        for isUndo in [false, true] {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, step, isUndo = isUndo as Bool] in
                let store = try SnapshotStore(for: [root, "workspace"].joined(separator: "/"), below: "\(root)/state")
                let program = GitProgram(searchPath: "/usr/bin:/bin")
                let list = AdoptionList(store, program: program)
                var count = 0
                func strike() {
                    count += 1
                    if count == step { kill(getpid(), SIGKILL) }
                }
                if isUndo {
                    _ = try list.undo(afterStep: strike)
                } else {
                    let provider = try GitProvider(
                        store: store, folder: store.workspace, program: program, watches: false)
                    func tree(_ name: String) throws -> any SnapshotTree {
                        try provider.tree(of: SnapshotRecords(store).snapshot(SnapshotName(name)))
                    }
                    let trees = AdoptionList.Trees(
                        base: try tree("session@1"), branch: try tree("adopt@1"), original: try tree("before@1"))
                    _ = try list.apply(
                        BranchList(store).branch("b"), trees, snapshots: ("adopt@1", "before@1"), afterStep: strike)
                }
            }
            #expect(try adoption.list.all().map(\.state) == [isUndo ? .undoing : .applying])
            let finished = try adoption.list.recover()
            #expect(finished.map(\.state) == [isUndo ? .undone : .applied] && finished.first?.left == [])
            let wanted = isUndo ? before : try Case.contents(of: adoption.branch.folder)
            #expect(try adoption.print().filter { !$0.contains(".git") } == wanted.filter { !$0.contains(".git") })
            #expect(try adoption.list.recover().isEmpty)
        }
    }
}
