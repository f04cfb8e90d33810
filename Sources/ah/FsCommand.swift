import ArgumentParser

struct FsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fs", abstract: "Snapshots of a workspace's files, and branches made of them.",
        subcommands: [FsBranchCommand.self])
}
