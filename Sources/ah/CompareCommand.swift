import Agents
import ArgumentParser
import Catalog
import Glibc
import Processes
import SessionHost
import Snapshots
import WorkbenchModel

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare branches: how each ended, what it changed, whether a test passes.",
        discussion: """
            Ranked by the test's result, then how the program ended, then fewer changed lines, less time, less cost. Lines are \
            counted from the snapshot at which the branches part to each one's last. The test runs in a branch of that last \
            snapshot, which is deleted afterwards.

            Exit status: 0, or 1 where a session can't be compared at all.
            """)

    @Argument(help: "Sessions: ids, the beginnings of ids, or names. One alone stands for its branches.")
    var sessions: [String]

    @Option(help: ArgumentHelp("A command for a shell to run in each.", valueName: "command"))
    var test: String?

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let desk = try CatalogueDesk()
        var chosen = try sessions.map { try desk.session($0) }
        if chosen.count == 1 { chosen = try family(of: chosen[0], desk) }
        guard chosen.count > 1 else {
            throw Failure("\(chosen.first?.id.prefix(8) ?? "") has no branches; name two sessions or more")
        }
        let comparer = SessionComparer(desk, test: test)
        let rows = Comparison.ranked(try chosen.map { try comparer.row($0, among: chosen) })
        Program.say(json ? try JSONText.text(rows) : Self.table(rows))
    }

    private func family(of session: SessionEntry, _ desk: CatalogueDesk) throws -> [SessionEntry] {
        var filter = SessionFilter()
        filter.parent = session.id
        filter.isOldestFirst = true
        let branches = try desk.catalogue.sessions(filter)
        return branches.count == 1 ? [session] + branches : branches
    }

    private static func table(_ rows: [Comparison.Row]) -> String {
        var table = TextTable()
        table.add(["SESSION", "NAME", "TEST", "EXIT", "TIME", "FILES", "LINES", "COST", "NOTE"])
        for row in rows {
            table.add([
                String(row.session.prefix(8)), row.name, row.test.map { $0 == 0 ? "passed" : "failed (\($0))" } ?? "-",
                row.exit.map { "\($0)" } ?? "runs", TimeText.text(row.duration), row.files.map { "\($0)" } ?? "-",
                row.added.map { "+\($0) -\(row.removed ?? 0)" } ?? "-",
                row.cost.map { "$\($0)" } ?? row.tokens.map { "\($0) tokens" } ?? "-", row.note ?? "",
            ])
        }
        return table.text
    }
}

/// Finds out what a comparison shows of a session.
struct SessionComparer {
    private let desk: CatalogueDesk
    private let archive: SnapshotArchive
    private let test: String?

    init(_ desk: CatalogueDesk, test: String?) {
        self.desk = desk
        self.test = test
        archive = SnapshotArchive(
            state: desk.folders.home, searchPath: ChildProcess.Launch.searchPath(Program.environment))
    }

    func row(_ session: SessionEntry, among all: [SessionEntry]) throws -> Comparison.Row {
        var row = Comparison.Row(
            session: session.id, name: session.name ?? session.agent ?? Self.title(session), duration: session.duration)
        if session.status.isLive {
            row.duration = max(row.duration, WallClock.now() - session.startedAt)
        } else {
            row.exit =
                session.exitSignal.map { Int32(clamping: 128 + $0) } ?? session.exitCode.map { Int32(clamping: $0) }
        }
        cost(of: session, &row)
        do throws(SnapshotError) {
            try changes(of: session, all, &row)
        } catch {
            row.note = "\(error)"
        }
        return row
    }

    private static func title(_ session: SessionEntry) -> String {
        String((ListedSession.title(ofCommand: session.commandLine) ?? "").prefix(40))
    }

    private func changes(
        of session: SessionEntry, _ all: [SessionEntry], _ row: inout Comparison.Row
    ) throws(SnapshotError) {
        let own = try archive.snapshots(session: session.id).filter { $0.snapshot.session == session.id }
        guard let last = own.last else {
            row.note = "it has no snapshots"
            return
        }
        row.last = last.snapshot.name
        let fork = try fork(of: session, all, own)
        row.fork = fork.snapshot.name
        var options = SnapshotComparison.Options()
        options.countsLines = true
        let changes = try SnapshotComparison(archive.tree(of: fork), archive.tree(of: last)).changes(options)
        row.files = changes.count
        row.added = changes.map { $0.added ?? 0 }.reduce(0, +)
        row.removed = changes.map { $0.deleted ?? 0 }.reduce(0, +)
        guard let test else { return }
        row.test = try SnapshotTest.run(
            ["sh", "-c", test], in: last.snapshot, branches: BranchList(last.store),
            provider: archive.provider(last), environment: Program.environment,
            workingDirectory: last.store.workspace
        ).status
    }

    /// The snapshot at which it parted from its parent; of a parent, the one at which the others parted from it.
    private func fork(
        of session: SessionEntry, _ all: [SessionEntry], _ own: [SnapshotArchive.Found]
    ) throws(SnapshotError) -> SnapshotArchive.Found {
        let parted = all.compactMap { $0.parent?.session == session.id ? $0.parent?.snapshot : nil }.min()
        if let parted { return try archive.find("\(session.id)@\(parted)") }
        guard let parent = session.parent, let number = parent.snapshot else { return own[0] }
        return try archive.find("\(parent.session)@\(number)")
    }

    private func cost(of session: SessionEntry, _ row: inout Comparison.Row) {
        guard let moments = try? desk.catalogue.moments(of: session.id),
            let transcript = moments.last(where: { $0.attributes["transcript"] != nil })?.attributes["transcript"]
        else { return }
        let usage = ConversationUsage.read(transcript)
        row.cost = usage.cost
        if usage.inputTokens != nil || usage.outputTokens != nil {
            row.tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0)
        }
    }
}
