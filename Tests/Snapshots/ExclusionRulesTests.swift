import Testing

@testable import Snapshots

struct ExclusionRulesTests {
    @Test(arguments: [
        ("*.iso", "a.iso", true), ("*.iso", ".iso", true), ("*.iso", "a.isox", false), ("a*b*c", "aXbYbZc", true),
        ("a*b*c", "aXbYbZ", false), ("?", "x", true), ("?", "", false), ("?", "xy", false), ("*", "", true),
        ("**a", "bbba", true), ("a?c", "abc", true), ("", "", true), ("", "x", false),
    ])
    func `stars and question marks stand for bytes`(pattern: String, name: String, matches: Bool) {
        #expect(ExclusionRules.matches(Array(pattern.utf8), Array(name.utf8)) == matches)
    }

    @Test func `no pattern is slow`() {
        let pattern = Array(String(repeating: "a*", count: 2000).utf8) + [UInt8(ascii: "b")]
        #expect(!ExclusionRules.matches(pattern, [UInt8](repeating: UInt8(ascii: "a"), count: 255)))
    }

    @Test func `names are left out anywhere and paths where they are`() {
        let rules = ExclusionRules(["node_modules", "/build", "a/b/", "*.o"])
        let root = ScannedFolder(name: [], parent: nil)
        let inner = ScannedFolder(name: Array("a".utf8), parent: root)
        func excludes(_ name: String, _ folder: ScannedFolder) -> Bool {
            Array(name.utf8).withUnsafeBytes { rules.excludes($0, in: folder) }
        }
        #expect(excludes("node_modules", root) && excludes("node_modules", inner) && excludes("x.o", inner))
        #expect(excludes("build", root) && !excludes("build", inner))
        #expect(excludes("b", inner) && !excludes("b", root))
    }
}
