import ArgumentParser
import Catalog
import Glibc
import Processes
import Rendering

struct SessionRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Delete sessions: the recording, its snapshots, the conversations kept for it.",
        discussion: """
            Snapshots that a branch needs stay until the branch is deleted. A recording that was written to a file of your \
            choice (-o) stays there; only the session goes from the lists. A running session is refused: stop it first. \
            `ah session list --removed` shows what was there.
            """)

    @Argument(
        help: ArgumentHelp("The sessions: ids, unique beginnings, names, or - for the newest.", valueName: "session"))
    var sessions: [String]

    @Flag(help: "Even if they are pinned.")
    var force = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let desk = try CatalogueDesk()
        // All are found before any goes: a misspelt one should not cost the others.
        let wanted = try sessions.map { try desk.session($0) }
        let removal = SessionRemoval(
            desk.catalogue, searchPath: ChildProcess.Launch.searchPath(Program.environment))
        var reports: [SessionRemoval.Report] = []
        var status: Int32 = 0
        for session in wanted where !reports.contains(where: { $0.session == session.id }) {
            do throws(CatalogError) {
                let report = try removal.remove(
                    session, reason: Tombstone.byHand, now: WallClock.now(), isForced: force)
                reports.append(report)
                if !json { say(report) }
            } catch {
                Program.complain("\(error)")
                status = error.shellStatus
            }
        }
        desk.sayRemarks()
        if json { Program.say(try JSONText.text(reports)) }
        if reports.contains(where: { $0.snapshots > 0 }) { Upkeep.startAfterDeleting(environment: Program.environment) }
        if status != 0 { Glibc.exit(status) }
    }

    private func say(_ report: SessionRemoval.Report) {
        var parts = ["removed \(report.session)"]
        if report.bytes > 0 { parts.append(ByteText.text(UInt64(report.bytes))) }
        if report.snapshots > 0 { parts.append("\(report.snapshots) snapshots (`ah agent fs gc` frees their space)") }
        Program.say(parts.joined(separator: ", "))
        if let path = report.keptRecording { Program.complain("\(path) stays: it is a file of your choice") }
        for name in report.branches {
            Program.complain("its branch \(name) stays; `ah agent fs branch delete \(name)` deletes it")
        }
        if !report.keptSnapshots.isEmpty {
            Program.complain("\(report.keptSnapshots.joined(separator: ", ")) stay: branches were made of them")
        }
    }
}
