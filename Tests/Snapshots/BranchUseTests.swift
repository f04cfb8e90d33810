import Glibc
import Processes
import TestSupport
import Testing

@testable import Snapshots

struct BranchUseTests {
    @Test func `a process begins at the caller's place within the branch`() throws {
        let place = try BranchPlace()
        let use = try place.branches.use(place.branch("b", of: place.snapshot()))
        let workspace = place.store.workspace
        #expect(use.workingDirectory(from: "\(workspace)/src", isPathStable: true) == "\(workspace)/src")
        #expect(use.workingDirectory(from: "\(workspace)/src", isPathStable: false) == "\(use.branch.folder)/src")
        #expect(use.workingDirectory(from: "\(workspace)/later", isPathStable: true) == workspace)
        #expect(use.workingDirectory(from: "\(workspace)2", isPathStable: false) == use.branch.folder)
        #expect(use.environment(["PWD": "/x", "A": "b"]) == ["A": "b", "AH_BRANCH": "b"])
    }

    @Test func `without the workspace's folder nothing can be mounted over it`() throws {
        let place = try BranchPlace()
        let use = try place.branches.use(place.branch(of: place.snapshot()))
        try FolderRemoval(of: place.workspace).run()
        #expect(use.pathStabilityProblem()?.contains("isn't there any more") == true)
    }
}

struct BranchRemarksTests {
    @Test func `a repository outside the branch is pointed out`() throws {
        let place = try BranchPlace()
        let plain = try place.branch(of: place.snapshot())
        #expect(BranchRemarks.of(plain) == [])
        try place.write("gitdir: /elsewhere/.git/worktrees/w\n", to: ".git")
        let worktree = try place.branch(of: place.snapshot())
        #expect(BranchRemarks.of(worktree).first?.contains("/elsewhere/.git/worktrees/w") == true)
        mkdir(place.folder(".git"), 0o755)
        #expect(BranchRemarks.of(plain).first?.contains(place.folder.path) == true)
    }
}
