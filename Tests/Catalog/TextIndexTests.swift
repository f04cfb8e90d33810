import Glibc
import TestSupport
import Testing

@testable import Catalog

/// Any text that was on a screen is found, with its time; nothing that is typed into a search is taken for syntax.
struct TextIndexTests {
    private func portion(_ lines: [String]) -> TextPortion {
        var portion = TextPortion()
        for (index, line) in lines.enumerated() { portion.add(line, at: Int64(index) * 1000 - (index == 2 ? 1500 : 0)) }
        return portion
    }

    @Test func `a part of a line is found with its session and time`() throws {
        let home = try CatalogueHome()
        let index = try TextIndex(folders: home.folders)
        try index.put([portion(["first line", "Second Line", "third"])], of: "a", stamp: "1")
        try index.put([portion(["another line"])], of: "b", stamp: "1")
        let hits = try index.search("line", limit: 10)
        #expect(hits.map(\.session) == ["b", "a", "a"])
        #expect(try index.search("econd l", limit: 10) == [TextHit(session: "a", time: 1000, line: "Second Line")])
        #expect(try index.search("third", limit: 10).map(\.time) == [500])
        #expect(try index.search("line", in: ["a"], limit: 10).count == 2)
        #expect(try index.search("line", limit: 10, perSession: 1).map(\.session) == ["b", "a"])
        #expect(try index.search("line", limit: 1).count == 1)
        // The trigrams of both are there, but in no line together.
        #expect(try index.search("line third", limit: 10).isEmpty)
    }

    @Test(arguments: [
        "\"quoted\"", "a AND b", "NEAR(x y)", "col:umn*", "^start", "-minus", "(((", "100%_'; DROP", "ünïcödé", "日本語のテ",
    ])
    func `what is searched for is taken as it is`(text: String) throws {
        let home = try CatalogueHome()
        let index = try TextIndex(folders: home.folders)
        try index.put([portion(["before \(text) after", "other"])], of: "a", stamp: "1")
        #expect(try index.search(text, limit: 10).map(\.line) == ["before \(text) after"])
        #expect(try index.search(text + "x", limit: 10).isEmpty)
    }

    @Test func `a session read again replaces what was known, and one that went is forgotten`() throws {
        let home = try CatalogueHome()
        let index = try TextIndex(folders: home.folders)
        try index.put([portion(["old words"])], of: "a", stamp: "1")
        try index.put([portion(["new words"])], of: "a", stamp: "2")
        #expect(try index.search("old", limit: 10).isEmpty && index.search("new", limit: 10).count == 1)
        #expect(try index.stamps() == ["a": "2"])
        try index.remove(["a"])
        #expect(try index.search("new", limit: 10).isEmpty && index.textBytes() == 0)
    }

    @Test func `a damaged index is made anew`() throws {
        let home = try CatalogueHome()
        do { _ = try TextIndex(folders: home.folders) }
        for suffix in ["-wal", "-shm"] { unlink(home.folders.home + "/search.sqlite" + suffix) }
        try home.folder.write(
            "not a database at all, but long enough to be read as if it were", to: "home/search.sqlite")
        let index = try TextIndex(folders: home.folders)
        #expect(try index.stamps().isEmpty)
    }

    @Test func `recordings are gathered once, newest first, and forgotten with their session`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") { $0.text = "the needle\r\nin hay\r\n" }
        try home.record("bbbb-2") {
            $0.text = "another needle"
            $0.startedAt = CatalogueHome.time(60)
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        let index = try TextIndex(folders: home.folders)
        let gathering = TextGathering(catalogue, index)
        #expect(try gathering.run().sessions == 2)
        #expect(try gathering.run().sessions == 0)
        #expect(Set(try index.search("needle", limit: 10).map(\.session)) == ["aaaa-1", "bbbb-2"])
        unlink(home.path("aaaa-1"))
        try catalogue.bringUpToDate()
        #expect(try gathering.run().sessions == 0)
        #expect(try index.search("needle", limit: 10).map(\.session) == ["bbbb-2"])
    }

    @Test func `times come back as they were`() {
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var portion = TextPortion()
            for _ in 0..<50 { portion.add("x", at: Int64.random(in: 0...1 << 40, using: &random)) }
            #expect(TextPortion.times(portion.packedTimes) == portion.times)
        }
    }
}
