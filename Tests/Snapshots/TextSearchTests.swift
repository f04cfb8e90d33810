import TestSupport
import Testing

@testable import Snapshots

struct TextSearchTests {
    @Test func `lines are found in snapshots and in folders alike`() throws {
        let bench = try SnapshotBench()
        try bench.shell(
            """
            mkdir -p a/.git; printf 'one\\nTwo (2)\\nthree\\n' > a/text; printf 'two\\0' > binary; echo 'two (2)' > a/.git/x
            echo 'two: [2]' > $'b:\\n1'; ln -s a/text link
            """)
        let provider = try bench.provider()
        let snapshot = try provider.take()
        for tree in [try provider.tree(of: snapshot), try FolderTree(bench.workspace)] {
            var search = TextSearch(.text("two (2)"))
            #expect(try search.matches(in: tree).map { "\($0.path):\($0.line):\($0.text)" } == ["a/.git/x:1:two (2)"])
            search.ignoresCase = true
            #expect(try search.matches(in: tree).map(\.line) == [1, 2])
            search.paths = [try RelativePath("a/text")]
            #expect(try search.matches(in: tree).map(\.text) == ["Two (2)"])
            let expression = TextSearch(.expression("^t(wo|hre).*(2|e)"))
            #expect(
                try expression.matches(in: tree).map { "\($0.path):\($0.line)" } == [
                    "a/.git/x:1", "a/text:3", "b:\\n1:1",
                ])
            #expect(try TextSearch(.text("nowhere")).matches(in: tree).isEmpty)
            #expect(throws: SnapshotError.self) { try TextSearch(.expression("(")).matches(in: tree) }
        }
    }
}
