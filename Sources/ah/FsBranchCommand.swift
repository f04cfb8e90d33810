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
            let stores = try FsStores()
            let found = try stores.snapshot(snapshot)
            let provider = try stores.provider(found.snapshot.provider, found.store, folder: found.store.workspace)
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
            let stores = try FsStores()
            let rows = try stores.branches().map { branch in
                FsBranchText.Row(branch: branch, isInUse: try stores.branch(branch.name).branches.isInUse(branch))
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
            let stores = try FsStores()
            for name in branches {
                let found = try stores.branch(name)
                let provider = try stores.provider(found.branch.provider, found.store, folder: found.store.workspace)
                try found.branches.delete(found.branch, with: provider, isForced: force)
                Program.say("deleted \(found.branch.name)")
                if found.branch.isOwnFolder { Program.say("its folder stays: \(found.branch.folder)") }
            }
        }
    }
}
