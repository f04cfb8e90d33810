import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct GitFidelityTests {
    @Test func `a tree of oddities comes back attribute by attribute`() throws {
        let bench = try SnapshotBench()
        try bench.remove("")
        try OddTree.make(at: bench.workspace)
        let original = try OddTree.description(of: bench.workspace)
        let provider = try bench.provider()
        let snapshot = try provider.take()
        #expect(snapshot.fuzzy.isEmpty && snapshot.skipped.isEmpty)
        let copy = bench.folder("copy")
        let report = try provider.materialise(snapshot, at: copy, deadline: .never)
        #expect(report.lost.isEmpty, "\(report.lost)")
        let difference = try OddTree.difference(of: copy, from: original)
        #expect(difference.isEmpty, "\(difference.joined(separator: "\n"))")
        #expect(try OddTree.difference(of: bench.workspace, from: original).isEmpty, "the workspace was touched")
        #expect(try bench.complaints() == "")
        try bench.shell("chmod -R u+rwx .; chmod -R u+rwx \(copy)")
    }

    /// 1 GB of a hole with some bytes in it, and 150 MB that fill their blocks.
    static let large = """
        truncate -s 1G sparse; printf data | dd of=sparse bs=1 seek=900M conv=notrunc 2>/dev/null
        head -c 150M /dev/zero | tr '\\0' x > dense; echo small > small
        """

    @Test func `files over the limit are named, and the limit is the user's`() throws {
        let bench = try SnapshotBench()
        try bench.shell(Self.large)
        let provider = try bench.provider()
        let snapshot = try provider.take()
        #expect(Set(snapshot.skipped.first.map(\.path.printable)) == ["sparse", "dense"])
        let report = try provider.materialise(snapshot, at: bench.folder("copy"), deadline: .never)
        #expect(Set(report.lost.first.map(\.path.printable)) == ["sparse", "dense"])
        #expect(try bench.shell("ls", in: bench.folder("copy")).text == "small\n")

        try provider.saveIndex()
        let roomy = try bench.provider(SnapshotPolicy(excluded: [], largestFile: 200 << 20))
        let second = try roomy.take("roomy", everything: true)
        #expect(second.skipped.first.map(\.path.printable) == ["sparse"])
        _ = try roomy.materialise(second, at: bench.folder("second"), deadline: .never)
        #expect(try bench.shell("cmp dense ../second/dense").status == 0)
        #expect(try bench.store.size() < 20 << 20)
        try roomy.saveIndex()
        let strict = try bench.provider(SnapshotPolicy(excluded: [], largestFile: 1)).take("strict", everything: true)
        #expect(Set(strict.skipped.first.map(\.path.printable)) == ["sparse", "dense", "small"])
    }

    @Test(arguments: [
        ".git", ".GIT", "git~1", ".git ", ".git.", ".g\u{200c}it", "%ah", "%ah.git", "%ahx", ".git\\x", ".git:x",
    ])
    func `names that git refuses are kept`(name: String) throws {
        let bench = try SnapshotBench()
        try bench.write("folder", "a/\(name)/config")
        try bench.write("file", "b/\(name)")
        try bench.write("beside", "b/.gita")
        let provider = try bench.provider()
        let snapshot = try provider.take()
        #expect(try provider.text(snapshot, "a/\(name)/config") == "folder")
        #expect(try provider.text(snapshot, "b/\(name)") == "file")
        _ = try provider.materialise(snapshot, at: bench.folder("copy"), deadline: .never)
        #expect(try bench.shell("diff -r . ../copy").status == 0)
        #expect(try bench.complaints() == "")
    }

    @Test func `line ends and attributes of a repository change no content`() throws {
        let bench = try SnapshotBench()
        try bench.shell(
            """
            git init -q . ; printf '* text=auto eol=crlf\\n*.x filter=f ident\\n' > .gitattributes
            printf 'a\\r\\nb\\n' > mixed; printf '$Id$\\n' > id.x; printf '\\xff\\xfea' > wide; echo ignored > .gitignore; echo i > ignored
            printf '[submodule "x"]\\n path=../x\\n url=--evil\\n' > .gitmodules
            git -c user.name=a -c user.email=b add -A; git -c user.name=a -c user.email=b commit -qm c
            mkdir sub; git init -q sub; echo inner > sub/file; git -C sub -c user.name=a -c user.email=b add -A
            git -C sub -c user.name=a -c user.email=b commit -qm inner
            """)
        let provider = try bench.provider()
        let snapshot = try provider.take()
        _ = try provider.materialise(snapshot, at: bench.folder("copy"), deadline: .never)
        #expect(try bench.shell("diff -r . ../copy").status == 0)
        #expect(
            try bench.shell("git status --porcelain; git -C sub log --format=%s", in: bench.folder("copy")).text
                == "?? sub/\ninner\n")
        #expect(try bench.complaints() == "")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to mount"))
    func `a file system of the kernel is in the manifest with the reason`() throws {
        let bench = try SnapshotBench()
        try bench.write("open", "open")
        try bench.shell("mkdir proc; mount --bind /proc proc")
        defer { _ = try? bench.shell("umount proc") }
        let provider = try bench.provider()
        let snapshot = try provider.take()
        #expect(snapshot.skipped.count == 1)
        let entry = try #require(try provider.tree(of: snapshot).entry(at: RelativePath("proc")))
        #expect(entry.kind == .missing && entry.note == "a file system of the kernel")
        let report = try provider.materialise(snapshot, at: bench.folder("copy"), deadline: .never)
        #expect(report.lost.count == 1)
    }

    @Test func `holes stay holes and a large file is streamed`() throws {
        let bench = try SnapshotBench()
        try bench.shell("truncate -s 30M hole; head -c 9000000 /dev/urandom > large; cp large same; echo x >> hole")
        let provider = try bench.provider()
        let snapshot = try provider.take()
        #expect(try #require(snapshot.bytesAdded) < 9_300_000, "equal contents are stored once")
        let copy = bench.folder("copy")
        _ = try provider.materialise(snapshot, at: copy, deadline: .never)
        #expect(try bench.shell("cmp hole ../copy/hole; cmp large ../copy/large").status == 0)
        #expect(try DiskUse.of(copy) < 20_000_000)
        #expect(try bench.complaints() == "")
        let tree = try provider.tree(of: snapshot)
        #expect(try tree.read(RelativePath("hole"), from: 31_457_279, count: 10) == [0] + Array("x\n".utf8))
        #expect(try tree.read(RelativePath("hole"), from: 10, count: 3) == [0, 0, 0])
    }
}
