import FoundationEssentials
import GRDB
import Glibc
import Recording
import SessionHost
import TestSupport
import Testing

@testable import Catalog

/// Whatever befalls the catalogue's files and the machine's clock, the sessions are shown, and it is said what is amiss.
struct CatalogueFaultTests {
    /// Writes garbage over all of a database but its first page, as a broken disk would.
    private func damage(_ path: String) throws {
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        let file = open(path, O_WRONLY)
        try #require(file >= 0)
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        try #require(size > 3 * 4096)
        let garbage = [UInt8](repeating: 0xA5, count: Int(size) - 4096)
        #expect(pwrite(file, garbage, garbage.count, 4096) == garbage.count)
    }

    @Test func `while another process holds it what is known is shown, and that there may be more is said`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        let catalogue = try SessionCatalogue(folders: home.folders, patience: 0.1)
        try catalogue.bringUpToDate()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: catalogue.path, configuration: configuration)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try home.record("bbbb-2")
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().map(\.id) == ["aaaa-1"])
        let remarks = catalogue.takeRemarks()
        #expect(remarks.count == 1 && remarks[0].contains("other processes are writing it"), "\(remarks)")
        // One that is opened meanwhile can read, too.
        let second = try SessionCatalogue(folders: home.folders, patience: 0.1)
        #expect(try second.sessions().map(\.id) == ["aaaa-1"])
        try other.inDatabase { try $0.execute(sql: "COMMIT") }
        try catalogue.bringUpToDate()
        #expect(try catalogue.count() == 2 && catalogue.takeRemarks().isEmpty)
    }

    @Test func `damage behind an intact beginning is met when it shows`() throws {
        let home = try CatalogueHome()
        for index in 0..<60 { try home.record("s\(100 + index)") { $0.moments = ["a", "b", "c"] } }
        let path: String
        do {
            let catalogue = try home.open()
            try catalogue.bringUpToDate()
            path = catalogue.path
            try catalogue.access { try $0.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
        }
        try damage(path)
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.count() == 60)
        #expect(try catalogue.moments(of: "s130").map(\.label) == ["a", "b", "c"])
        let remarks = catalogue.takeRemarks()
        #expect(remarks.count == 1 && remarks[0].contains("set aside as"), "\(remarks)")
        let problems = try catalogue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(problems == ["ok"])
    }

    @Test func `a damaged search index is thrown away and filled anew`() throws {
        let home = try CatalogueHome()
        for index in 0..<30 {
            try home.record("s\(100 + index)") {
                $0.text = (0..<200).map { "needle \($0) of \(index)\r\n" }.joined()
            }
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        let path: String
        do {
            let index = try TextIndex(folders: home.folders)
            _ = try TextGathering(catalogue, index).run()
            path = index.path
            #expect(try index.search("needle 7 of 3", limit: 50).count == 1)
        }
        try damage(path)
        let gathering = TextGathering(catalogue, try TextIndex(folders: home.folders))
        _ = try gathering.run()
        let hits = try gathering.ask { index throws(CatalogError) in try index.search("needle 7 of 3", limit: 50) }
        #expect(hits.count == 1)
        let remarks = catalogue.takeRemarks()
        #expect(remarks.count == 1 && remarks[0].contains("thrown away"), "\(remarks)")
    }

    @Test func `a search index that is no database is made anew, and that is said`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1") { $0.text = "needle\r\n" }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        let path = try TextIndex(folders: home.folders).path
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        try String(repeating: "no database ", count: 1000).write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, 0o600)
        let gathering = TextGathering(catalogue, try TextIndex(folders: home.folders))
        _ = try gathering.run()
        let remarks = catalogue.takeRemarks()
        #expect(remarks.count == 1 && remarks[0].contains("thrown away"), "\(remarks)")
    }

    @Test func `what is set aside twice within a second stays twice`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        for _ in 0..<3 {
            do { try home.open().bringUpToDate() }
            let path = try home.open().path
            for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
            try String(repeating: "no database ", count: 1000).write(toFile: path, atomically: false, encoding: .utf8)
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        let names = try FileManager.default.contentsOfDirectory(atPath: home.folders.home)
        let aside = names.filter { $0.contains(".damaged-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
        #expect(aside.count == 3, "\(names)")
    }

    @Test func `a catalogue that can't be written isn't made anew, and that is an error`() throws {
        let home = try CatalogueHome()
        try home.record("aaaa-1")
        let path = try home.open().path
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try home.folder.write("x", to: "home/catalog.sqlite/mine")
        let catalogue = try home.open()
        #expect(try catalogue.resolve("aaaa-1").id == "aaaa-1", "it is shown nevertheless")
        #expect(throws: CatalogError.self) { try catalogue.rebuild() }
        #expect(access("\(path)/mine", F_OK) == 0)
    }

    @Test func `while it is made anew others see what it held before`() async throws {
        let home = try CatalogueHome()
        for index in 0..<50 { try home.record("s\(100 + index)") { $0.moments = ["a", "b"] } }
        let (first, second) = (try home.open(), try home.open())
        try first.bringUpToDate()
        let rebuilding = Task.detached { for _ in 0..<10 { try first.rebuild() } }
        var counts: Set<Int> = []
        for _ in 0..<500 {
            counts.insert(try second.count())
            await Task.yield()
        }
        try await rebuilding.value
        #expect(counts == [50])
        #expect(try first.count() == 50 && second.moments(of: "s120").count == 2)
    }

    @Test func `sessions of a clock that was set back are listed, and changes to them seen`() throws {
        let home = try CatalogueHome()
        try home.record("early")
        try home.record("late") { $0.startedAt = CatalogueHome.time(86_400) }
        // Their files and folder are of tomorrow.
        for path in [home.path("early"), home.path("early").folderPart] {
            let tomorrow = timespec(tv_sec: time(nil) + 86_400, tv_nsec: 0)
            utimensat(AT_FDCWD, path, [tomorrow, tomorrow], 0)
        }
        let catalogue = try home.open()
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().map(\.id) == ["late", "early"])
        try home.record("third") { $0.startedAt = CatalogueHome.time(-3600) }
        try home.record("early") { $0.moments = ["more"] }
        try catalogue.bringUpToDate()
        #expect(try catalogue.sessions().map(\.id) == ["late", "early", "third"])
        #expect(try catalogue.moments(of: "early").map(\.label) == ["more"])
        // Nothing that ends in the future is old.
        var policy = RetentionPolicy()
        policy.standard.age = 1000
        let plan = try Retention(catalogue, searchPath: "/usr/bin:/bin").plan(policy, now: CatalogueHome.time(-7200))
        #expect(plan.removals.isEmpty, "\(plan)")
    }
}
