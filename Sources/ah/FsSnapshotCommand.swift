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

    @Option(help: "Outside a session: auto, btrfs, zfs or git; without it, as the settings say.")
    var provider: String?

    @Flag(help: "As JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Inside a session: go after so long, as a hook should; the snapshot is finished all the same.",
            valueName: "ms"))
    var wait = 600_000

    @Flag(help: "Print nothing, as hooks want it whose output is read by an agent.")
    var quiet = false

    func validate() throws {
        if !(1...3_600_000).contains(wait) { throw ValidationError("--wait takes 1 to 3600000 ms.") }
    }

    func run() throws {
        let environment = Program.environment
        if workspace == nil, let socket = environment["AH_RECORDER_IPC_SOCKET"], !socket.isEmpty, session == nil {
            try inside(environment["AH_SESSION_ID"] ?? "", socket)
        } else if session != nil {
            let facts = try CatalogueDesk.running(session, environment: environment)
            try inside(facts.sessionID, facts.socketPath)
        } else {
            try outside(environment)
        }
    }

    private func inside(_ sessionID: String, _ socket: String) throws {
        // A large tree's first snapshot takes its time, and nobody is held up by this command but its caller.
        let report: SnapshotReport
        do {
            report = try SessionSteering(sessionID: sessionID, socketPath: socket).snapshot(
                SnapshotDemand(label: label), milliseconds: wait)
        } catch SessionError.noAnswer {
            if !quiet { Program.complain("the snapshot is not finished after \(wait) ms; it goes on") }
            return
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
