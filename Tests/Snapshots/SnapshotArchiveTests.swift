import TestSupport
import Testing

@testable import Snapshots

struct SnapshotArchiveTests {
    private func archive(_ bench: SnapshotBench) -> SnapshotArchive {
        SnapshotArchive(state: bench.folder("state"), searchPath: "/usr/local/bin:/usr/bin:/bin")
    }

    @Test func `a snapshot is found by its name, by the beginning of its session, and as the last`() throws {
        let bench = try SnapshotBench()
        let provider = try bench.provider()
        for (session, text) in [("abc-1", "1"), ("abc-1", "2"), ("abd-1", "3"), ("abc", "4")] {
            try bench.write(text, "file")
            _ = try provider.take(session)
        }
        let archive = archive(bench)
        #expect(try archive.find("abc-1@1").snapshot.name == "abc-1@1")
        #expect(try archive.find("abd@1").snapshot.name == "abd-1@1")
        #expect(try archive.find("abc-1").snapshot.name == "abc-1@2")
        #expect(try archive.find("abc@1").snapshot.name == "abc@1", "a whole id comes before the beginning of another")
        #expect(throws: SnapshotError.ambiguous("ab@1", candidates: ["abc", "abc-1", "abd-1"])) {
            try archive.find("ab@1")
        }
        #expect(throws: SnapshotError.self) { try archive.find("abc-1@9") }
        #expect(throws: SnapshotError.self) { try archive.find("../x@1") }
        let tree = try archive.tree(of: archive.find("abd@1"))
        #expect(try tree.contents(RelativePath("file")) == Array("3".utf8))
    }

    @Test func `the log of a path has the snapshots at which it changed`() throws {
        let bench = try SnapshotBench()
        let provider = try bench.provider()
        let steps = [
            "echo 1 > other", "mkdir d; echo 1 > d/f", "echo 2 > other", "echo 2 > d/f", "chmod 700 d/f",
            "rm d/f; ln -s x d/f", "rm d/f",
        ]
        for step in steps {
            try bench.shell(step)
            _ = try provider.take()
        }
        let log = try archive(bench).log(of: RelativePath("d/f"), session: "s")
        #expect(
            log.map { "\($0.found.snapshot.number) \($0.kind.rawValue)" } == [
                "2 added", "4 modified", "5 attributes", "6 retyped", "7 deleted",
            ])
        let folder = try archive(bench).log(of: RelativePath("d"), session: "s")
        #expect(folder.map(\.found.snapshot.number) == [2, 4, 5, 6, 7])
    }

    @Test func `a snapshot outlives its workspace`() throws {
        let bench = try SnapshotBench()
        try bench.write("x", "a/b")
        let snapshot = try bench.provider().take()
        try bench.shell("rm -rf work", in: bench.folder.path)
        let archive = archive(bench)
        let found = try archive.find(snapshot.name)
        _ = try archive.materialise(found, at: bench.folder("copy"))
        #expect(try FolderTree(bench.folder("copy")).contents(RelativePath("a/b")) == Array("x".utf8))
        #expect(throws: SnapshotError.exists(path: bench.folder("copy"))) {
            try archive.materialise(found, at: bench.folder("copy"))
        }
    }
}
