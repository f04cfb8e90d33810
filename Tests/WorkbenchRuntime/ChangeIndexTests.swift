import Snapshots
import Testing
import WorkbenchModel

@testable import WorkbenchRuntime

@Suite struct ChangeIndexTests {
    private func index(_ names: [String]) throws -> ChangeIndex {
        let changes = try names.map { name in
            FileChange(kind: name.hasPrefix("-") ? .deleted : .added, path: try RelativePath(name.filter { $0 != "-" }))
        }
        return ChangeIndex(changes.sorted { $0.path < $1.path }, at: .init(snapshot: 1))
    }

    @Test func `names are marked by what is at them or below them`() throws {
        let index = try index(["a/x", "a.txt", "a/y/z", "-b", "c/deep/er/file", "-c/gone", "cc"])
        func marks(_ folder: String) throws -> [String] {
            try index.marks(in: RelativePath(folder)).map { name, mark in
                "\(String(decoding: name, as: UTF8.self)) \(mark.change.rawValue)\(mark.isFolder ? "/" : "")"
            }.sorted()
        }
        #expect(try marks("") == ["a M/", "a.txt A", "b D", "c M/", "cc A"])
        #expect(try marks("a") == ["x A", "y M/"])
        #expect(try marks("c") == ["deep M/", "gone D"])
        #expect(try marks("c/deep/er") == ["file A"])
        #expect(try marks("c/de").isEmpty)
        #expect(ChangeIndex([], at: .init(snapshot: 1)).marks(in: .root).isEmpty)
    }
}
