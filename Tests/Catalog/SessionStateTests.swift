import FoundationEssentials
import GRDB
import Glibc
import Recording
import SessionHost
import Testing

@testable import Catalog

/// What a session's program does, or how it ended.
struct SessionStateTests {
    @Test func `one that has ended is done or has failed, whatever it was seen doing last`() throws {
        let home = try CatalogueHome()
        try home.record("done") { $0.states = ["working", "idle"] }
        try home.record("failed") {
            $0.states = ["working", "waits-for-input"]
            $0.exit = ExitStatus(code: 3)
        }
        try home.record("killed") {
            $0.states = ["idle"]
            $0.exit = ExitStatus(signal: 9)
        }
        // Stopped by a person, which its host knew.
        try home.record("stopped") {
            $0.states = ["idle", "done"]
            $0.exit = ExitStatus(signal: 15)
        }
        try home.record("torn") {
            $0.states = ["idle"]
            $0.finishes = false
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        func told(_ id: String) throws -> [String?] {
            let session = try #require(try catalogue.session(id))
            return [session.state, session.stateSource, session.stateEvidence]
        }
        #expect(try told("done") == ["done", "exit", "it ended with status 0"])
        #expect(try told("failed") == ["failed", "exit", "it ended with status 3"])
        #expect(try told("killed") == ["failed", "exit", "it was killed by signal 9"])
        #expect(try told("stopped") == ["done", "hook", "event 1"])
        #expect(try told("torn") == ["unknown", nil, "its recorder was killed before its end"])
        #expect(try catalogue.session("done")?.stateSince == 5000)
    }

    @Test func `whom somebody wanted to end was stopped, and whom anything else killed has failed`() throws {
        let home = try CatalogueHome()
        let ends: [(String, Recording.ExitStatus, String?, SessionLifecycle)] = [
            ("well", ExitStatus(code: 0), nil, .completed), ("badly", ExitStatus(code: 143), nil, .failed),
            ("killed", ExitStatus(signal: 9), "failed", .failed), ("asked", ExitStatus(code: 143), "done", .stopped),
            ("ended", ExitStatus(signal: 9), "done", .stopped), ("quiet", ExitStatus(code: 0), "done", .completed),
        ]
        for (id, exit, state, _) in ends {
            try home.record(id) {
                $0.exit = exit
                $0.states = ["working"] + (state.map { [$0] } ?? [])
                $0.stateSources = ["hook", "exit"]
            }
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        for (id, _, _, lifecycle) in ends { #expect(try catalogue.session(id)?.status == lifecycle, "\(id)") }
    }

    @Test func `of one whose host doesn't answer the state is unknown, and why`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") { $0.finishes = false }
        try SessionFolders.makePrivate(home.folders.home + "/sessions")
        try home.folder.write(
            """
            {"sessionID":"aaaa-1","pid":\(getpid()),"socketPath":"\(home.folder("none"))",
             "recordingPath":"\(home.path("aaaa-1"))","command":["x"],"startedAt":1}
            """, to: "home/sessions/aaaa-1.json")
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        let sessions = catalogue.asked(try catalogue.sessions(), now: CatalogueHome.time(90))
        #expect(sessions.map(\.state) == ["unknown"])
        #expect(sessions[0].duration == 90_000, "how long it has run")
        #expect(sessions[0].stateEvidence?.contains("none") == true, "\(sessions)")
    }

    @Test func `a catalogue of the first version reads what states were told by from the recordings`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") { $0.states = ["working", "failed"] }
        do {
            let catalogue = try home.open()
            try catalogue.bringUpToDate()
            try catalogue.write { database in
                try database.execute(sql: "ALTER TABLE states DROP COLUMN evidence")
                try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '2'")
                try database.execute(sql: "PRAGMA user_version = 1")
            }
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.states(of: "aaaa-1").map(\.evidence) == ["event 0", "event 1"])
        #expect(try catalogue.session("aaaa-1")?.stateEvidence == "event 1")
        #expect(catalogue.takeRemarks().isEmpty)
    }
}
