import ArgumentParser
import Glibc
import Rendering
import SessionHost
import Snapshots

struct FsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete snapshots that nothing needs.",
        discussion: """
            A snapshot that a branch was made of stays until the branch is deleted. One that a recording shows is deleted with \
            --force only: its replay says then that it is gone. Space is freed by `ah agent fs gc`.
            """)

    @Argument(help: ArgumentHelp("Snapshots.", valueName: "snap"))
    var snapshots: [String] = []

    @Option(help: "All of a session.")
    var session: String?

    @Flag(help: "Even when a recording shows them.")
    var force = false

    func validate() throws {
        if snapshots.isEmpty, session == nil {
            throw ValidationError("Which? ah agent fs delete SNAP … or --session ID")
        }
    }

    func run() throws {
        let desk = SnapshotDesk()
        var wanted = try snapshots.map { try desk.snapshot($0) }
        if let session { wanted += try desk.archive.snapshots(session: session) }
        guard !wanted.isEmpty else { throw Failure("there are no snapshots of \(session ?? "that name")") }
        let references = try SnapshotReferences(desk)
        let kept = wanted.compactMap { references.reason(toKeep: $0.snapshot, isForced: force) }
        // All or none: half of what was asked for would be hard to tell from all.
        guard kept.isEmpty else { throw Failure("nothing was deleted: " + kept.joined(separator: "; ")) }
        var freed: UInt64 = 0
        for (_, group) in Dictionary(grouping: wanted, by: { "\($0.store.folder) \($0.snapshot.provider.rawValue)" }) {
            freed += try desk.archive.provider(group[0]).delete(group.map(\.snapshot))
        }
        let space = freed > 0 ? ", \(ByteText.text(freed)) freed" : "; `ah agent fs gc` frees their space"
        Program.say("\(wanted.count) snapshot\(wanted.count == 1 ? "" : "s") deleted\(space)")
        Upkeep.startAfterDeleting(environment: Program.environment)
    }
}

struct FsCollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Free the space of what no snapshot needs, and of what killed processes left.",
        discussion: """
            It also runs by itself after a session's end, once a day for each workspace: see the settings snapshots.gc, \
            snapshots.gc-interval and snapshots.gc-garbage.

            No snapshot goes by it, unless --orphans asks for those of sessions that don't run and whose recording isn't where \
            it was made: one that you moved elsewhere needs its snapshots, and nobody but you knows.
            """)

    @Flag(name: .customLong("dry-run"), help: "Only say what would be freed.")
    var dryRun = false

    @Flag(help: "Look for similar files, too: slower, and the store gets smaller.")
    var thorough = false

    @Flag(help: "Delete the snapshots of sessions without a recording first.")
    var orphans = false

    @Flag(help: "As JSON.")
    var json = false

    struct Line: Encodable {
        var workspace: String
        var orphans: Int
        var report: GarbageReport
    }

    func run() throws {
        let desk = SnapshotDesk()
        let references = try SnapshotReferences(desk)
        var lines: [Line] = []
        var problems = 0
        for store in try desk.archive.stores() {
            do {
                lines.append(try collect(store, desk, references))
            } catch {
                // One workspace's disk may be absent: the others are cleaned all the same.
                let reason = "\(error)"
                let name = reason.hasPrefix("\(store.workspace):") ? "" : "\(store.workspace): "
                Program.complain("\(name)\(reason); its store is left as it is")
                problems += 1
            }
        }
        if json || !lines.isEmpty || problems == 0 { Program.say(json ? try JSONText.text(lines) : text(lines)) }
        if problems > 0 { Glibc.exit(1) }
    }

    private func collect(_ store: SnapshotStore, _ desk: SnapshotDesk, _ references: SnapshotReferences) throws -> Line
    {
        let all = try SnapshotRecords(store).all()
        let orphaned = all.filter { references.isOrphan($0) }
        var freed: UInt64 = 0
        if orphans, !dryRun {
            for (kind, own) in Dictionary(grouping: orphaned, by: \.provider) {
                freed += try desk.archive.provider(kind, store).delete(own)
            }
        }
        var report = try StoreCollection(store, archive: desk.archive).run(
            GarbageRequest(isDryRun: dryRun, isThorough: thorough))
        report.bytesFreed += freed
        return Line(workspace: store.workspace, orphans: orphaned.count, report: report)
    }

    private func text(_ lines: [Line]) -> String {
        guard !lines.isEmpty else { return "there are no snapshots" }
        var table = TextTable()
        for line in lines {
            let freed = "\(ByteText.text(line.report.bytesFreed)) of \(ByteText.text(line.report.bytesBefore))"
            var remarks: [String] = []
            if line.report.leftovers > 0 { remarks.append("\(line.report.leftovers) leftovers") }
            if line.orphans > 0 {
                remarks.append("\(line.orphans) snapshots without a recording\(orphans ? "" : " stay (--orphans)")")
            }
            table.add([
                line.workspace, "\(freed) \(dryRun ? "would be freed" : "freed")", remarks.joined(separator: ", "),
            ])
        }
        return table.text
    }
}

/// What needs a snapshot: the recording of its session, and branches that were made of it.
struct SnapshotReferences {
    private var recordings: [String: String]
    private let running: Set<String>
    private var branches: [String: String] = [:]

    init(_ desk: SnapshotDesk) throws {
        let directory = SessionDirectory(folders: desk.folders)
        recordings = Dictionary(directory.recorded().map { ($0.sessionID, $0.path) }) { first, _ in first }
        running = Set(directory.running().map(\.sessionID))
        for store in try desk.archive.stores() {
            let records = SnapshotRecords(store)
            for session in try records.sessions() {
                // It may have been moved since: then only its user knows.
                guard let path = try records.recording(of: session), access(path, F_OK) == 0 else { continue }
                recordings[session] = path
            }
        }
        for branch in try desk.branches() { branches[branch.parent.description] = branch.name }
    }

    func reason(toKeep snapshot: Snapshot, isForced: Bool) -> String? {
        if let branch = branches[snapshot.name] {
            return "\(snapshot.name) is needed by the branch \(branch): delete that first"
        }
        if running.contains(snapshot.session) { return "\(snapshot.name): its session runs" }
        guard !isForced, let path = recordings[snapshot.session] else { return nil }
        return "\(snapshot.name) is shown by \(path): --force deletes it all the same"
    }

    /// Whether it belongs to a session of which nothing else is known.
    func isOrphan(_ snapshot: Snapshot) -> Bool {
        branches[snapshot.name] == nil && !running.contains(snapshot.session)
            && recordings[snapshot.session] == nil && !snapshot.session.hasPrefix("manual-")
    }
}
