import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct SnapshotComparisonTests {
    /// A folder, changed in every way, as snapshots and as plain folders.
    private struct Pair {
        let bench: SnapshotBench
        let provider: GitProvider
        let trees: [(String, any SnapshotTree, any SnapshotTree)]

        init() throws {
            bench = try SnapshotBench()
            try bench.shell(
                """
                mkdir -p a/b gone keep; seq 1 50 > a/b/numbers; echo same > keep/same; echo x > gone/file; echo t > turns
                printf 'a\\0b' > binary; echo mode > mode; ln -s one link; echo r > becomes; echo n > $'odd\\n"name'
                mkdir -p a/.git; echo c > a/.git/config; chmod 644 mode
                """)
            provider = try bench.provider()
            let first = try provider.take()
            _ = try provider.materialise(first, at: bench.folder("before"), deadline: .never)
            try bench.shell(
                """
                sed -i 's/^25$/twenty-five/; 40d' a/b/numbers; rm -r gone; rm turns; mkdir turns; echo in > turns/in
                printf 'a\\0c' > binary; chmod 600 mode; ln -sfn two link; rm becomes; ln -s r becomes
                echo m >> $'odd\\n"name'; echo d >> a/.git/config; echo new > new; printf 'no end' > end
                """)
            let second = try provider.take()
            trees = [
                ("git", try provider.tree(of: first), try provider.tree(of: second)),
                ("folders", try FolderTree(bench.folder("before")), try FolderTree(bench.workspace)),
                ("mixed", try provider.tree(of: first), try FolderTree(bench.workspace)),
                ("live", try provider.tree(of: first), try provider.current()),
            ]
        }
    }

    @Test func `the same changes are found whatever the trees are`() throws {
        let pair = try Pair()
        let expected: [(String, FileChange.Kind)] = [
            ("a/.git/config", .modified), ("a/b/numbers", .modified), ("becomes", .retyped), ("binary", .modified),
            ("end", .added), ("gone/file", .deleted), ("link", .modified), ("mode", .attributes), ("new", .added),
            ("odd\n\"name", .modified), ("turns", .deleted), ("turns/in", .added),
        ]
        for (name, old, new) in pair.trees {
            var options = SnapshotComparison.Options()
            options.findsRenames = false
            options.countsLines = true
            let changes = try SnapshotComparison(old, new).changes(options)
            #expect(
                changes.map { "\($0.path)" } == expected.map { "\(RelativePath(unchecked: Array($0.0.utf8)))" },
                "\(name)")
            #expect(changes.map(\.kind) == expected.map(\.1), "\(name)")
            let numbers = try #require(changes.first { $0.path.printable == "a/b/numbers" })
            #expect(numbers.added == 1 && numbers.deleted == 2, "\(name)")
            #expect(changes.first { $0.path.printable == "binary" }?.isBinary == true, "\(name)")
            #expect(changes.first { $0.path.printable == "mode" }?.note == "mode 644 → 600", "\(name)")
            #expect(try SnapshotComparison(new, new).changes(options).isEmpty, "\(name)")
        }
    }

    @Test func `a patch applied to the old files makes the new ones`() throws {
        let pair = try Pair()
        for (name, old, new) in pair.trees {
            let copy = pair.bench.folder("patched \(name)")
            try pair.bench.shell("cp -a ../before '\(copy)'; cp binary '\(copy)/binary'")
            var options = SnapshotComparison.Options()
            options.findsRenames = false
            let patch = try SnapshotComparison(old, new).patch(options)
            let text = String(decoding: patch, as: UTF8.self)
            #expect(text.contains("Binary files"), "\(name)")
            let hunks = text.split(separator: "diff --git ").filter {
                !$0.contains("Binary files") && $0.contains("@@")
            }
            .filter { !$0.hasPrefix("a/a/.git") && !$0.contains("120000") }
            let applied = try CommandRun(
                ["git", "apply", "--unsafe-paths", "-v", "-"],
                environment: TestEnvironment.variables(home: pair.bench.folder.path),
                workingDirectory: copy, input: Array(hunks.map { "diff --git \($0)" }.joined().utf8))
            #expect(applied.status == 0, "\(name): \(applied.errorText)\n\(text)")
            let differences = try pair.bench.shell("diff -rq --no-dereference . '\(copy)' || true").text.split(
                separator: "\n")
            let left = differences.filter { !["becomes", "link", "config", ": gone"].contains(where: $0.contains) }
            #expect(left.isEmpty, "\(name): \(left)")
        }
    }

    @Test func `a renamed file is one change`() throws {
        let bench = try SnapshotBench()
        try bench.shell("seq 1 100 > old; mkdir to")
        let provider = try bench.provider()
        let first = try provider.take()
        try bench.shell("mv old to/new; echo 101 >> to/new")
        let changes = try SnapshotComparison(provider.tree(of: first), provider.current()).changes()
        #expect(changes.count == 1)
        #expect(changes.first?.kind == .renamed && changes.first?.oldPath?.printable == "old")
        #expect(changes.first?.path.printable == "to/new")
    }

    @Test func `attributes that only a manifest holds are changes`() throws {
        let bench = try SnapshotBench()
        try bench.shell("echo x > a; echo y > b; mkdir c e; mkfifo p")
        let provider = try bench.provider()
        let first = try provider.take()
        try bench.shell("setfattr -n user.note -v x a; chmod 700 c; rm p; mkfifo q; touch b; rmdir e; mkdir -p f/g")
        let changes = try SnapshotComparison(provider.tree(of: first), provider.current()).changes()
        #expect(
            changes.map { "\($0.path) \($0.kind.rawValue) \($0.note ?? "")" } == [
                "a attributes extended attributes", "c attributes mode 755 → 700", "e deleted ", "f/g added ",
                "p deleted ", "q added ",
            ])
    }

    @Test func `a comparison can be limited to some paths`() throws {
        let bench = try SnapshotBench()
        try bench.shell("mkdir -p a/.git b; echo 1 > a/x; echo 1 > b/x; echo 1 > a/.git/x; echo 1 > ab")
        let provider = try bench.provider()
        let first = try provider.take()
        try bench.shell("for f in a/x b/x a/.git/x ab; do echo 2 > $f; done")
        for new in [try provider.current(), try FolderTree(bench.workspace)] {
            var options = SnapshotComparison.Options()
            options.paths = [try RelativePath("a")]
            let changes = try SnapshotComparison(provider.tree(of: first), new).changes(options)
            #expect(changes.map(\.path.printable) == ["a/.git/x", "a/x"])
            #expect(
                !String(decoding: try SnapshotComparison(provider.tree(of: first), new).patch(options), as: UTF8.self)
                    .contains("b/x"))
        }
    }
}
