import FoundationEssentials
import Glibc
import Recording
import SessionHost
import Snapshots
import TestSupport
import Testing

@testable import Catalog

/// What is in the files is in the catalogue, whatever happened to either.
struct SessionCatalogueTests {
    @Test func `a recording is found with all that it says of itself`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") {
            $0.name = "fix"
            $0.agent = "claude"
            $0.moments = ["one", "two"]
            $0.snapshots = 1
            $0.exit = ExitStatus(code: 3)
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        let session = try #require(try catalogue.sessions().first)
        #expect(session.id == "aaaa-1" && session.name == "fix" && session.agent == "claude")
        #expect(session.command == ["make", "-j4"] && session.cwd == "/srv/project")
        #expect(session.status == .failed && session.exitCode == 3 && session.duration == 5000)
        #expect(session.recording?.moments == 2 && session.recording?.snapshots == 1)
        #expect(try catalogue.moments(of: "aaaa-1").map(\.label) == ["one", "two"])
        #expect(try catalogue.moments(of: "aaaa-1").first?.attributes == ["tool": "sh"])
        #expect(try catalogue.snapshots(of: "aaaa-1").map(\.number) == [1])
        #expect(catalogue.takeRemarks().isEmpty)
    }

    @Test func `the file is for its user alone`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        for suffix in ["", "-wal", "-shm"] {
            var info = stat()
            #expect(stat(catalogue.path + suffix, &info) == 0 && info.st_mode & 0o777 == 0o600, "\(suffix)")
        }
    }

    @Test func `a catalogue made anew is the same`() throws {
        let home = try CatalogueHome()
        var branch = BranchMetadata(parentSessionID: "aaaa-1")
        branch.snapshotID = 1
        try home.record("aaaa-1") { $0.moments = (0..<50).map { "m\($0)" } }
        try home.record("bbbb-2") {
            $0.branch = branch
            $0.exit = ExitStatus(signal: 9)
        }
        try home.record("cccc-3") { $0.finishes = false }
        let catalogue = try home.open()
        try catalogue.bringUpToDate(.everything)
        try catalogue.notes.change("bbbb-2") { note in
            note.name = "better"
            note.tags = ["x", "y"]
            note.isPinned = true
        }
        try catalogue.bringUpToDate(.everything)
        let before = try home.contents(of: catalogue)
        #expect(before.count > 50)
        for suffix in ["", "-wal", "-shm"] { unlink(catalogue.path + suffix) }
        let fresh = try home.open()
        try fresh.bringUpToDate(.everything)
        #expect(try home.contents(of: fresh) == before)
        try fresh.rebuild()
        #expect(try home.contents(of: fresh) == before)
    }

    @Test func `what changes among the files is seen by the next reading`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") { $0.finishes = false }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.session("aaaa-1")?.status == .failed)
        #expect(try catalogue.session("aaaa-1")?.recording?.problem != nil)
        try home.record("aaaa-1") { $0.moments = ["late"] }
        try home.record("bbbb-2")
        try catalogue.bringUpToDate()
        #expect(try catalogue.session("aaaa-1")?.status == .completed)
        #expect(try catalogue.moments(of: "aaaa-1").map(\.label) == ["late"])
        #expect(try catalogue.count() == 2)
        unlink(home.path("aaaa-1"))
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().map(\.id) == ["bbbb-2"])
        #expect(try catalogue.moments(of: "aaaa-1").isEmpty)
    }

    @Test func `a folder that was long unchanged is not read again, and a changed one is`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        let month = home.path("aaaa-1").folderPart
        // As if everything had happened yesterday.
        func age(_ path: String) {
            var times = [
                timespec(tv_sec: time(nil) - 86_400, tv_nsec: 0), timespec(tv_sec: time(nil) - 86_400, tv_nsec: 0),
            ]
            utimensat(AT_FDCWD, path, &times, 0)
        }
        age(home.path("aaaa-1"))
        age(month)
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.read { try CatalogueReader($0).stamp(of: month) } != nil)
        try home.record("bbbb-2")
        try catalogue.bringUpToDate()
        #expect(try catalogue.count() == 2)
        unlink(home.path("aaaa-1"))
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().map(\.id) == ["bbbb-2"])
    }

    @Test func `a recording elsewhere is found by its link, and no more once another lies there`() throws {
        let home = try CatalogueHome()
        try home.record("bbbb-2")
        var recipe = CatalogueHome.Recipe("aaaa-1")
        recipe.name = "away"
        let path = try home.record(recipe, at: home.folder("away.ahr"))
        symlink(path, home.path("aaaa-1"))
        let catalogue = try home.open()
        #expect(try catalogue.resolve("away").recording?.isElsewhere == true)
        #expect(try catalogue.resolve(path).id == "aaaa-1")
        recipe.id = "cccc-3"
        recipe.duration = 7000
        try home.record(recipe, at: path)
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().map(\.id) == ["bbbb-2"])
    }

    @Test func `two that write at once leave one catalogue`() async throws {
        let home = try CatalogueHome()
        for index in 0..<40 { try home.record("s\(1000 + index)") { $0.moments = ["a", "b"] } }
        let folders = home.folders
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let catalogue = try SessionCatalogue(folders: folders)
                    for _ in 0..<3 { try catalogue.rebuild() }
                    return try catalogue.count()
                }
            }
            for try await _ in group {}
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.count() == 40)
        let problems = try catalogue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(problems == ["ok"])
    }

    @Test func `a damaged file is set aside, made anew, and said`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") { $0.moments = ["kept"] }
        do {
            let catalogue = try home.open()
            try catalogue.bringUpToDate()
        }
        for suffix in ["-wal", "-shm"] { unlink(home.folders.home + "/catalog.sqlite" + suffix) }
        try home.folder.write(
            "this is no database, but quite long enough to look like one at first", to: "home/catalog.sqlite")
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.moments(of: "aaaa-1").map(\.label) == ["kept"])
        let remarks = catalogue.takeRemarks()
        #expect(remarks.count == 1 && remarks[0].contains("set aside as"), "\(remarks)")
        let names = try FileManager.default.contentsOfDirectory(atPath: home.folders.home)
        #expect(names.contains { $0.hasPrefix("catalog.sqlite.damaged-") })
    }

    @Test func `where nothing can be written the answers are the same`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        // A folder in its place: even root can't open that for writing.
        mkdir("\(home.folders.home)/catalog.sqlite", 0o700)
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().map(\.id) == ["aaaa-1"])
        #expect(catalogue.takeRemarks().count == 1)
    }

    @Test func `a file of a later version is not touched`() throws {
        let home = try CatalogueHome()
        let catalogue = try home.open()
        try catalogue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        #expect(throws: CatalogError.newer(path: catalogue.path, version: 99)) { try home.open() }
    }
}
