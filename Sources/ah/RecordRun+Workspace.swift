import Processes
import Recording
import SessionHost
import Snapshots

extension RecordRun {
    /// Adds to a session's configuration what is snapshotted, and where it starts if it is a branch.
    func configureWorkspace(_ configuration: inout HostConfiguration) throws {
        configuration.injection = injection
        if let name = options.fromSnapshot {
            try branch(from: name, &configuration)
        } else {
            try snapshotWorkspace(&configuration)
        }
        let own = [folders.home, folders.runtime]
        configuration.snapshots?.ownFiles =
            [configuration.recordingPath] + (configuration.runsIn?.ownPaths(own) ?? own)
    }

    private func snapshotWorkspace(_ configuration: inout HostConfiguration) throws {
        guard !options.snapshots.isDisabled else { return }
        let choice = try WorkspaceChoice(
            named: options.snapshots.workspace.map(absolute),
            start: configuration.workingDirectory ?? Program.workingDirectory, home: environment["HOME"])
        guard let folder = choice.folder else {
            // Asked for by name it is an error; otherwise there is simply nothing that should be snapshotted.
            guard options.snapshots.provider == "auto" else { throw Failure(choice.reason) }
            return
        }
        var snapshots = SnapshotConfiguration(folder: folder, workspace: folder, stateFolder: folders.home)
        options.snapshots.configure(&snapshots)
        configuration.snapshots = snapshots
    }

    /// Lets the session run in a branch of a snapshot, at the workspace's own path where that can be done.
    private func branch(from name: String, _ configuration: inout HostConfiguration) throws {
        let begun = try branchStart ?? BranchStart(of: name, branchRequest, environment: environment)
        let (branch, found) = (begun.branch, begun.found)
        let start = configuration.workingDirectory ?? Program.workingDirectory
        let isInside = start == branch.workspace || start.hasPrefix("\(branch.workspace)/")
        // A folder elsewhere that was asked for is the same in the branch.
        if isInside || options.cwd == nil {
            configuration.workingDirectory = try begun.workingDirectory(from: start)
        }
        configuration.binds = try begun.binds()
        if let problem = begun.problem {
            Program.complain(
                "the branch runs in \(branch.folder), not at \(branch.workspace): \(problem). "
                    + "Absolute paths in the program's memory may lead it to the original")
        }
        configuration.runsIn = branch
        configuration.branch = metadata(found.snapshot)
        guard !options.snapshots.isDisabled else { return }
        var snapshots = SnapshotConfiguration(
            folder: branch.folder, workspace: branch.workspace, stateFolder: folders.home)
        snapshots.store = found.store.folder
        if begun.isExact { snapshots.startsFrom = found.snapshot.name }
        options.snapshots.configure(&snapshots)
        configuration.snapshots = snapshots
    }

    /// What the branch of this session shall be.
    var branchRequest: BranchRequest {
        BranchRequest(name: options.name, injectedMessage: injectedMessage, session: sessionID)
    }

    private var injectedMessage: String? { injection ?? task }

    private func metadata(_ snapshot: Snapshot) -> BranchMetadata {
        var metadata = BranchMetadata(parentSessionID: snapshot.session)
        metadata.snapshotID = UInt64(snapshot.number)
        metadata.parentTime = snapshot.sessionTime.map { Int64(clamping: $0) }
        metadata.injectedMessage = injectedMessage
        metadata.contextReconstruction = contextReconstruction
        return metadata
    }
}
