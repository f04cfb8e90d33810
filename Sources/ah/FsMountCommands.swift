import ArgumentParser
import Snapshots

struct FsMountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mount", abstract: "Show a snapshot at a folder, read-only, for any program to look at.",
        discussion: """
            Where mounting takes rights that you don't have, it is a checkout without write permissions, and says so.
            """)

    @Argument(help: ArgumentHelp("The snapshot; none lists what is mounted.", valueName: "snap"))
    var snapshot: String?

    @Argument(help: ArgumentHelp("The folder; made if it isn't there.", valueName: "dir"))
    var folder: String?

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if snapshot != nil, folder == nil { throw ValidationError("Where? ah agent fs mount SNAP DIR") }
    }

    func run() throws {
        let desk = SnapshotDesk()
        guard let snapshot, let folder else { return try list(desk) }
        let found = try desk.snapshot(snapshot)
        let target = folder.hasPrefix("/") ? folder : "\(Program.workingDirectory)/\(folder)"
        let mount = try SnapshotMounts(found.store).mount(
            found.snapshot, of: desk.archive.provider(found), at: target)
        if json { return Program.say(try JSONText.text(mount)) }
        Program.say("\(mount.folder): \(mount.snapshot), \(mount.explanation)")
        for note in mount.lost.first { Program.complain("\(note.path.printable): \(note.text)") }
    }

    private func list(_ desk: SnapshotDesk) throws {
        var mounts: [SnapshotMount] = []
        for store in try desk.archive.stores() { mounts += try SnapshotMounts(store).list() }
        if json { return Program.say(try JSONText.text(mounts)) }
        var table = TextTable()
        for mount in mounts { table.add([mount.folder, mount.snapshot, mount.explanation]) }
        Program.say(mounts.isEmpty ? "nothing is mounted" : table.text)
    }
}

struct FsUnmountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmount", abstract: "Take away what `ah agent fs mount` showed at a folder.")

    @Argument(help: ArgumentHelp("The folder.", valueName: "dir"))
    var folder: String

    func run() throws {
        let desk = SnapshotDesk()
        let target = folder.hasPrefix("/") ? folder : "\(Program.workingDirectory)/\(folder)"
        for store in try desk.archive.stores() {
            let mounts = SnapshotMounts(store)
            guard try mounts.list().contains(where: { $0.folder == target }) else { continue }
            return try mounts.unmount(target)
        }
        throw Failure("\(target): no snapshot is mounted there; `ah agent fs mount` lists what is")
    }
}
