import Testing

@testable import Snapshots

struct WorkspaceSnapshotsTests {
    private let path = "/usr/local/bin:/usr/bin:/bin"

    @Test func `a branch's snapshots lie in its workspace's store`() throws {
        let bench = try SnapshotBench()
        try bench.write("x", "file")
        let own = try WorkspaceSnapshots(
            store: bench.store, folder: bench.workspace, preference: .git, searchPath: path)
        let first = try own.take(SnapshotRequest(session: "s", reason: .start))
        _ = try own.provider.materialise(first, at: bench.folder("branch"), deadline: .never)
        let branch = try WorkspaceSnapshots(
            store: bench.store, folder: bench.folder("branch"), preference: .git, searchPath: path)
        let second = try branch.take(SnapshotRequest(session: "b", reason: .branch))
        #expect(second.workspace == bench.folder("branch"))
        #expect(try own.records.all().map(\.name) == ["s@1", "b@1"])
        #expect(
            try SnapshotComparison(own.provider.tree(of: first), branch.provider.tree(of: second)).changes().isEmpty)
        try own.close()
        try branch.close()
        #expect(try WholeFile.names(in: "\(bench.store.folder)/indexes").count == 2)
    }

    @Test func `the choice is explained`() throws {
        let bench = try SnapshotBench()
        let auto = try WorkspaceSnapshots(store: bench.store, folder: bench.workspace, searchPath: path)
        let status = try auto.status()
        #expect(status.provider == auto.provider.kind)
        #expect(status.choice.kind == status.provider)
        #expect(Set(status.fidelity.rows.map(\.aspect)) == Set(Fidelity.Aspect.allCases))
        #expect(throws: SnapshotError.self) {
            try WorkspaceSnapshots(store: bench.store, folder: bench.folder("none"), searchPath: path)
        }
    }
}
