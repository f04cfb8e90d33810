import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct BranchListTests {
    @Test func `a branch holds the snapshot's files, and what is written to it stays in it`() throws {
        let place = try BranchPlace()
        let snapshot = try place.snapshot()
        let before = try BranchPlace.fingerprint(of: place.workspace)
        let branch = try place.branch("try", of: snapshot)
        #expect(branch.parent.description == "session@1")
        #expect(branch.workspace == place.store.workspace)
        #expect(try BranchPlace.fingerprint(of: branch.folder) == before)
        try place.write("changed\n", to: "readme", in: branch.folder)
        unlink("\(branch.folder)/src/main.c")
        #expect(try BranchPlace.fingerprint(of: place.workspace) == before)
        #expect(try place.branches.all() == [branch])
    }

    @Test func `an odd tree comes into its branches with all its attributes, the third time from a checkout`() throws {
        let place = try BranchPlace([:])
        rmdir(place.workspace)
        try OddTree.make(at: place.workspace)
        let original = try OddTree.description(of: place.workspace)
        let snapshot = try place.snapshot()
        var cameFromCheckout: [Bool] = []
        for _ in 1...3 {
            let report = try place.branches.create(BranchRequest(), of: snapshot, with: place.provider())
            #expect(report.made.lost.isEmpty, "\(report.made.lost)")
            let difference = try OddTree.difference(of: report.branch.folder, from: original)
            #expect(difference.isEmpty, "\(difference)")
            cameFromCheckout.append(report.isFromCheckout)
        }
        // Root's branches are laid over the checkout that the first one leaves.
        #expect(cameFromCheckout == [false, geteuid() == 0, true])
    }

    @Test func `names are derived, checked, and may be shortened`() throws {
        let place = try BranchPlace()
        let snapshot = try place.snapshot("3f2a9c41-0000-4000-8000-000000000000")
        let names = try (1...3).map { _ in try place.branch(of: snapshot).name }
        #expect(names == ["3f2a9c41-1", "3f2a9c41-1.2", "3f2a9c41-1.3"])
        let own = try place.branch("mine", of: snapshot)
        #expect(try place.branches.branch("mi") == own)
        #expect(try place.branches.branch("3f2a9c41-1").name == "3f2a9c41-1")
        #expect(throws: SnapshotError.noSuchBranch("3f", candidates: names)) { try place.branches.branch("3f") }
        #expect(throws: SnapshotError.noSuchBranch("x", candidates: (names + ["mine"]).sorted())) {
            try place.branches.branch("x")
        }
        #expect(throws: SnapshotError.exists(path: place.branches.place("mine"))) {
            try place.branch("mine", of: snapshot)
        }
        for name in ["", "..", "a/b", "-x", ".hidden", "a b"] {
            #expect(throws: SnapshotError.self) { try place.branch(name, of: snapshot) }
        }
        #expect(try place.branches.all().count == 4)
    }

    @Test func `a branch of a branch has its snapshots in the same store`() throws {
        let place = try BranchPlace()
        let first = try place.branch("first", of: place.snapshot())
        try place.write("one\n", to: "new", in: first.folder)
        let second = try place.branch("second", of: place.snapshot("inner", of: first.folder))
        #expect(second.parent.description == "inner@1")
        #expect(second.workspace == place.store.workspace)
        #expect(try place.read("new", in: second.folder) == "one\n")
        try place.branches.delete(first, with: place.provider())
        #expect(try place.read("new", in: second.folder) == "one\n")
    }

    @Test func `a branch in use isn't deleted, unless forced`() throws {
        let place = try BranchPlace()
        let branch = try place.branch(of: place.snapshot())
        var use: BranchUse? = try place.branches.use(branch)
        #expect(place.branches.isInUse(branch))
        _ = try place.branches.use(branch)
        #expect(throws: SnapshotError.branchInUse(branch.name)) {
            try place.branches.delete(branch, with: place.provider())
        }
        #expect(try place.branches.all() == [branch])
        withExtendedLifetime(use) {}
        use = nil
        #expect(!place.branches.isInUse(branch))
        let again = try place.branches.use(branch)
        try place.branches.delete(branch, with: place.provider(), isForced: true)
        #expect(again.branch == branch)
        #expect(try place.branches.all().isEmpty)
        #expect(try WholeFile.names(in: place.store.branches).isEmpty)
        #expect(throws: SnapshotError.noSuchBranch(branch.name, candidates: [])) { try place.branches.use(branch) }
    }

    @Test func `a folder of the user's own stays when the branch is deleted`() throws {
        let place = try BranchPlace()
        let snapshot = try place.snapshot()
        let request = BranchRequest(name: "own", folder: place.folder("chosen"))
        let branch = try place.branches.create(request, of: snapshot, with: place.provider()).branch
        #expect(branch.folder == place.folder("chosen") && branch.isOwnFolder)
        #expect(throws: SnapshotError.exists(path: place.folder("chosen"))) {
            try place.branches.create(
                BranchRequest(folder: place.folder("chosen")), of: snapshot, with: place.provider())
        }
        #expect(throws: SnapshotError.self) {
            try place.branches.create(
                BranchRequest(folder: "\(place.workspace)/inside"), of: snapshot, with: place.provider())
        }
        try place.branches.delete(branch, with: place.provider())
        #expect(try place.read("readme", in: place.folder("chosen")) == "hello\n")
        #expect(try WholeFile.names(in: place.store.branches).isEmpty)
    }

    @Test func `half a branch and checkouts that no branch lies on are collected, others are kept`() throws {
        let place = try BranchPlace()
        let first = try place.snapshot("first")
        // A hard link that changes: the second one can't be made of the first one's checkout.
        #expect(link("\(place.workspace)/readme", "\(place.workspace)/again") == 0)
        let second = try place.snapshot("second")
        for snapshot in [first, first, second, second] { _ = try place.branch(of: snapshot) }
        let half = "\(place.store.branches)/\(ScratchFolder.prefix)half"
        try WholeFile.makeFolders("\(half)/files/deep")
        let checkouts = { try WholeFile.names(in: place.store.checkouts).filter { $0.hasSuffix("@1") } }
        #expect(try checkouts() == ["first@1", "second@1"])
        for branch in try place.branches.all() where branch.parent.session == "second" {
            try place.branches.delete(branch, with: place.provider())
        }
        // Copies need no checkout any more; what is laid over one does.
        let isRoot = geteuid() == 0
        #expect(try place.branches.collectLeftovers() == (isRoot ? 2 : 3))
        #expect(try checkouts() == (isRoot ? ["first@1"] : []))
        for branch in try place.branches.all() { #expect(try place.read("readme", in: branch.folder) == "hello\n") }
        #expect(try place.branches.all().count == 2)
        #expect(try place.branches.collectLeftovers() == 0)
    }

    @Test func `a branch that will be the only one leaves no checkout, but uses one that is there`() throws {
        let place = try BranchPlace()
        let snapshot = try place.snapshot()
        var request = BranchRequest()
        request.keepsCheckout = false
        for _ in 1...3 {
            #expect(try !place.branches.create(request, of: snapshot, with: place.provider()).isFromCheckout)
        }
        #expect(try WholeFile.names(in: place.store.checkouts).isEmpty)
        for _ in 1...2 { _ = try place.branch(of: snapshot) }
        #expect(try place.branches.create(request, of: snapshot, with: place.provider()).isFromCheckout)
    }

    @Test func `a damaged record is named and hides no other branch`() throws {
        let place = try BranchPlace()
        let snapshot = try place.snapshot()
        let whole = try place.branch("whole", of: snapshot)
        _ = try place.branch("broken", of: snapshot)
        let path = "\(place.branches.place("broken"))/branch.json"
        try WholeFile.replace(path, with: Array("{".utf8), durable: false)
        #expect(try place.branches.all() == [whole])
        #expect(try place.branches.damaged() == [path])
        #expect(throws: SnapshotError.self) { try place.branches.branch("broken") }
    }
}

/// Branches that are laid over a checkout, which takes root's rights.
@Suite(.enabled(if: geteuid() == 0, "overlays for everybody take root's rights"))
struct LayeredBranchTests {
    @Test func `branches of one snapshot share a checkout and nothing else`() throws {
        let place = try BranchPlace()
        let snapshot = try place.snapshot()
        let (first, second) = (try place.branch(of: snapshot), try place.branch(of: snapshot))
        try place.write("first\n", to: "readme", in: first.folder)
        #expect(try place.read("readme", in: second.folder) == "hello\n")
        #expect(try place.read("readme", in: "\(place.store.checkouts)/session@1") == "hello\n")
        try place.branches.delete(first, with: place.provider())
        #expect(try place.read("src/main.c", in: second.folder).contains("main"))
        try place.branches.delete(second, with: place.provider())
        #expect(try WholeFile.names(in: place.store.branches).isEmpty)
    }

    @Test func `after a restart a branch is mounted again with what was written to it`() throws {
        let place = try BranchPlace()
        let branch = try place.branch("b", of: place.snapshot())
        try #require(LayeredFolder.isLayered(branch.folder))
        try place.write("changed\n", to: "readme", in: branch.folder)
        try LayeredFolder.unmountAll(in: place.branches.place("b"))
        #expect(!place.exists("readme", in: branch.folder))
        let again = try place.branches.branch("b")
        #expect(try place.read("readme", in: again.folder) == "changed\n")
    }

    @Test func `a snapshot of such a branch holds all of it`() throws {
        let place = try BranchPlace()
        let branch = try place.branch("b", of: place.snapshot())
        try place.write("changed\n", to: "readme", in: branch.folder)
        unlink("\(branch.folder)/src/main.c")
        rename("\(branch.folder)/src", "\(branch.folder)/moved")
        let tree = try place.provider().tree(of: place.snapshot("inner", of: branch.folder))
        #expect(try tree.entries(in: .root).map { String(decoding: $0.name, as: UTF8.self) } == ["moved", "readme"])
        #expect(try tree.contents(RelativePath("readme")) == Array("changed\n".utf8))
        #expect(try tree.entries(in: RelativePath("moved")).isEmpty)
    }
}
