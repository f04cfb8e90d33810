import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct AdoptionPatchTests {
    @Test func `the patch applied to the base gives the branch, binary files and odd names included`() throws {
        let adoption = try AdoptionListTests.Case()
        try adoption.inBranch(
            AdoptionListTests.changes + """
                ; head -c 20000 /dev/urandom > binary; cp keep "with 'quotes\\" and spaces"; : > nothing; mkfifo pipe
                mkdir -p nested/.git; echo x > nested/.git/HEAD; echo y > nested/file; printf 'no newline' > keep
                """)
        let trees = try adoption.trees()
        let patch = try AdoptionPatch(store: adoption.place.store, program: adoption.place.program)
            .make(from: trees.base, to: trees.branch)
        #expect(patch.skipped.first.map(\.path.printable) == ["pipe"])
        // Applied in the workspace, which is still as the branch's base was.
        let run = try CommandRun(
            ["git", "apply", "--whitespace=nowarn", "-"], environment: BranchPlace.gitEnvironment,
            workingDirectory: adoption.place.workspace, input: patch.text)
        #expect(run.status == 0, "\(run.errorText)")
        // Folders without files, fifos and fine modes are what a patch can't say.
        func comparable(_ lines: [String]) -> [String] {
            lines.filter { !$0.contains("|d|") && !$0.contains("|p|") && !$0.contains(".git") }
        }
        let expected = comparable(try adoption.print(adoption.branch.folder))
        #expect(comparable(try adoption.print()) == expected && expected.count > 15)
        #expect(!String(decoding: patch.text, as: UTF8.self).contains(".git/"))
        #expect(try WholeFile.names(in: adoption.place.store.scratch).isEmpty)
    }

    @Test func `nothing changed is an empty patch`() throws {
        let adoption = try AdoptionListTests.Case()
        try adoption.inBranch("echo x >> .git/config; mkdir empty")
        let trees = try adoption.trees()
        let patch = try AdoptionPatch(store: adoption.place.store, program: adoption.place.program)
            .make(from: trees.base, to: trees.branch)
        #expect(patch.text.isEmpty && patch.files == 0)
    }

    @Test func `trees of folders give the same patch as snapshots`() throws {
        let adoption = try AdoptionListTests.Case()
        try adoption.inBranch(AdoptionListTests.changes)
        let trees = try adoption.trees()
        let maker = AdoptionPatch(store: adoption.place.store, program: adoption.place.program)
        let folders = try maker.make(
            from: FolderTree(adoption.place.workspace), to: FolderTree(adoption.branch.folder))
        #expect(folders == (try maker.make(from: trees.base, to: trees.branch)))
    }
}
