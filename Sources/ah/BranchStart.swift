import Processes
import SessionHost
import Snapshots

/// A branch that was made for a session to start in, before anything else of it: what the session is given depends on
/// where the branch lies.
struct BranchStart {
    let desk: SnapshotDesk
    let found: SnapshotArchive.Found
    let list: BranchList
    let branch: Branch
    /// Whether its files are exactly the snapshot's.
    let isExact: Bool
    /// Why its processes can't see it at the workspace's own path; nil where they can.
    let problem: String?

    /// - Parameter request: what is recorded with the branch.
    init(of name: String, _ request: BranchRequest, environment: [String: String]) throws {
        desk = SnapshotDesk(environment: environment)
        found = try desk.snapshot(name)
        list = BranchList(found.store)
        problem = BranchUse.pathStabilityProblem(workspace: found.store.workspace)
        let report = try list.create(request, of: found.snapshot, with: desk.archive.provider(found))
        for note in report.made.lost.first { Program.complain("\(note.path.printable): \(note.text)") }
        branch = report.branch
        isExact = report.isExact
    }

    /// The session can't start: nobody will want it.
    func takeBack() throws { try list.delete(branch, with: desk.archive.provider(found)) }

    /// The workspace's path and that of the branch, where its processes see it elsewhere.
    var moved: (from: String, to: String)? { problem == nil ? nil : (branch.workspace, branch.folder) }

    /// Where its program begins that was started from a folder.
    func workingDirectory(from start: String) throws -> String {
        try list.use(branch).workingDirectory(from: start, isPathStable: problem == nil)
    }

    /// What the program has to see at other places than where it lies.
    func binds() throws -> [FolderBind] {
        guard problem == nil else { return [] }
        return try list.use(branch).mounts(sharing: desk.ownFolders).compactMap { mount in
            if case .bind(let source, let target) = mount { FolderBind(source: source, target: target) } else { nil }
        }
    }
}
