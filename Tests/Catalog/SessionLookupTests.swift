import Recording
import TestSupport
import Testing

@testable import Catalog

/// What a user calls a session, and which of many a list shows.
struct SessionLookupTests {
    private func catalogue(_ home: CatalogueHome) throws -> SessionCatalogue {
        try home.record("abcd-1") {
            $0.name = "idea"
            $0.agent = "claude"
        }
        try home.record("abce-2") {
            $0.name = "idea"
            $0.startedAt = CatalogueHome.time(60)
            $0.exit = ExitStatus(code: 1)
            $0.cwd = "/srv/project/sub"
        }
        try home.record("ffff-3") {
            $0.name = "abcd"
            $0.startedAt = CatalogueHome.time(120)
            $0.cwd = "/srv/project2"
            $0.command = ["sh", "-c", "echo 100%_\\ \"quoted\""]
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        return catalogue
    }

    @Test func `a session is called by id, beginning, name, path, or as the newest`() throws {
        let home = try CatalogueHome()
        let catalogue = try catalogue(home)
        #expect(try catalogue.resolve("abcd-1").id == "abcd-1")
        #expect(try catalogue.resolve("ABCE").id == "abce-2")
        // A name wins over the beginning of an id.
        #expect(try catalogue.resolve("abcd").id == "ffff-3")
        #expect(try catalogue.resolve(home.path("abce-2")).id == "abce-2")
        #expect(try catalogue.resolve("-").id == "ffff-3")
        #expect(try catalogue.resolve(nil).id == "ffff-3")
    }

    @Test func `the newest of one name is meant, but not by what can't be undone`() throws {
        let home = try CatalogueHome()
        let catalogue = try catalogue(home)
        #expect(try catalogue.resolve("idea").id == "abce-2")
        #expect(throws: CatalogError.ambiguous("idea", candidates: ["abce-2", "abcd-1"])) {
            try catalogue.resolve("idea", isStrict: true)
        }
        #expect(throws: CatalogError.ambiguous("abc", candidates: ["abce-2", "abcd-1"])) {
            try catalogue.resolve("abc")
        }
        #expect(throws: CatalogError.noSession("Idea", nearest: "idea")) { try catalogue.resolve("Idea") }
        #expect(throws: CatalogError.noSession("", nearest: nil)) { try catalogue.resolve("") }
    }

    @Test func `a name given later wins`() throws {
        let home = try CatalogueHome()
        let catalogue = try catalogue(home)
        try catalogue.notes.change("abcd-1") { $0.name = "other" }
        #expect(try catalogue.resolve("other").id == "abcd-1")
        #expect(try catalogue.resolve("idea", isStrict: true).id == "abce-2")
    }

    @Test func `filters narrow a list`() throws {
        let home = try CatalogueHome()
        let catalogue = try catalogue(home)
        try catalogue.notes.change("abce-2") { note in
            note.tags = ["red", "blue"]
            note.isPinned = true
        }
        try catalogue.bringUpToDate()
        func ids(_ change: (inout SessionFilter) -> Void) throws -> [String] {
            var filter = SessionFilter()
            change(&filter)
            #expect(try catalogue.count(filter) == catalogue.sessions(filter).count || filter.limit != nil)
            return try catalogue.sessions(filter).map(\.id)
        }
        #expect(try ids { _ in } == ["ffff-3", "abce-2", "abcd-1"])
        #expect(try ids { $0.isOldestFirst = true } == ["abcd-1", "abce-2", "ffff-3"])
        #expect(try ids { $0.statuses = [.failed] } == ["abce-2"])
        #expect(try ids { $0.agent = "claude" } == ["abcd-1"])
        #expect(try ids { $0.folder = "/srv/project" } == ["abce-2", "abcd-1"])
        #expect(try ids { $0.tags = ["red", "blue"] } == ["abce-2"])
        #expect(try ids { $0.tags = ["red", "green"] } == [])
        #expect(try ids { $0.isPinned = true } == ["abce-2"])
        #expect(try ids { $0.since = CatalogueHome.time(60) } == ["ffff-3", "abce-2"])
        #expect(try ids { $0.until = CatalogueHome.time(60) } == ["abcd-1"])
        #expect(try ids { $0.text = "100%_" } == ["ffff-3"])
        #expect(try ids { $0.text = "IDEA" } == ["abce-2", "abcd-1"])
        #expect(
            try ids {
                $0.limit = 1; $0.offset = 1
            } == ["abce-2"])
    }

    @Test func `words of a command come back as they were`() throws {
        let home = try CatalogueHome()
        let words = ["a", "", "b\",\"c", "\\", "ü\n", "[\"x\"]"]
        try home.record("aaaa-1") { $0.command = words }
        try home.record("bbbb-2") { $0.command = ["plain", "words"] }
        let catalogue = try home.open()
        #expect(try catalogue.resolve("aaaa-1").command == words)
        #expect(try catalogue.resolve("bbbb-2").command == ["plain", "words"])
    }
}
