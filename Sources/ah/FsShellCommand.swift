import ArgumentParser
import Glibc
import Processes
import SessionHost
import Snapshots

struct FsShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Open your shell in a snapshot's files, read-only, and take them away at its end.",
        discussion: """
            The files are shown below $AH_HOME/views, as `ah agent fs mount` shows them. A command after -- is run in the shell's \
            place; the exit status is its own.
            """)

    @Argument(help: ArgumentHelp("SNAP[:FOLDER]", valueName: "snap"))
    var place: String

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("A command, after --.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        if place == "--help" || place == "-h" || command.first == "--help" { throw CleanExit.helpRequest(self) }
    }

    func run() throws {
        let environment = Program.environment
        let desk = SnapshotDesk(environment: environment)
        let (found, path) = try desk.place(place)
        guard try desk.archive.tree(of: found).entry(at: path)?.kind == .folder else {
            throw SnapshotError.notAFolder(path.printable)
        }
        let views = SnapshotViews(folder: "\(desk.folders.home)/views")
        try views.collectLeftovers(desk)
        try SessionFolders.makePrivate(views.folder)
        let view = views.path(of: found.snapshot)
        Program.complain("making the files of \(found.snapshot.name) ready …")
        let mounts = SnapshotMounts(found.store)
        let mount = try mounts.mount(found.snapshot, of: desk.archive.provider(found), at: view)
        for note in mount.lost.first { Program.complain("\(note.path.printable): \(note.text)") }
        Program.complain("\(mount.folder): \(mount.explanation); they go when this shell ends")
        let status = try shell(in: path.isRoot ? mount.folder : "\(mount.folder)/\(path)", found, environment)
        // The shell was started from within.
        guard chdir("/") == 0 else { throw Failure("/: can't go there: \(String(cString: strerror(errno)))") }
        do throws(SnapshotError) {
            try mounts.unmount(mount.folder)
        } catch {
            Program.complain("\(error); once nothing works there: ah agent fs unmount \(mount.folder)")
        }
        Glibc.exit(status)
    }

    private func shell(
        in folder: String, _ found: SnapshotArchive.Found, _ environment: [String: String]
    ) throws -> Int32 {
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        let shell = environment["SHELL"].flatMap { $0.isEmpty ? nil : $0 } ?? "/bin/sh"
        var environment = environment
        environment["AH_SNAPSHOT"] = found.snapshot.name
        environment["PWD"] = folder
        environment["OLDPWD"] = nil
        return try ForegroundChild.run(
            words.isEmpty ? [shell] : words, environment: environment, workingDirectory: folder)
    }
}

/// Where snapshots are shown while a shell is in them: a folder for each, named after the process that shows it.
struct SnapshotViews {
    let folder: String

    func path(of snapshot: Snapshot) -> String {
        "\(folder)/\(snapshot.session.prefix(8))@\(snapshot.number)-\(getpid())"
    }

    /// Takes away what killed processes left.
    func collectLeftovers(_ desk: SnapshotDesk) throws {
        for store in try desk.archive.stores() {
            let mounts = SnapshotMounts(store)
            for mount in try mounts.list() where mount.folder.hasPrefix("\(folder)/") {
                guard let pid = mount.folder.split(separator: "-").last.flatMap({ Int32($0) }), pid > 0,
                    kill(pid, 0) != 0, errno == ESRCH
                else { continue }
                do throws(SnapshotError) {
                    try mounts.unmount(mount.folder)
                } catch {
                    Program.complain("\(error)")
                }
            }
        }
    }
}
