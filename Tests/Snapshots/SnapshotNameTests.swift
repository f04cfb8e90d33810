import Testing

@testable import Snapshots

struct SnapshotNameTests {
    @Test func `a name is read as it is printed`() throws {
        let name = try SnapshotName("2026-11-23_ab.c@12")
        #expect(name.session == "2026-11-23_ab.c" && name.number == 12)
        #expect(try SnapshotName(name.description) == name)
    }

    @Test(arguments: [
        "a", "a@", "a@0", "@1", "a/b@1", "../x@1", ".a@1", "a..b@1", "a.lock@1", "-a@1", "a@1@2", "a@-1", "a b@1",
    ])
    func `what can't be part of a path or a ref is no name`(text: String) {
        #expect(throws: SnapshotError.self) { try SnapshotName(text) }
    }
}
