import Catalog
import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import SessionHost
import TestSupport

/// The catalogue at the size of years: lists, timelines, searches and retention's plan.
struct CatalogueBenchmark {
    let sessions: Int
    let moments: Int
    /// Of text to search.
    let megabytes: Int

    func run() throws {
        try lists()
        try search()
        plan()
    }

    private func lists() throws {
        let folder = try TemporaryFolder()
        let folders = SessionFolders(environment: ["AH_HOME": folder("home"), "HOME": folder.path])
        for index in 0..<sessions {
            try record("s\(100_000 + index)", folders, moments: index == 0 ? moments : 3)
        }
        let catalogue = try SessionCatalogue(folders: folders)
        let rebuilt = try milliseconds { try catalogue.bringUpToDate(.everything) }
        print("first reading of \(sessions) recordings: \(Int(rebuilt)) ms")
        try row("reading again, nothing changed") { try catalogue.bringUpToDate() }
        try row("list of \(sessions) sessions") { _ = try catalogue.sessions() }
        var filter = SessionFilter()
        filter.limit = 50
        try row("the newest 50") { _ = try catalogue.sessions(filter) }
        try row("timeline of \(moments) moments") {
            _ = try catalogue.moments(of: "s100000")
            _ = try catalogue.snapshots(of: "s100000")
        }
    }

    private func record(_ id: String, _ folders: SessionFolders, moments: Int) throws {
        var metadata = SessionMetadata(
            sessionID: id, command: ["make", "-j4", "test"],
            startedAt: 1_793_577_600_000 + Int64(id.hashValue & 0xFFFFF))
        metadata.cwd = "/srv/project"
        metadata.name = "name of \(id)"
        let writer = try RecordingWriter.create(
            at: folders.recording(id, startedAt: metadata.startedAt), metadata: metadata,
            size: Size(columns: 80, rows: 24))
        for number in 0..<moments {
            writer.append(
                .moment(
                    Moment(
                        id: UInt64(number + 1), label: "Edit src/file\(number).swift +12 −3", type: "tool_boundary",
                        isAutomatic: true, attributes: ["tool": "Edit", "target": "src/file\(number).swift"])),
                at: SessionTime(milliseconds: Int64(number) * 10))
        }
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: Int64(moments) * 10))
    }

    private func search() throws {
        let folder = try TemporaryFolder()
        let folders = SessionFolders(environment: ["AH_HOME": folder("home"), "HOME": folder.path])
        let index = try TextIndex(folders: folders)
        var random = SeededRandom(seed: 1)
        let words = (0..<20_000).map { _ in Self.word(&random) }
        var written = 0
        var session = 0
        let filled = try milliseconds {
            while written < megabytes << 20 {
                var portions: [TextPortion] = []
                for _ in 0..<256 {
                    var portion = TextPortion()
                    while !portion.isFull {
                        // Common words are common: as in what people and programs write.
                        let line = (0..<9).map { _ in
                            words[Int(Double(words.count) * pow(Double.random(in: 0..<1, using: &random), 4))]
                        }
                        portion.add(line.joined(separator: " "), at: 1)
                    }
                    written += portion.body.utf8.count
                    portions.append(portion)
                }
                if session == 3 { portions[100].add("the one needle in all this hay", at: 7) }
                try index.put(portions, of: "s\(session)", stamp: "1")
                session += 1
            }
        }
        var info = stat()
        stat(index.path, &info)
        print("\(megabytes) MB of text read in \(Int(filled / 1000)) s, \(info.st_size >> 20) MB on the disk")
        try row("a rare text") { _ = try index.search("needle in all this", limit: 50) }
        try row("a common word") { _ = try index.search(words[0], limit: 50) }
        try row("a phrase of common words") { _ = try index.search("\(words[1]) \(words[2])", limit: 50) }
        try row("a phrase that isn't there") { _ = try index.search("\(words[0]) xyzzy \(words[1])", limit: 50) }
        try row("common words, not together") {
            _ = try index.search("\(words[0]) \(words[1]) \(words[2]) \(words[3]) \(words[4])", limit: 50)
        }
    }

    private static func word(_ random: inout SeededRandom) -> String {
        let letters = Array("eeeeetttaaaooiinnsshhrrddlluccmmwwffggyyppbbvkjxqz")
        return String(
            (0..<Int.random(in: 2...9, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? "e"
            })
    }

    private func plan() {
        var graph = RetentionGraph()
        for index in 0..<10_000 {
            var session = RetentionGraph.Session(id: "s\(index)", endedAt: Int64(index) * 1000, bytes: 1000)
            session.folder = "/srv/project\(index % 10)/deep"
            session.tags = index % 7 == 0 ? ["keep"] : []
            graph.sessions.append(session)
            for number in 1...10 {
                graph.snapshots.append(.init(session: session.id, number: Int64(number), bytes: 100))
            }
            if index % 10 == 0 {
                graph.branches.append(
                    .init(
                        name: "b\(index)", store: "s", parentSession: session.id, parentNumber: 3,
                        session: index % 20 == 0 ? "s\(index + 1)" : nil))
            }
        }
        var policy = RetentionPolicy()
        policy.standard = .init(count: 3000, age: 9_000_000, size: 1 << 30)
        policy.projects = ["/srv/project3": .init(count: 100)]
        policy.tags = ["keep": .init(count: 500)]
        let (graph2, policy2) = (graph, policy)
        row("retention's plan over 10,000 sessions, 100,000 snapshots") {
            _ = RetentionPlan(policy2, graph2, now: 10_000_000)
        }
    }

    private func row(_ name: String, _ body: () throws -> Void) rethrows {
        var times: [Double] = []
        for _ in 0..<7 { times.append(try milliseconds(body)) }
        print("  \(name): \((times.sorted()[times.count / 2] * 10).rounded() / 10) ms")
    }

    private func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let spent = (ContinuousClock.now - start).components
        return Double(spent.seconds) * 1000 + Double(spent.attoseconds) / 1e15
    }
}
