import ArgumentParser
import Rendering
import Snapshots

struct FsSnapshotsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshots", abstract: "List snapshots: of one session, of a workspace, or all.")

    @Argument(help: "A session's id, the beginning of one, its name, or - for the newest.")
    var session: String?

    @Flag(help: "Of this folder's workspace only.")
    var here = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let desk = SnapshotDesk()
        var found = try desk.archive.snapshots(session: session.map { try desk.sessionID($0) })
        if here {
            let folder = try desk.workspace(nil).folder
            found = found.filter { $0.store.workspace == folder }
        }
        if json { return Program.say(try JSONText.text(found.map(\.snapshot))) }
        guard !found.isEmpty else {
            throw Failure(
                session.map { "there are no snapshots of \($0)" } ?? "there are no snapshots in \(desk.folders.home)")
        }
        var table = TextTable()
        for item in found { table.add(row(item.snapshot, isShort: found.count > 1)) }
        Program.say(table.text)
    }

    private func row(_ snapshot: Snapshot, isShort: Bool) -> [String] {
        var remarks: [String] = []
        if !snapshot.fuzzy.isEmpty { remarks.append("\(snapshot.fuzzy.count) changed while read") }
        if !snapshot.skipped.isEmpty { remarks.append("\(snapshot.skipped.count) left out") }
        if let same = snapshot.sameAs { remarks.append("same as @\(same)") }
        return [
            snapshot.name, DateText.text(snapshot.takenAt), snapshot.reason.rawValue, snapshot.provider.rawValue,
            snapshot.bytesAdded.map { "+" + ByteText.text($0) } ?? "-", snapshot.label,
            remarks.joined(separator: ", "),
        ]
    }
}
