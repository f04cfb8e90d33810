import Glibc
import TestSupport
import Testing

@testable import Snapshots

/// What is looked for along a session, and what is copied out of it.
struct SnapshotHistoryTests {
    private let bench: SnapshotBench
    private let archive: SnapshotArchive

    /// One snapshot for each step.
    init() throws {
        bench = try SnapshotBench()
        archive = SnapshotArchive(state: bench.folder("state"), searchPath: "/usr/local/bin:/usr/bin:/bin")
        let provider = try bench.provider()
        let steps = [
            "mkdir -p d/.git d/e; echo other > other; echo c > d/.git/config; ln -s other link",
            "seq 1 5 > d/f", "echo more > other", "seq 2 7 > d/f; echo Needle >> d/e/new",
            "rm d/f; printf 'a\\0b' > bin",
        ]
        for step in steps {
            try bench.shell(step)
            _ = try provider.take()
        }
    }

    @Test func `a file's history counts the lines of each change`() throws {
        var seen: [Int] = []
        let history = try archive.history(of: RelativePath("d/f"), session: "s") { done, all in
            seen.append(done * 10 + all)
        }
        #expect(
            history.map {
                "\($0.found.snapshot.number) \($0.change.kind) +\($0.change.added ?? -1) -\($0.change.deleted ?? -1)"
            }
                == ["2 added +5 -0", "4 modified +2 -1", "5 deleted +0 -6"])
        #expect(seen == [15, 25, 35, 45, 55])
        #expect(try archive.history(of: RelativePath("nowhere"), session: "s").isEmpty)
        #expect(try archive.history(of: RelativePath("bin"), session: "s").first?.change.added == nil)
        let cancellation = Deadline.Cancellation()
        cancellation.cancel()
        #expect(throws: SnapshotError.self) {
            try archive.history(
                of: RelativePath("d/f"), session: "s", deadline: Deadline(milliseconds: nil, cancellation: cancellation)
            )
        }
    }

    @Test(arguments: ["other", "c", "7", "Needle", "nowhere", "1"])
    func `the first snapshot with a text is the one that a search of each would find`(text: String) throws {
        let search = TextSearch(.text(text))
        let first = try archive.first(with: search, session: "s")
        let slow = try archive.snapshots(session: "s").first { try !search.matches(in: archive.tree(of: $0)).isEmpty }
        #expect(first?.found == slow)
        #expect(
            try slow.map { try search.matches(in: archive.tree(of: $0)).map(\.path) }?.last == first?.matches.last?.path
        )
    }

    @Test func `all paths of a snapshot and of a folder are listed alike`() throws {
        let last = try archive.find("s@4")
        let paths = try PathListing(of: archive.tree(of: last)).paths
        #expect(paths.map(\.printable) == ["d/.git/config", "d/e/new", "d/f", "link", "other"])
        _ = try archive.materialise(last, at: bench.folder("copy"))
        #expect(try PathListing(of: FolderTree(bench.folder("copy"))).paths == paths)
    }

    @Test func `a copy appears whole, in a folder under its own name, and replaces a file only when told`() throws {
        let found = try archive.find("s@4")
        let folder = bench.folder("out")
        mkdir(folder, 0o755)
        let file = try RelativePath("d/f")
        #expect(try archive.copy(file, of: found, to: folder).place == "\(folder)/f")
        #expect(throws: SnapshotError.exists(path: "\(folder)/f")) {
            try archive.copy(file, of: found, to: "\(folder)/f")
        }
        #expect(try archive.canReplace(folder, with: file, of: found))
        let older = try archive.find("s@2")
        #expect(try archive.copy(file, of: older, to: folder, replacing: true).place == "\(folder)/f")
        #expect(try FolderTree(folder).contents(RelativePath("f")) == Array("1\n2\n3\n4\n5\n".utf8))
        // Folders: never in the place of anything.
        let directory = try RelativePath("d")
        #expect(try archive.copy(directory, of: found, to: folder).made.files == 3)
        #expect(throws: SnapshotError.exists(path: "\(folder)/d")) {
            try archive.copy(directory, of: found, to: folder, replacing: true)
        }
        #expect(throws: SnapshotError.exists(path: "\(folder)/f")) {
            try archive.copy(directory, of: found, to: "\(folder)/f", replacing: true)
        }
        let whole = try archive.copy(.root, of: found, to: folder)
        #expect(whole.place == "\(folder)/work" && whole.made.files == 5)
        #expect(throws: SnapshotError.self) { try archive.copy(file, of: found, to: "\(folder)/none/f") }
        #expect(throws: SnapshotError.noSuchPath("x")) { try archive.copy(RelativePath("x"), of: found, to: folder) }
        #expect(try WholeFile.names(in: folder).sorted() == ["d", "f", "work"], "nothing is left over")
    }

    @Test func `the live side of a branch's session is the branch`() throws {
        let found = try archive.find("s@4")
        let provider = try archive.provider(found)
        let branch = try BranchList(found.store).create(
            BranchRequest(name: "idea", session: "t"), of: found.snapshot, with: provider
        ).branch
        defer { try? LayeredFolder.unmountAll(in: branch.folder) }
        #expect(try archive.branches(beside: found).map(\.name) == ["idea"])
        let own = try GitProvider(
            store: found.store, folder: branch.folder, program: SnapshotBench.program, watches: false
        ).take("t")
        let ofBranch = try archive.find(own.name)
        #expect(try archive.liveFolder(of: ofBranch) == branch.folder)
        #expect(try archive.liveFolder(of: found) == bench.workspace)
        #expect(try archive.branches(beside: ofBranch).isEmpty)
        let changes = try SnapshotComparison(archive.tree(of: ofBranch), archive.live(of: ofBranch, ownPaths: []))
            .changes()
        #expect(changes.isEmpty)
        let original = try SnapshotComparison(archive.tree(of: found), archive.live(of: found, ownPaths: [])).changes()
        #expect(original.map(\.path.printable) == ["bin", "d/f"])
    }
}
