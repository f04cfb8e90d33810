/// A command that is run in a branch of a snapshot made for it alone, to see how it ends there.
public enum SnapshotTest {
    /// How it ended, as a shell reports it, and the end of what it printed.
    public struct Result: Hashable, Sendable {
        public var status: Int32
        public var output: [UInt8]
    }

    /// Makes the branch, runs the command in it at the workspace's own path (where that can be done), and deletes it.
    ///
    /// - Parameter workingDirectory: where the command starts; a folder of the workspace is the same in the branch.
    public static func run(
        _ command: [String], in snapshot: Snapshot, branches: BranchList, provider: any SnapshotProvider,
        environment: [String: String], workingDirectory: String, deadline: Deadline = .never
    ) throws(SnapshotError) -> Result {
        let options = BisectionRun.Options(
            command: command, environment: environment, workingDirectory: workingDirectory)
        let job = try BisectionJob(
            index: 0, snapshot: snapshot, branches: branches, provider: provider, options: options, deadline: deadline)
        let status = job.waitForEnd()
        let result = Result(status: status, output: job.output())
        try branches.delete(job.branch, with: provider, isForced: true)
        return result
    }
}
