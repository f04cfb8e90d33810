import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct AdoptionRepositoryTests {
    /// A repository with a commit, something staged and something not, and a branch of its snapshot.
    final class Case {
        let place: BranchPlace
        let branch: Branch

        init(prepare: (BranchPlace) throws -> Void = { _ in }) throws {
            place = try BranchPlace(["readme": "hello\n", ".gitignore": "*.log\n", "src/main.c": "main\n"])
            try place.git("init", "-q")
            try place.git("add", "-A")
            try place.git("commit", "-q", "-m", "first")
            try place.write("staged\n", to: "staged")
            try place.git("add", "staged")
            try place.write("loose\n", to: "loose")
            // A hook that would be noticed.
            for hook in ["post-commit", "reference-transaction", "pre-commit", "post-index-change"] {
                try place.write("#!/bin/sh\ntouch \(place.folder.path)/hook-ran\n", to: ".git/hooks/\(hook)")
                chmod("\(place.workspace)/.git/hooks/\(hook)", 0o755)
            }
            try prepare(place)
            branch = try place.branch("b", of: place.snapshot())
        }

        func request(_ name: String = "result", isForced: Bool = false) throws -> AdoptionRepository.Request {
            let scratch = place.folder("scratch-\(UInt32.random(in: 0 ... .max))")
            mkdir(scratch, 0o700)
            return AdoptionRepository.Request(
                workspace: place.workspace, folder: branch.folder, name: name, isForced: isForced,
                message: "From branch b\n\nSnapshot: session@1", scratch: scratch)
        }

        func adopt(_ name: String = "result", isForced: Bool = false) throws -> AdoptionRepository.Result {
            try AdoptionRepository(environment: BranchPlace.gitEnvironment).adopt(request(name, isForced: isForced))
        }

        /// All of the workspace but the objects, refs and reflogs that a new branch means.
        func untouched() throws -> [String] {
            try BranchPlace.fingerprint(of: place.workspace).filter { line in
                !["./.git/objects", "./.git/refs/heads", "./.git/logs/refs", "./.git|"].contains { line.contains($0) }
            }
        }
    }

    @Test func `the branch becomes a commit on a branch of its own, and nothing else of the repository changes`() throws
    {
        let adoption = try Case()
        let place = adoption.place
        try place.write("changed\n", to: "readme", in: adoption.branch.folder)
        try place.write("noise\n", to: "build.log", in: adoption.branch.folder)
        unlink("\(adoption.branch.folder)/src/main.c")
        let before = try adoption.untouched()
        let result = try adoption.adopt()
        #expect(try adoption.untouched() == before)
        #expect(!place.exists("hook-ran", in: place.folder.path))
        #expect(result.isNewCommit && result.replaced == nil)
        #expect(try place.git("rev-parse", "result") == "\(result.commit)\n")
        #expect(try place.git("rev-parse", "result^") == place.git("rev-parse", "main"))
        #expect(
            try place.git("diff", "--name-status", "main", "result")
                == "A\tloose\nM\treadme\nD\tsrc/main.c\nA\tstaged\n")
        #expect(try place.git("show", "result:readme") == "changed\n")
        #expect(
            try place.git("log", "-1", "--format=%an %ae %cn %B", "result")
                == "A U Thor author@example.com C O Mitter From branch b\n\nSnapshot: session@1\n\n")
        #expect(try place.git("status", "--porcelain") == "A  staged\n?? loose\n")
        _ = try place.git("fsck", "--strict")
        #expect(try place.git("for-each-ref", "--format=%(refname)") == "refs/heads/main\nrefs/heads/result\n")
        #expect(try place.git("for-each-ref", "--format=%(refname)", in: adoption.branch.folder) == "refs/heads/main\n")
    }

    @Test func `commits made in the branch stay, and are enough where nothing else was changed`() throws {
        let adoption = try Case()
        let place = adoption.place
        try place.write("changed\n", to: "readme", in: adoption.branch.folder)
        try place.git("add", "-A", in: adoption.branch.folder)
        try place.git("commit", "-q", "-m", "second", in: adoption.branch.folder)
        unlink(place.folder("hook-ran"))
        let result = try adoption.adopt()
        #expect(!result.isNewCommit)
        #expect(try place.git("log", "--format=%s", "result") == "second\nfirst\n")
        try place.write("more\n", to: "readme", in: adoption.branch.folder)
        #expect(throws: SnapshotError.self) { try adoption.adopt() }
        let again = try adoption.adopt(isForced: true)
        #expect(again.replaced == result.commit && again.isNewCommit)
        #expect(try place.git("log", "--format=%s", "result") == "From branch b\nsecond\nfirst\n")
        #expect(!place.exists("hook-ran", in: place.folder.path))
    }

    @Test func `names that are taken, checked out or no names are refused`() throws {
        let adoption = try Case()
        try adoption.place.write("changed\n", to: "readme", in: adoption.branch.folder)
        try adoption.place.git("branch", "other")
        try adoption.place.git("worktree", "add", "-q", adoption.place.folder("elsewhere"), "-b", "out")
        for (name, reason) in [
            ("main", "checked out"), ("out", "checked out"), ("other", "is a git branch already"),
            ("a..b", "isn't a name"),
            ("-x", "isn't a name"), ("@{-1}", "isn't a name"),
        ] {
            let error = #expect(throws: SnapshotError.self) { try adoption.adopt(name) }
            #expect(error?.description.contains(reason) == true, "\(name): \(error?.description ?? "")")
        }
        for name in ["main", "out"] {
            #expect(throws: SnapshotError.self) { try adoption.adopt(name, isForced: true) }
        }
        #expect(try adoption.adopt("other", isForced: true).replaced != nil)
    }

    @Test func `without a repository, in a part of one, or with nothing changed it says what else there is`() throws {
        let plain = try BranchPlace()
        let branch = try plain.branch("b", of: plain.snapshot())
        let adopter = AdoptionRepository(environment: BranchPlace.gitEnvironment)
        var request = AdoptionRepository.Request(
            workspace: plain.workspace, folder: branch.folder, name: "result", isForced: false, message: "m",
            scratch: plain.folder.path)
        #expect(
            throws: SnapshotError.repository(
                path: plain.workspace, reason: "isn't a git repository; use --patch or --apply")
        ) { try adopter.adopt(request) }
        try plain.git("init", "-q", in: plain.folder.path)
        let error = #expect(throws: SnapshotError.self) { try adopter.adopt(request) }
        #expect(error?.description.contains("only a part of the repository") == true)
        let unchanged = try Case { place in
            try place.git("commit", "-q", "-m", "staged")
            unlink("\(place.workspace)/loose")
        }
        request = try unchanged.request()
        let nothing = #expect(throws: SnapshotError.self) { try adopter.adopt(request) }
        #expect(nothing?.description.contains("nothing to adopt") == true)
    }

    @Test func `nobody known to git is said so`() throws {
        let adoption = try Case()
        try adoption.place.write("changed\n", to: "readme", in: adoption.branch.folder)
        try adoption.place.git("config", "user.useConfigOnly", "true")
        let environment = BranchPlace.gitEnvironment.filter {
            !$0.key.hasPrefix("GIT_AUTHOR") && !$0.key.hasPrefix("GIT_COMMITTER")
        }
        let error = #expect(throws: SnapshotError.self) {
            try AdoptionRepository(environment: environment).adopt(adoption.request())
        }
        #expect(error?.description.contains("user.name") == true)
    }

    @Test func `a worktree's branch goes into the repository it belongs to, before its first commit, too`() throws {
        let outer = try Case()
        let place = outer.place
        let worktree = place.folder("worktree")
        try place.git("worktree", "add", "-q", worktree, "-b", "side")
        let store = try SnapshotStore(for: worktree, below: place.folder("state"))
        let provider = try GitProvider(store: store, folder: worktree, program: place.program, watches: false)
        let snapshot = try provider.take(SnapshotRequest(session: "w", reason: .manual))
        let branch = try BranchList(store).create(BranchRequest(name: "w"), of: snapshot, with: provider).branch
        try place.write("changed\n", to: "readme", in: branch.folder)
        unlink(place.folder("hook-ran"))
        let before = try BranchPlace.fingerprint(of: worktree)
        let index = try WholeFile.read("\(place.workspace)/.git/worktrees/worktree/index")
        var request = try outer.request()
        request.workspace = worktree
        request.folder = branch.folder
        let result = try AdoptionRepository(environment: BranchPlace.gitEnvironment).adopt(request)
        #expect(try place.git("show", "\(result.commit):readme") == "changed\n")
        #expect(try BranchPlace.fingerprint(of: worktree) == before)
        #expect(try WholeFile.read("\(place.workspace)/.git/worktrees/worktree/index") == index)
        #expect(!place.exists("hook-ran", in: place.folder.path))

        let fresh = try BranchPlace()
        try fresh.git("init", "-q")
        let first = try fresh.branch("f", of: fresh.snapshot())
        mkdir(fresh.folder("s"), 0o700)
        let born = try AdoptionRepository(environment: BranchPlace.gitEnvironment).adopt(
            AdoptionRepository.Request(
                workspace: fresh.workspace, folder: first.folder, name: "result", isForced: false, message: "m",
                scratch: fresh.folder("s")))
        #expect(try fresh.git("log", "--format=%s", "result") == "m\n" && born.isNewCommit)
    }
}
