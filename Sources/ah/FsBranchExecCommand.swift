import ArgumentParser
import Glibc
import Processes
import Snapshots

struct FsBranchExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a command in a branch, which it sees at the workspace's path.",
        discussion: "Its exit status is the command's. While it runs the branch can't be deleted.")

    @Argument(help: "The branch's name, or the beginning of it.") var branch: String

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The command, after --.", valueName: "command"))
    var command: [String] = []

    private var words: [String] { command.first == "--" ? Array(command.dropFirst()) : command }

    func validate() throws {
        if branch == "--help" || branch == "-h" || command.first == "--help" { throw CleanExit.helpRequest(self) }
        if words.isEmpty {
            throw ValidationError("Which command? Write it after --, as in: ah agent fs branch exec NAME -- make test")
        }
    }

    func run() throws {
        let environment = Program.environment
        let found = try SnapshotDesk(environment: environment).existingBranch(branch)
        let use = try BranchList(SnapshotStore(opening: found.store)).use(found)
        let problem = use.pathStabilityProblem()
        if let problem {
            Program.complain("not path-stable: \(problem); running in \(found.folder) instead")
        }
        for remark in BranchRemarks.of(found) { Program.complain(remark) }
        let launch = ChildProcess.Launch(
            arguments: words, environment: use.environment(environment),
            workingDirectory: use.workingDirectory(from: Program.workingDirectory, isPathStable: problem == nil),
            mounts: problem == nil ? try use.mounts(sharing: SnapshotDesk(environment: environment).ownFolders) : [])
        try use.letProgramsInherit()
        let error = launch.replaceProcess()
        throw Failure("\(error)", status: error.shellStatus)
    }
}
