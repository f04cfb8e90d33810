import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct FolderRemovalTests {
    @Test func `an odd tree goes, and what its links point to stays`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("outside"), 0o755)
        try folder.write("kept", to: "outside/file")
        try OddTree.make(at: folder("tree"))
        try #require(symlink(folder("outside"), folder("tree/out")) == 0)
        let report = try FolderRemoval(of: folder("tree")).run()
        #expect(try WholeFile.names(in: folder.path) == ["outside"])
        #expect(try WholeFile.names(in: folder("outside")) == ["file"])
        #expect(report.folders == 8)
        #expect(report.bytes > 300_000)
    }

    @Test func `a chain of folders deeper than descriptors and paths reach goes, too`() throws {
        let folder = try TemporaryFolder()
        let script = """
            import os
            os.makedirs(os.sys.argv[1]); os.chdir(os.sys.argv[1])
            for i in range(3000): os.mkdir('folder'); os.chdir('folder')
            open('file', 'w').close()
            """
        try LoopVolume.run(["python3", "-c", script, folder("tree")])
        let report = try FolderRemoval(of: folder("tree")).run()
        #expect(report.folders == 3001)
        #expect(report.files == 1)
        #expect(try WholeFile.names(in: folder.path) == [])
    }

    @Test func `a removal that is cut short can be gone on with`() throws {
        let folder = try TemporaryFolder()
        try OddTree.make(at: folder("tree"))
        let aside = try FolderRemoval(of: folder("tree")).setAside()
        #expect(access(folder("tree"), F_OK) != 0, "the name is free at once")
        #expect(throws: SnapshotError.self) { try aside.run(deadline: Deadline(milliseconds: 0)) }
        #expect(try ScratchFolder.collectLeftovers(in: folder.path) == 1)
        #expect(try WholeFile.names(in: folder.path) == [])
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount"))
    func `what is mounted below is neither entered nor removed, and named`() throws {
        let folder = try TemporaryFolder()
        for name in ["tree", "tree/mounted", "bound"] { mkdir(folder(name), 0o755) }
        try folder.write("kept", to: "bound/file")
        try folder.write("x", to: "tree/file")
        try LoopVolume.run(["mount", "--bind", folder("bound"), folder("tree/mounted")])
        defer { _ = try? LoopVolume.run(["sh", "-c", "umount \"$0\"/.ah-removed-*/mounted", folder.path]) }
        let error = #expect(throws: SnapshotError.self) { try FolderRemoval(of: folder("tree")).run() }
        guard case .system(_, "mounted", EBUSY) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try WholeFile.names(in: folder("bound")) == ["file"])
    }

    @Test(arguments: ["/", "", "..", "a/..", "."]) func `what names no folder is refused`(path: String) {
        #expect(throws: SnapshotError.unsafePath(path)) { try FolderRemoval(of: path).run() }
    }
}
