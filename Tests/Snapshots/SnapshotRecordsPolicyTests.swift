import TestSupport
import Testing

@testable import Snapshots

struct SnapshotRecordsPolicyTests {
    @Test func `the policy of a session's snapshots is known to who compares with them`() throws {
        let place = try BranchPlace()
        let policy = SnapshotPolicy(excluded: ["node_modules"], largestFile: 1000)
        let workspace = try WorkspaceSnapshots(
            store: place.store, folder: place.workspace, preference: .git, policy: policy, searchPath: "/usr/bin:/bin",
            watches: false)
        let snapshot = try workspace.take(SnapshotRequest(session: "own", reason: .start))
        #expect(try workspace.records.policy(of: "own") == policy)
        #expect(try workspace.records.policy(of: "another") == .standard)
        #expect(try workspace.records.of(session: "own") == [snapshot])
        #expect(try workspace.records.damaged().isEmpty)
    }
}
