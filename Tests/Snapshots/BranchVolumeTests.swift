import Glibc
import TestSupport
import Testing

@testable import Snapshots

/// Branches where the provider has a place of its own for them.
@Suite(.enabled(if: LoopVolume.hasBtrfs, "no btrfs can be mounted here"))
struct BranchVolumeTests {
    @Test func `a btrfs branch is a subvolume, deleted with its record; one without a record is collected`() throws {
        let volume = try LoopVolume(.btrfs)
        let home = try TemporaryFolder()
        let workspace = volume("project")
        try LoopVolume.run(["btrfs", "-q", "subvolume", "create", workspace])
        try LoopVolume.run(["sh", "-c", "echo hello > \"$0/readme\"", workspace])
        let store = try SnapshotStore(for: workspace, below: home.path)
        let provider = try BtrfsProvider(workspace: workspace, store: store)
        let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
        let list = BranchList(store)
        let place = try #require(provider.branchFolder)
        let (first, second) = try (
            list.create(BranchRequest(name: "first"), of: snapshot, with: provider).branch,
            list.create(BranchRequest(name: "second"), of: snapshot, with: provider).branch
        )
        #expect(first.folder.hasPrefix("\(place)/") && second.folder.hasPrefix("\(place)/"))
        _ = try provider.materialise(snapshot, at: "\(place)/orphan", deadline: .never)
        #expect(try list.collectOrphans(of: provider) == 1)
        #expect(try WholeFile.names(in: place).count == 2)
        try list.delete(first, with: provider)
        #expect(try list.all() == [second])
        #expect(try String(decoding: WholeFile.read("\(second.folder)/readme"), as: UTF8.self) == "hello\n")
        try list.delete(second, with: provider)
        #expect(try WholeFile.names(in: place).isEmpty && WholeFile.names(in: store.branches).isEmpty)
    }
}
