import ArgumentParser
import Recording
import SessionHost
import Snapshots

struct FsSnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Snapshot a workspace now; it is durable when this returns.",
        discussion: """
            Inside a recorded session it is that session's workspace, and the snapshot is in its recording. Outside it is the \
            workspace of the current folder, under a session of its own.
            """)

    @Argument(help: "A label.")
    var label: String = ""

    @Option(help: "A running session: its id, the beginning of one, or its name.")
    var session: String?

    @Option(help: ArgumentHelp("A folder outside a session.", valueName: "dir"))
    var workspace: String?

    @Option(help: "Outside a session: auto, btrfs, zfs or git.")
    var provider = "auto"

    @Flag(help: "As JSON.")
    var json = false

    @Flag(help: "Print nothing, as hooks want it whose output is read by an agent.")
    var quiet = false

    func run() throws {
        let environment = Program.environment
        if workspace == nil, let socket = environment["AH_RECORDER_IPC_SOCKET"], !socket.isEmpty, session == nil {
            try inside(environment["AH_SESSION_ID"] ?? "", socket)
        } else if session != nil {
            let facts = try SessionDirectory(folders: SessionFolders(environment: environment)).runningSession(session)
            try inside(facts.sessionID, facts.socketPath)
        } else {
            try outside(environment)
        }
    }

    private func inside(_ sessionID: String, _ socket: String) throws {
        let client = try HostClient(sessionID: sessionID, socketPath: socket)
        // A large tree's first snapshot takes its time, and nobody is held up by this command but its caller.
        let report = try client.request(.snapshot(SnapshotDemand(label: label)), milliseconds: 600_000) {
            message throws(SessionError) -> SnapshotReport? in
            switch message {
            case .snapshot(let report): return report
            case .refused(let reason): throw .host(reason: reason)
            default: return nil
            }
        }
        if json {
            Program.say(try JSONText.text(report))
        } else if !quiet {
            Program.say("\(sessionID)@\(report.reference.id)\t\(report.reference.label)")
        }
    }

    private func outside(_ environment: [String: String]) throws {
        let desk = SnapshotDesk(environment: environment)
        let workspace = try desk.open(workspace, provider: provider)
        let session = "manual-\(workspace.store.folder.split(separator: "-").last ?? "0")"
        let snapshot = try workspace.take(
            SnapshotRequest(session: session, reason: .manual, label: label, looksAtEverything: true))
        try workspace.close()
        if json {
            Program.say(try JSONText.text(snapshot))
        } else if !quiet {
            let same = snapshot.sameAs.map { "\tnothing had changed since @\($0)" } ?? ""
            Program.say("\(snapshot.name)\t\(snapshot.label)\(same)")
        }
        for note in snapshot.fuzzy.first { Program.complain("\(note.path.printable): \(note.text)") }
        for note in snapshot.skipped.first { Program.complain("\(note.path.printable): \(note.text)") }
    }
}
