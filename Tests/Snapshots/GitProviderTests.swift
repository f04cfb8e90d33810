import Testing

@testable import Snapshots

struct GitProviderTests {
    @Test func `each snapshot keeps the files as they were`() throws {
        let bench = try SnapshotBench()
        try bench.write("one", "a/b/c.txt")
        try bench.write("other", "d.txt")
        let provider = try bench.provider()
        let first = try provider.take()
        try bench.write("two", "a/b/c.txt")
        try bench.remove("d.txt")
        try bench.write("new", "e/f.txt")
        let second = try provider.take()
        #expect(first.number == 1 && second.number == 2 && second.sameAs == nil)
        #expect(try provider.text(first, "a/b/c.txt") == "one")
        #expect(try provider.text(second, "a/b/c.txt") == "two")
        #expect(try provider.tree(of: second).entry(at: RelativePath("d.txt")) == nil)
        #expect(try provider.text(second, "e/f.txt") == "new")
        #expect(try provider.list() == [first, second])
        #expect(try bench.complaints() == "")
    }

    @Test func `an unchanged folder makes no new snapshot`() throws {
        let bench = try SnapshotBench()
        try bench.write("one", "a.txt")
        let provider = try bench.provider()
        let first = try provider.take()
        let again = try provider.take(label: "again")
        #expect(again.number == first.number && again.sameAs == first.number && again.label == "again")
        #expect(try provider.take(everything: true).sameAs == first.number)
        #expect(try provider.list().count == 1)
        let other = try bench.provider().take()
        #expect(other.sameAs == first.number, "a new process of the same session finds the last one")
    }

    @Test func `a change after another is seen through the watch of a new folder`() throws {
        let bench = try SnapshotBench()
        let provider = try bench.provider()
        var snapshots: [Snapshot] = []
        for round in 0..<5 {
            try bench.write("\(round)", "new/\(round)/deep/file")
            snapshots.append(try provider.take())
            try bench.write("changed \(round)", "new/\(round)/deep/file")
            snapshots.append(try provider.take())
        }
        #expect(snapshots.map(\.number) == Array(1...10))
        for round in 0..<5 {
            #expect(try provider.text(snapshots[9], "new/\(round)/deep/file") == "changed \(round)")
            #expect(try provider.text(snapshots[2 * round], "new/\(round)/deep/file") == "\(round)")
        }
        #expect(try provider.take(everything: true).sameAs == 10)
        #expect(try bench.complaints() == "")
    }

    @Test func `a folder that moves takes its files along`() throws {
        let bench = try SnapshotBench()
        try bench.write("x", "a/b/c/file")
        try bench.write("y", "z/file")
        let provider = try bench.provider()
        _ = try provider.take()
        try bench.shell("mv a/b z/moved; mv z q")
        let moved = try provider.take()
        #expect(try provider.text(moved, "q/moved/c/file") == "x")
        #expect(try provider.tree(of: moved).entry(at: RelativePath("z")) == nil)
        try bench.write("after", "q/moved/c/file")
        #expect(try provider.text(provider.take(), "q/moved/c/file") == "after")
        #expect(try provider.take(everything: true).sameAs == 3)
    }

    @Test func `a deleted snapshot's space comes back and the others stay`() throws {
        let bench = try SnapshotBench()
        let provider = try bench.provider()
        try bench.write("kept", "kept.txt")
        let first = try provider.take()
        try bench.write(incompressible(3_000_000), "big")
        let second = try provider.take()
        try bench.remove("big")
        let third = try provider.take()
        try provider.delete([second])
        let dry = try provider.collectGarbage(GarbageRequest(isDryRun: true))
        #expect(dry.bytesFreed > 2_900_000)
        let report = try provider.collectGarbage(GarbageRequest())
        #expect(report.bytesFreed > 2_900_000 && report.leftovers == 0)
        #expect(try provider.text(first, "kept.txt") == "kept" && provider.text(third, "kept.txt") == "kept")
        #expect(try provider.list() == [first, third])
        try bench.write("more", "more.txt")
        #expect(try provider.text(provider.take(), "more.txt") == "more")
        #expect(try bench.complaints() == "")
    }

    @Test func `files that are excluded or too large are left out, and the latter are noted`() throws {
        let bench = try SnapshotBench()
        try bench.write(String(repeating: "x", count: 2000), "large")
        try bench.write("x", "small")
        try bench.write("x", "deep/node_modules/x")
        try bench.write("x", "out/cache/x")
        try bench.write("x", "a.iso")
        let policy = SnapshotPolicy(excluded: ["node_modules", "out/cache", "*.iso"], largestFile: 1000)
        let provider = try bench.provider(policy)
        let snapshot = try provider.take()
        let tree = try provider.tree(of: snapshot)
        #expect(try tree.entries(in: .root).map(\.name) == ["deep", "large", "out", "small"].map { Array($0.utf8) })
        #expect(try tree.entry(at: RelativePath("large"))?.kind == .missing)
        #expect(try tree.entries(in: RelativePath("deep")).isEmpty)
        #expect(try tree.entries(in: RelativePath("out")).isEmpty)
        #expect(snapshot.skipped.count == 1)
        #expect(snapshot.skipped.first.first?.path == (try RelativePath("large")))
    }

    @Test func `a store in the workspace isn't part of its snapshots`() throws {
        let bench = try SnapshotBench()
        let store = try SnapshotStore(for: bench.workspace, below: "\(bench.workspace)/state")
        try bench.write("x", "file")
        let provider = try GitProvider(store: store, folder: bench.workspace, program: SnapshotBench.program)
        _ = try provider.take()
        #expect(try provider.take().sameAs == 1)
        #expect(try provider.take(everything: true).sameAs == 1)
    }

    @Test func `what the index remembers isn't read again, and what it doesn't know is`() throws {
        let bench = try SnapshotBench()
        for index in 0..<20 { try bench.write("\(index)", "folder \(index % 3)/\(index)") }
        let first = try bench.provider()
        _ = try first.take()
        try first.saveIndex()
        try bench.write("changed", "folder 1/4")
        let second = try bench.provider()
        let snapshot = try second.take()
        #expect(snapshot.sameAs == nil)
        #expect(try second.text(snapshot, "folder 1/4") == "changed")
        #expect(try second.text(snapshot, "folder 2/5") == "5")
        try second.saveIndex()
        // A torn index is no index.
        let path = bench.store.indexPath(for: bench.workspace)
        try WholeFile.replace(path, with: Array(try WholeFile.read(path).dropLast(7)), durable: false)
        #expect(try bench.provider().take().sameAs == snapshot.number)
    }
}
