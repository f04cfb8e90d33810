import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct FolderTreeTests {
    @Test func `an odd tree is listed and read, and its links are not followed`() throws {
        let folder = try TemporaryFolder()
        try OddTree.make(at: folder("tree"))
        let tree = try FolderTree(folder("tree"))
        let names = try tree.entries(in: .root).map(\.name)
        #expect(names == names.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(names.count == (try WholeFile.names(in: folder("tree")).count))
        #expect(try tree.contents(RelativePath("plain")) == Array("plain\n".utf8))
        #expect(try tree.entry(at: RelativePath("setuid"))?.mode == 0o4755)
        #expect(try tree.entry(at: RelativePath("pipe"))?.kind == .fifo)
        #expect(try tree.contents(RelativePath("dangling")) == Array("/does/not/exist".utf8))
        #expect(try tree.entries(in: RelativePath("deep/er")).map(\.name) == [Array("new\nline".utf8)])
        #expect(try tree.entry(at: RelativePath("loop/plain")) == nil)
        #expect(try tree.entry(at: RelativePath("plain/below")) == nil)
        #expect(throws: SnapshotError.notAFolder("deep/link")) { try tree.entries(in: RelativePath("deep/link")) }
        #expect(throws: SnapshotError.notAFile("pipe")) { try tree.contents(RelativePath("pipe")) }
        #expect(throws: SnapshotError.noSuchPath("gone")) { try tree.contents(RelativePath("gone")) }
    }

    @Test func `parts of a file are what lies there, and nothing lies behind its end`() throws {
        let folder = try TemporaryFolder()
        try folder.write("0123456789", to: "file")
        let tree = try FolderTree(folder.path)
        let path = try RelativePath("file")
        #expect(try tree.read(path, from: 3, count: 4) == Array("3456".utf8))
        #expect(try tree.read(path, from: 8, count: 4) == Array("89".utf8))
        #expect(try tree.read(path, from: 10, count: 4) == [])
        #expect(try tree.read(path, from: .max, count: 4) == [])
    }
}
