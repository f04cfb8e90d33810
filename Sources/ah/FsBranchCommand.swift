import ArgumentParser
import FoundationEssentials
import Glibc
import Processes
import Snapshots

struct FsBranchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branch",
        abstract: "Writable folders made of snapshots, in which processes run as in the workspace.",
        subcommands: [Create.self, List.self, Delete.self, FsBranchExecCommand.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a branch of a snapshot.")

        @Argument(help: ArgumentHelp("SESSION@N; the beginning of the session's id is enough.", valueName: "snapshot"))
        var snapshot: String

        @Option(help: "The branch's name; one is derived from the snapshot's without it.")
        var name: String?

        @Option(
            help: ArgumentHelp(
                "A new folder for its files, which stays when the branch is deleted.", valueName: "folder"))
        var dir: String?

        @Flag(help: "Print it as JSON.") var json = false

        func run() throws {
            let desk = SnapshotDesk()
            let found = try desk.snapshot(snapshot)
            let provider = try desk.archive.provider(found)
            if let name, let other = try desk.branches().first(where: { $0.name == name }) {
                throw Failure("\(name): there is a branch of that name, of \(other.workspace); choose another")
            }
            let folder = dir.map { $0.hasPrefix("/") ? $0 : "\(Program.workingDirectory)/\($0)" }
            let report = try BranchList(found.store).create(
                BranchRequest(name: name, folder: folder), of: found.snapshot, with: provider)
            if json { return Program.say(try FsBranchText.json(report)) }
            for line in FsBranchText.remarks(report) { Program.complain(line) }
            Program.say("\(report.branch.name)\t\(report.branch.folder)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the branches.")

        @Flag(help: "Print them as JSON.") var json = false

        func run() throws {
            let rows = try SnapshotDesk().branches().map { branch in
                FsBranchText.Row(
                    branch: branch, isInUse: BranchList(try SnapshotStore(opening: branch.store)).isInUse(branch))
            }
            Program.say(json ? try FsBranchText.json(rows) : FsBranchText.table(rows))
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete branches with their files; a folder that was chosen with --dir stays.")

        @Argument(help: "Their names, or the beginnings of them.") var branches: [String]

        @Flag(help: "Even while a process works in it.") var force = false

        func run() throws {
            let desk = SnapshotDesk()
            for name in branches {
                let branch = try desk.existingBranch(name)
                let store = try SnapshotStore(opening: branch.store)
                let provider = try desk.archive.provider(branch.provider, store)
                try BranchList(store).delete(branch, with: provider, isForced: force)
                Program.say("deleted \(branch.name)")
                if branch.isOwnFolder { Program.say("its folder stays: \(branch.folder)") }
            }
        }
    }
}
