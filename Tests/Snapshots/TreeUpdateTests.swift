import Glibc
import TestSupport
import Testing

@testable import Snapshots

/// Branches of a snapshot that are made from the checkout of another.
struct TreeUpdateTests {
    /// Checks that a branch of a snapshot, made from a checkout of another, is what the workspace was.
    private func check(
        _ place: BranchPlace, _ change: String, isUpdate: Bool = true, source: SourceLocation = #_sourceLocation
    ) throws {
        let first = try place.snapshot()
        for _ in 1...2 { _ = try place.branch(of: first) }
        _ = try LoopVolume.run(["bash", "-euc", change, "bash", place.workspace])
        let second = try place.snapshot()
        try #require(second.number != first.number, "nothing changed", sourceLocation: source)
        let original = try BranchPlace.fingerprint(of: place.workspace)
        let links = try LoopVolume.run(["bash", "-c", Self.attributes, "bash", place.workspace])
        for _ in 1...2 {
            let made = try place.branches.create(BranchRequest(), of: second, with: place.provider())
            #expect(made.isExact, "\(made.made.lost)", sourceLocation: source)
            let now = try BranchPlace.fingerprint(of: made.branch.folder)
            #expect(now == original, "\(now.difference(from: original))", sourceLocation: source)
            #expect(
                try LoopVolume.run(["bash", "-c", Self.attributes, "bash", made.branch.folder]) == links,
                sourceLocation: source)
            let hasOwn = access("\(place.store.checkouts)/\(second.name)", F_OK) == 0
            if geteuid() == 0 { #expect(hasOwn != isUpdate, sourceLocation: source) }
            let provider = try place.provider(for: made.branch.folder)
            var request = SnapshotRequest(session: "child\(made.branch.name)", reason: .start)
            request.startsFrom = second
            _ = try provider.take(request)
            #expect(try provider.look(for: request.session, deadline: .never), sourceLocation: source)
        }
        // The checkout that others lie on is as it was.
        let old = try place.branch(of: first)
        #expect(
            try SnapshotComparison(
                place.provider().tree(of: first), FolderTree(old.folder)
            ).changes().isEmpty, sourceLocation: source)
    }

    private static let attributes = #"""
        cd "$1"
        find . -print0 | sort -z | xargs -0 getfattr -h -d -m - 2>/dev/null || true
        find . ! -type l -print0 | sort -z | xargs -0 getfacl -p -n 2>/dev/null || true
        find . -type f -links +1 | sort
        """#

    private static let changes = [
        "cd $1; echo more >> readme",
        "cd $1; rm readme; mkdir readme; echo x > readme/x; rm -r src; echo file > src",
        "cd $1; mkdir -p new/deep/er; echo a > new/deep/er/a; ln -s er new/deep/link; mkfifo new/pipe",
        "cd $1; rm -r src; ln -s /nowhere src; chmod 640 readme; touch -d 2001-02-03 readme",
        "cd $1; chmod 500 src; touch -d '1999-12-31 23:59:59.5' src . readme; echo y > 'other name'",
        "cd $1; rm src/main.c; printf x > $'src/latin-\\xe9'; touch -d '2010-10-10 10:10:10.10101' src",
        "cd $1; truncate -s 3M src/sparse; printf data | dd of=src/sparse bs=1 seek=2000000 conv=notrunc 2>/dev/null",
        "cd $1; mv src moved; mv readme moved/readme; mkdir -m 1777 src",
        "cd $1; if test $(id -u) = 0; then chown 1234:2345 readme; chown 7:8 src; chmod 2775 src; echo n > src/n; "
            + "chown 0:99 src/n; else echo n > src/n; fi; setfattr -n user.note -v other readme 2>/dev/null || echo z > z",
    ]

    @Test(arguments: changes) func `a branch from another's checkout is what its snapshot holds`(
        change: String
    ) throws {
        try check(BranchPlace(), change)
    }

    @Test func `several changes in a row, in a tree of oddities`() throws {
        let place = try BranchPlace([:])
        rmdir(place.workspace)
        try OddTree.make(at: place.workspace)
        try check(place, "cd $1; echo changed > plain; rm -r empty large; mkdir other; echo x > other/x; rm dangling")
    }

    @Test(arguments: [
        ("cd $1; ln readme second", "a hard link"),
        ("cd $1; for i in $(seq 2100); do echo $i > src/$i; done", "too many files"),
        ("cd $1; setfattr -n user.note -v x src", "an attribute of a folder"),
        ("cd $1; setfacl -d -m g:55:rx src; touch src/more", "a default access list"),
    ]) func `what can't be updated exactly is made as a whole`(change: String, what: String) throws {
        try check(BranchPlace(), change, isUpdate: false)
    }

    @Test func `a checkout stays while a branch of another snapshot lies on it`() throws {
        guard geteuid() == 0 else { return }
        let place = try BranchPlace()
        let first = try place.snapshot()
        let gone = try place.branch(of: first)
        try place.write("two\n", to: "readme")
        let second = try place.snapshot()
        let branch = try place.branch(of: second)
        try place.branches.delete(gone, with: place.provider())
        _ = try place.branches.collectLeftovers()
        #expect(try place.read("src/main.c", in: branch.folder).hasPrefix("int main"))
        #expect(access("\(place.store.checkouts)/\(first.name)", F_OK) == 0)
        try place.branches.delete(branch, with: place.provider())
        _ = try place.branches.collectLeftovers()
        #expect(access("\(place.store.checkouts)/\(first.name)", F_OK) != 0)
    }
}
