import ArgumentParser
import Rendering
import Snapshots

struct FsStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say what takes a folder's snapshots, what it keeps, and what they take up.")

    @Argument(help: "The workspace; without it, the one of the current folder.")
    var folder: String?

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let workspace = try SnapshotDesk().open(folder)
        let status = try workspace.status()
        Program.say(json ? try JSONText.text(status) : text(status))
    }

    private func text(_ status: WorkspaceStatus) -> String {
        var table = TextTable()
        table.add(["workspace", status.workspace])
        if status.folder != status.workspace { table.add(["folder", status.folder]) }
        table.add(["provider", "\(status.choice)"])
        table.add(["store", status.store])
        table.add(["takes up", "\(ByteText.text(status.storeBytes)) for \(status.snapshots) snapshots"])
        table.add([
            "left out", status.excluded.isEmpty ? "nothing by pattern" : status.excluded.joined(separator: ", "),
        ])
        if let largest = status.largestFile { table.add(["", "files over \(ByteText.text(largest)), with a note"]) }
        for note in status.notKept.first { table.add(["not kept", "\(note.path.printable): \(note.text)"]) }
        let more = status.notKept.count - status.notKept.first.count
        if more > 0 { table.add(["", "and \(more) more"]) }
        if !status.notKept.isEmpty { table.add(["", "`--snapshots git` keeps the files of them, too"]) }
        if status.watch != nil {
            table.add(["changes", "watched while a session runs; at its start and end every file is looked at"])
        }
        var fidelity = TextTable()
        for row in status.fidelity.rows { fidelity.add(["  " + row.aspect.rawValue, row.degree.rawValue, row.note]) }
        return table.text + "\n\nwhat is kept of a file:\n" + fidelity.text
    }
}
