import Glibc
import Recording
import SessionHost
import Snapshots
import TestSupport
import Testing

@testable import Catalog

/// A removed session leaves a tombstone, and nothing that another needs goes with it.
struct SessionRemovalTests {
    private func removal(_ catalogue: SessionCatalogue) -> SessionRemoval {
        SessionRemoval(catalogue, searchPath: "/usr/bin:/bin")
    }

    @Test func `a removed session is gone but for its tombstone`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") { $0.name = "old" }
        try home.record("bbbb-2")
        let kept = home.folders.home + "/conversations/aaaa-1"
        try SessionFolders.makePrivate(kept)
        let catalogue = try home.open()
        let report = try removal(catalogue).remove(catalogue.resolve("old"), reason: "by hand", now: 77)
        #expect(report.bytes > 0)
        #expect(access(home.path("aaaa-1"), F_OK) != 0 && access(kept, F_OK) != 0)
        #expect(try catalogue.sessions().map(\.id) == ["bbbb-2"])
        let (session, tombstone) = try #require(try catalogue.tombstones().first)
        #expect(session == "aaaa-1" && tombstone.reason == "by hand" && tombstone.removedAt == 77)
        #expect(tombstone.name == "old" && tombstone.isComplete)
    }

    @Test func `a pinned or running session stays`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        let catalogue = try home.open()
        try catalogue.notes.change("aaaa-1") { $0.isPinned = true }
        let session = try catalogue.resolve("aaaa-1")
        #expect(throws: CatalogError.pinned(session: "aaaa-1")) {
            try removal(catalogue).remove(session, reason: "by hand", now: 0)
        }
        try SessionFolders.makePrivate(home.folders.home + "/sessions")
        try home.folder.write(
            """
            {"sessionID":"aaaa-1","pid":\(getpid()),"socketPath":"/none","recordingPath":"\(home.path("aaaa-1"))",
             "command":["x"],"startedAt":1}
            """, to: "home/sessions/aaaa-1.json")
        #expect(throws: CatalogError.self) {
            try removal(catalogue).remove(session, reason: "by hand", now: 0, isForced: true)
        }
        #expect(access(home.path("aaaa-1"), F_OK) == 0)
        #expect(try catalogue.tombstones().isEmpty)
    }

    @Test func `a recording that is replayed stays as long, for both ways of removal`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        let catalogue = try home.open()
        let session = try catalogue.resolve("aaaa-1")
        var policy = RetentionPolicy()
        policy.standard.count = 0
        let retention = Retention(catalogue, searchPath: "/usr/bin:/bin")
        do {
            let reader = try RecordingReader.open(path: home.path("aaaa-1"))
            reader.markUse()
            let error = #expect(throws: CatalogError.self) {
                try removal(catalogue).remove(session, reason: Tombstone.byHand, now: 0, isForced: true)
            }
            #expect(error.map { "\($0)" }?.contains("replay") == true)
            let plan = try retention.plan(policy, now: CatalogueHome.time(60))
            #expect(plan.removals.isEmpty && plan.kept.contains { $0.reason.contains("replay") }, "\(plan)")
            #expect(access(home.path("aaaa-1"), F_OK) == 0)
            withExtendedLifetime(reader) {}
        }
        #expect(try retention.plan(policy, now: CatalogueHome.time(60)).removals.count == 1)
        _ = try removal(catalogue).remove(session, reason: Tombstone.byHand, now: 0)
        #expect(access(home.path("aaaa-1"), F_OK) != 0)
        #expect(try retention.graph().removedByHand == ["aaaa-1"])
    }

    @Test func `a removal that was cut short is finished, and one that was undone by hand is respected`() throws {
        let home = try CatalogueHome()
        for id in ["aaaa-1", "bbbb-2"] { try home.record(id) }
        let catalogue = try home.open()
        let session = try catalogue.resolve("aaaa-1")
        // Killed right after the tombstone was written.
        try catalogue.notes.change("aaaa-1") {
            $0.tombstone = Tombstone(of: session, reason: "by hand", removedAt: 5)
        }
        #expect(try removal(catalogue).finishOthers().map(\.session) == ["aaaa-1"])
        #expect(try catalogue.sessions().map(\.id) == ["bbbb-2"])
        // Brought back from a backup.
        try home.record("aaaa-1")
        #expect(try removal(catalogue).finishOthers().isEmpty)
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().count == 2 && catalogue.tombstones().isEmpty)
    }

    @Test func `a recording in a file of its user's choice stays there`() throws {
        let home = try CatalogueHome()
        try home.record("bbbb-2")
        let path = try home.record(CatalogueHome.Recipe("aaaa-1"), at: home.folder("mine.ahr"))
        symlink(path, home.path("aaaa-1"))
        let catalogue = try home.open()
        let report = try removal(catalogue).remove(catalogue.resolve("aaaa-1"), reason: "by hand", now: 0)
        #expect(report.keptRecording == path && access(path, F_OK) == 0)
        #expect(try catalogue.sessions().map(\.id) == ["bbbb-2"])
    }
}
