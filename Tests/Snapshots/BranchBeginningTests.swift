import Glibc
import TestSupport
import Testing

@testable import Snapshots

/// The first snapshot in a branch: it is known what it holds.
struct BranchBeginningTests {
    private func take(
        _ provider: GitProvider, startsFrom: Snapshot? = nil
    ) throws -> Snapshot {
        var request = SnapshotRequest(
            session: "child", reason: startsFrom == nil ? .manual : .start, looksAtEverything: true)
        request.startsFrom = startsFrom
        return try provider.take(request)
    }

    @Test func `no file is read for it, and it holds all that its parent does`() throws {
        let place = try BranchPlace([:])
        rmdir(place.workspace)
        try OddTree.make(at: place.workspace)
        let parent = try place.snapshot()
        for _ in 1...3 {
            let made = try place.branches.create(BranchRequest(), of: parent, with: place.provider())
            #expect(made.isExact)
            let provider = try place.provider(for: made.branch.folder)
            let start = try take(provider, startsFrom: parent)
            #expect(provider.scanner.foldersLookedAt == 0)
            let states = try [parent, start].map { try GitObjects.state(of: $0, provider.reader) }
            #expect(states[0] == states[1])
            // What is found then differs in nothing, so that no change is reported that nobody made.
            #expect(try provider.look(for: "child", deadline: .never))
            #expect(provider.scanner.foldersLookedAt > 0)
            #expect(try take(provider).sameAs == start.number)
            try place.write("new\n", to: "plain", in: made.branch.folder)
            let next = try take(provider)
            let changes = try SnapshotComparison(provider.tree(of: start), provider.tree(of: next)).changes()
            #expect(changes.map(\.path.printable) == ["plain"])
        }
    }

    @Test func `what was changed before the first look belongs to the next snapshot`() throws {
        let place = try BranchPlace()
        let parent = try place.snapshot()
        let branch = try place.branch(of: parent)
        let provider = try place.provider(for: branch.folder)
        let start = try take(provider, startsFrom: parent)
        try place.write("early\n", to: "readme", in: branch.folder)
        #expect(try !provider.look(for: "child", deadline: .never))
        let next = try take(provider)
        #expect(try provider.text(start, "readme") == "hello\n")
        #expect(try provider.text(next, "readme") == "early\n")
    }

    @Test func `under another policy, or of a parent that has gone, the files are looked at`() throws {
        let place = try BranchPlace()
        let parent = try place.snapshot()
        try SnapshotRecords(place.store).notePolicy(.standard, of: parent.session)
        let branch = try place.branch(of: parent)
        var policy = SnapshotPolicy.standard
        policy.excluded.append("readme")
        let strict = try GitProvider(
            store: place.store, folder: branch.folder, policy: policy, program: place.program, watches: false)
        let start = try take(strict, startsFrom: parent)
        #expect(try strict.tree(of: start).entry(at: RelativePath("readme")) == nil)
        try SnapshotRecords(place.store).remove(parent)
        let provider = try place.provider(for: branch.folder)
        #expect(try provider.text(take(provider, startsFrom: parent), "readme") == "hello\n")
        #expect(provider.scanner.foldersLookedAt > 0)
    }

    @Test func `a branch that lacks something isn't taken for the snapshot`() throws {
        let place = try BranchPlace()
        let parent = try place.snapshot()
        let checkout = "\(place.store.checkouts)/\(parent.name)"
        // As after a checkout that could not be made as it should be, or that was cut off.
        for round in 1...3 {
            let made = try place.branches.create(BranchRequest(), of: parent, with: place.provider())
            if round == 2 { unlink("\(checkout).whole") }
            if round == 3 { #expect(made.isFromCheckout && !made.isExact) } else { #expect(made.isExact) }
        }
        for branch in try place.branches.all() { try place.branches.delete(branch, with: place.provider()) }
        _ = try place.branches.collectLeftovers()
        #expect(!exists(checkout))
        #expect(!exists("\(checkout).whole"))
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
