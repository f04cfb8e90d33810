import ArgumentParser
import Glibc

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
        let desk = SnapshotDesk(environment: environment)
        let error = try BranchProgram(desk.existingBranch(branch), desk).replaceProcess(
            words, environment: environment, from: Program.workingDirectory)
        throw Failure("\(error)", status: error.shellStatus)
    }
}
