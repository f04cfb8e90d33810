import Testing

@testable import Snapshots

struct RelativePathTests {
    @Test(arguments: ["a/b", "ünï/c\\d", "new\nline", "tab\tand \u{7f}", ""])
    func `what is printed can be read back`(text: String) throws {
        let path = try RelativePath(text)
        #expect(try RelativePath(printable: path.printable) == path)
        #expect(!path.printable.utf8.contains(10))
    }

    @Test func `any bytes survive printing`() throws {
        let bytes = (1...255).map { UInt8($0) }.filter { $0 != UInt8(ascii: "/") }
        let path = try RelativePath(bytes)
        #expect(try RelativePath(printable: path.printable).bytes == bytes)
    }

    @Test(arguments: ["/etc", "..", "a/../b", "a/..", "x\0y"])
    func `a path that leads elsewhere is refused`(text: String) {
        #expect(throws: SnapshotError.self) { try RelativePath(text) }
    }

    @Test func `slashes and dots that say nothing go`() throws {
        #expect(try RelativePath("./a//b/").bytes == Array("a/b".utf8))
        #expect(try RelativePath(".").isRoot)
        #expect(try RelativePath("a/b/c").parent == RelativePath("a/b"))
        #expect(try RelativePath("a").parent.isRoot)
    }
}
