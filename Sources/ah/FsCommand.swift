import ArgumentParser

struct FsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fs",
        abstract: "Snapshots of a workspace's files: take, read, compare, branch, adopt, delete.",
        discussion: """
            A snapshot is SESSION@N, as `ah agent fs snapshots` lists them; of SESSION its beginning is enough, and \
            without @N it is the last one. @N is of the session that runs here, or else of the newest. The workspace \
            itself is only ever read, but for `adopt --apply` and `adopt --git-branch`.
            """,
        subcommands: [
            FsStatusCommand.self, FsSnapshotCommand.self, FsSnapshotsCommand.self, FsListCommand.self,
            FsCatCommand.self, FsLogCommand.self, FsDiffCommand.self, FsGrepCommand.self, FsExtractCommand.self,
            FsBranchCommand.self, FsAdoptCommand.self, FsMountCommand.self, FsUnmountCommand.self, FsShellCommand.self,
            FsDeleteCommand.self, FsCollectCommand.self,
        ])
}
