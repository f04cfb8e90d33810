import ArgumentParser
import Catalog
import Glibc
import Processes
import Snapshots

struct SessionRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a program where a session works: in its branch, or in its folder.",
        discussion: """
            To look around beside an agent: an editor, a shell, a test. The program sees what the session's sees, also at the \
            same path where the session runs in a branch, and has AH_SESSION_ID. It isn't recorded. Its exit status is the \
            program's.
            """)

    @Argument(help: "The session: its id, the beginning of one, its name, or - for the newest.")
    var session: String

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The program, after --.", valueName: "command"))
    var command: [String] = []

    private var words: [String] { command.first == "--" ? Array(command.dropFirst()) : command }

    func validate() throws {
        if session == "--help" || session == "-h" || command.first == "--help" { throw CleanExit.helpRequest(self) }
        if words.isEmpty {
            throw ValidationError("Which program? Write it after --, as in: ah session run SESSION -- bash")
        }
    }

    func run() throws {
        var environment = Program.environment
        let desk = try CatalogueDesk(environment: environment)
        let found = try desk.session(session)
        environment["AH_SESSION_ID"] = found.id
        if let facts = try? desk.running(found) { environment["AH_RECORDER_IPC_SOCKET"] = facts.socketPath }
        let snapshots = SnapshotDesk(environment: environment)
        if let branch = try snapshots.branches().first(where: { $0.session == found.id }) {
            try runIn(branch, from: found.cwd ?? branch.workspace, environment, snapshots)
        }
        guard let folder = found.cwd else { throw Failure("\(found.id): its recording doesn't say where it worked") }
        guard chdir(folder) == 0 else { throw Failure("\(folder): \(String(cString: strerror(errno)))") }
        environment["PWD"] = folder
        let launch = ChildProcess.Launch(arguments: words, environment: environment, workingDirectory: folder)
        let error = launch.replaceProcess()
        throw Failure("\(error)", status: error.shellStatus)
    }

    private func runIn(
        _ branch: Branch, from folder: String, _ environment: [String: String], _ desk: SnapshotDesk
    ) throws {
        let error = try BranchProgram(branch, desk).replaceProcess(words, environment: environment, from: folder)
        throw Failure("\(error)", status: error.shellStatus)
    }
}

/// A program that takes this one's place, in a branch.
struct BranchProgram {
    private let branch: Branch
    private let desk: SnapshotDesk

    init(_ branch: Branch, _ desk: SnapshotDesk) {
        self.branch = branch
        self.desk = desk
    }

    /// - Returns: why it could not be; else it doesn't return.
    func replaceProcess(
        _ words: [String], environment: [String: String], from folder: String
    ) throws -> ProcessError {
        let use = try BranchList(SnapshotStore(opening: branch.store)).use(branch)
        let problem = use.pathStabilityProblem()
        if let problem {
            Program.complain("not path-stable: \(problem); running in \(branch.folder) instead")
        }
        for remark in BranchRemarks.of(branch) { Program.complain(remark) }
        let launch = ChildProcess.Launch(
            arguments: words, environment: use.environment(environment),
            workingDirectory: use.workingDirectory(from: folder, isPathStable: problem == nil),
            mounts: problem == nil ? try use.mounts(sharing: desk.ownFolders) : [])
        try use.letProgramsInherit()
        return launch.replaceProcess()
    }
}
