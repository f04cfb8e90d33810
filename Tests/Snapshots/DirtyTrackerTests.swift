import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct DirtyTrackerTests {
    private func scanner(_ bench: SnapshotBench, _ tracker: DirtyTracker) -> FolderScanner {
        FolderScanner(path: bench.workspace, policy: .standard, tracker: tracker, ownFolders: [])
    }

    private func writer(_ bench: SnapshotBench) throws -> PackWriter {
        try GitRepository(bench.store.objects).prepare()
        return PackWriter(objects: bench.store.objects, stored: ObjectLookup(objects: bench.store.objects))
    }

    @Test func `a scan looks at the folders that changed and at no others`() throws {
        let bench = try SnapshotBench()
        for index in 0..<30 { try bench.write("\(index)", "a/d\(index)/file") }
        let scanner = scanner(bench, DirtyTracker())
        let writer = try writer(bench)
        let first = try scanner.scan(into: writer, everything: false, deadline: .never)
        #expect(scanner.foldersLookedAt == 32 && scanner.tracker.state == .watching(folders: 32))
        #expect(try scanner.scan(into: writer, everything: false, deadline: .never) == first)
        // A child that a test beside this one starts may hold a file's descriptor for a moment longer: its close is an
        // event. Without watches it would be all 32.
        #expect(scanner.foldersLookedAt <= 2)
        try bench.shell("echo more >> a/d7/file; chmod 700 a/d9")
        #expect(try scanner.scan(into: writer, everything: false, deadline: .never) != first)
        #expect((2...6).contains(scanner.foldersLookedAt))
    }

    @Test func `with more folders than may be watched nothing is, and changes are found all the same`() throws {
        let bench = try SnapshotBench()
        for index in 0..<5 { try bench.write("\(index)", "d\(index)/file") }
        let scanner = scanner(bench, DirtyTracker(mostFolders: 3))
        let writer = try writer(bench)
        let first = try scanner.scan(into: writer, everything: false, deadline: .never)
        #expect(scanner.tracker.state == .off("there are more than 3 folders"))
        #expect(scanner.tracker.descriptor == -1)
        try bench.write("changed", "d4/file")
        #expect(try scanner.scan(into: writer, everything: false, deadline: .never) != first)
    }

    @Test func `folders that go free their watches`() throws {
        let bench = try SnapshotBench()
        let scanner = scanner(bench, DirtyTracker())
        let writer = try writer(bench)
        for _ in 0..<3 {
            try bench.shell("mkdir -p a/b/c x/y; mv x a/b/z")
            _ = try scanner.scan(into: writer, everything: false, deadline: .never)
            #expect(scanner.tracker.state == .watching(folders: 6))
            try bench.shell("rm -r a")
            _ = try scanner.scan(into: writer, everything: false, deadline: .never)
            #expect(scanner.tracker.state == .watching(folders: 1))
        }
    }

    @Test func `a write under another name of a file is seen`() throws {
        let bench = try SnapshotBench()
        try bench.shell("mkdir a b; echo 1 > a/one; ln a/one b/two")
        let provider = try bench.provider()
        _ = try provider.take()
        try bench.shell("echo 22 > b/two")
        let snapshot = try provider.take()
        #expect(try provider.text(snapshot, "a/one") == "22\n" && provider.text(snapshot, "b/two") == "22\n")
    }

    @Test func `a workspace that is replaced by another folder is looked at anew`() throws {
        let bench = try SnapshotBench()
        try bench.write("old", "file")
        let provider = try bench.provider()
        _ = try provider.take()
        try bench.shell("mv work gone; mkdir work; echo new > work/other", in: bench.folder.path)
        let snapshot = try provider.take()
        #expect(try provider.tree(of: snapshot).entries(in: .root).map(\.name) == [Array("other".utf8)])
        try bench.write("later", "other")
        #expect(try provider.text(provider.take(), "other") == "later")
    }
}
