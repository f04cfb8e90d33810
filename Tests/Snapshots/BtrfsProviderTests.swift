import Glibc
import TestSupport
import Testing

@testable import Snapshots

/// On a btrfs in a file: only root can mount one, and elsewhere these tests skip.
@Suite(.enabled(if: LoopVolume.hasBtrfs, "no btrfs can be mounted here"))
struct BtrfsProviderTests {
    /// A subvolume as a workspace, its store on the same file system or elsewhere.
    private final class Place {
        let volume: LoopVolume
        let home: TemporaryFolder
        let workspace: String
        let store: SnapshotStore
        let provider: BtrfsProvider

        init(storeIsOnVolume: Bool = true, size: String = "400M") throws {
            volume = try LoopVolume(.btrfs, size: size)
            home = try TemporaryFolder()
            workspace = volume("project")
            try LoopVolume.run(["btrfs", "-q", "subvolume", "create", workspace])
            store = try SnapshotStore(for: workspace, below: storeIsOnVolume ? volume("state") : home.path)
            provider = try BtrfsProvider(workspace: workspace, store: store)
        }

        func write(_ text: String, to name: String) throws {
            try LoopVolume.run(["sh", "-c", "printf '%s' \"$0\" > \"$1\"", text, "\(workspace)/\(name)"])
        }

        func take(_ session: String = "s") throws -> Snapshot {
            try provider.take(SnapshotRequest(session: session, reason: .manual))
        }
    }

    @Test(arguments: [true, false]) func `a snapshot holds what was there, and a branch of it can be written to`(
        storeIsOnVolume: Bool
    ) throws {
        let place = try Place(storeIsOnVolume: storeIsOnVolume)
        try OddTree.make(at: "\(place.workspace)/tree")
        let before = try OddTree.description(of: "\(place.workspace)/tree")
        let snapshot = try place.take()
        try place.write("changed", to: "tree/plain")
        let tree = try place.provider.tree(of: snapshot)
        #expect(try tree.contents(RelativePath("tree/plain")) == Array("plain\n".utf8))
        let branch = try #require(place.provider.branchFolder) + "/b"
        let report = try place.provider.materialise(snapshot, at: branch, deadline: .never)
        #expect(report.lost.isEmpty)
        let difference = try OddTree.difference(of: "\(branch)/tree", from: before)
        #expect(difference.isEmpty, "\(difference)")
        #expect(mkdir("\(branch)/new", 0o755) == 0)
        #expect(mkdir("\(snapshot.reference)/new", 0o755) != 0)
        #expect(throws: SnapshotError.exists(path: branch)) {
            try place.provider.materialise(snapshot, at: branch, deadline: .never)
        }
        #expect(try WholeFile.names(in: place.workspace) == ["tree"])
    }

    @Test func `off the volume a branch is a copy, attribute by attribute`() throws {
        let place = try Place()
        try OddTree.make(at: "\(place.workspace)/tree")
        let snapshot = try place.take()
        let report = try place.provider.materialise(snapshot, at: place.home("b"), deadline: .never)
        #expect(report.files > 5)
        let original = try OddTree.description(of: "\(place.workspace)/tree")
        let difference = try OddTree.difference(of: place.home("b/tree"), from: original)
        #expect(difference.isEmpty, "\(difference)")
    }

    @Test func `an unchanged workspace makes no second snapshot, a change in it does`() throws {
        let place = try Place()
        try place.write("1", to: "file")
        let first = try place.take()
        let same = try place.take()
        #expect(same.sameAs == first.number)
        #expect(same.reference == first.reference)
        // Elsewhere on the volume nothing of ours has changed.
        try LoopVolume.run(["touch", place.volume("other")])
        #expect(try place.take().sameAs == first.number)
        for change in [
            "echo 2 > file", "echo 3 >> file", "printf 4 | dd of=file conv=notrunc status=none",
            "touch -d 2001-01-01 file", "chmod 600 file", "ln file more", "rm more",
        ] {
            try LoopVolume.run(["sh", "-c", "cd \"$0\"; \(change)", place.workspace])
            let next = try place.take()
            #expect(next.sameAs == nil, "\(change) was not seen")
            #expect(try place.take().sameAs == next.number)
        }
        #expect(try place.provider.list().count == 8)
    }

    @Test func `nested subvolumes are named`() throws {
        let place = try Place()
        #expect(try place.take().skipped.isEmpty)
        mkdir("\(place.workspace)/below", 0o755)
        for name in ["nested", "below/inner"] {
            try LoopVolume.run(["btrfs", "-q", "subvolume", "create", "\(place.workspace)/\(name)"])
        }
        let skipped = try place.take().skipped
        #expect(Set(skipped.first.map(\.path.printable)) == ["nested", "below/inner"])
        let whole = try WorkspaceSnapshots(store: place.store, folder: place.workspace, searchPath: "/usr/bin:/bin")
        #expect(try whole.status().notKept == skipped)
    }

    @Test func `large files are kept, with their holes, whatever their size`() throws {
        let place = try Place(size: "2G")
        try LoopVolume.run(["bash", "-c", "cd \"$0\"; \(GitFidelityTests.large)", place.workspace])
        let snapshot = try place.take()
        #expect(snapshot.skipped.isEmpty)
        let branch = try #require(place.provider.branchFolder) + "/b"
        #expect(try place.provider.materialise(snapshot, at: branch, deadline: .never).lost.isEmpty)
        _ = try place.provider.materialise(snapshot, at: place.home("copy"), deadline: .never)
        for copy in [branch, place.home("copy")] {
            for name in ["sparse", "dense", "small"] {
                try LoopVolume.run(["cmp", "\(place.workspace)/\(name)", "\(copy)/\(name)"])
            }
            var info = stat()
            #expect(stat("\(copy)/sparse", &info) == 0 && info.st_size == 1 << 30 && info.st_blocks < 2000)
        }
    }

    @Test func `snapshots outlive their workspace, and a disk that is absent costs none of them`() throws {
        let place = try Place(storeIsOnVolume: false)
        try place.write("1", to: "file")
        let first = try place.take()
        try place.write("2", to: "file")
        let second = try place.take()
        let archive = SnapshotArchive(state: place.home.path, searchPath: "/usr/bin:/bin")
        try LoopVolume.run(["btrfs", "-q", "subvolume", "delete", place.workspace])
        #expect(try archive.tree(of: archive.find("s@1")).contents(RelativePath("file")) == Array("1".utf8))
        let provider = try archive.provider(.btrfs, place.store)
        #expect(throws: SnapshotError.absent(.btrfs, workspace: place.workspace)) {
            try provider.take(SnapshotRequest(session: "s", reason: .manual))
        }
        _ = try archive.materialise(archive.find("s@2"), at: place.home("copy"))
        #expect(try WholeFile.read(place.home("copy/file")) == Array("2".utf8))
        try provider.delete([first])
        #expect(try provider.list() == [second] && access(first.reference, F_OK) != 0)

        let away = "\(place.provider.volume.place)-away"
        #expect(rename(place.provider.volume.place, away) == 0)
        let absent = SnapshotError.absent(.btrfs, workspace: place.workspace)
        #expect(throws: absent) { try archive.provider(.btrfs, place.store).delete([second]) }
        #expect(throws: absent) { try StoreCollection(place.store, archive: archive).run(GarbageRequest()) }
        #expect(throws: absent) { try archive.tree(of: archive.find("s@2")) }
        #expect(rename(away, place.provider.volume.place) == 0)
        #expect(try archive.tree(of: archive.find("s@2")).contents(RelativePath("file")) == Array("2".utf8))
    }

    @Test func `the list comes from the disk alone, and what is deleted is gone`() throws {
        let place = try Place()
        try place.write("1", to: "file")
        let first = try place.take("a")
        try place.write("2", to: "file")
        let second = try place.take("b")
        let again = try BtrfsProvider(workspace: place.workspace, store: SnapshotStore(opening: place.store.folder))
        #expect(try again.list() == [first, second])
        try again.delete([first])
        #expect(try again.list() == [second])
        #expect(access(first.reference, F_OK) != 0)
        #expect(throws: SnapshotError.self) { try again.tree(of: first) }
        #expect(try again.tree(of: second).contents(RelativePath("file")) == Array("2".utf8))
    }

    @Test func `a forged record can't have anything else deleted`() throws {
        let place = try Place()
        mkdir(place.volume("precious"), 0o755)
        var forged = try place.take()
        forged.reference = place.volume("precious")
        try place.provider.delete([forged])
        #expect(access(place.volume("precious"), F_OK) == 0)
    }

    @Test func `what a killed process left is collected, and stops no next snapshot`() throws {
        let place = try Place()
        let first = try place.take()
        let folder = "\(place.provider.volume.place)/snapshots/s"
        // Killed between the subvolume and its record, once with the number that comes next.
        for name in ["2", "77"] {
            try LoopVolume.run(["btrfs", "-q", "subvolume", "snapshot", "-r", place.workspace, "\(folder)/\(name)"])
        }
        try place.write("x", to: "file")
        let second = try place.take()
        #expect(second.number == 2)
        #expect(try place.provider.tree(of: second).contents(RelativePath("file")) == Array("x".utf8))
        #expect(try place.provider.collectGarbage(GarbageRequest(isDryRun: true)).leftovers == 1)
        #expect(try place.provider.collectGarbage(GarbageRequest()).leftovers == 1)
        #expect(try WholeFile.names(in: folder) == ["1", "2"])
        #expect(try place.provider.list() == [first, second])
    }

    @Test func `where it can't work it says why`() throws {
        let volume = try LoopVolume(.btrfs)
        let folder = try TemporaryFolder()
        func reason(_ workspace: String, below state: String) throws -> String? {
            let store = try SnapshotStore(for: workspace, below: state)
            let error = #expect(throws: SnapshotError.self) { try BtrfsProvider(workspace: workspace, store: store) }
            guard case .unavailable(.btrfs, _, let reason) = error else { return nil }
            return reason
        }
        #expect(try reason(folder.path, below: folder("state"))?.contains("doesn't lie on btrfs") == true)
        mkdir(volume("plain"), 0o755)
        #expect(try reason(volume("plain"), below: volume("state"))?.contains("isn't a subvolume") == true)
        // A volume's own root: there is no place beside it, but for a store that lies on it.
        #expect(try reason(volume.path, below: folder("state"))?.contains("AH_HOME") == true)
    }

    @Test func `an ordinary user snapshots, branches and deletes in a subvolume of his own`() async throws {
        let volume = try LoopVolume(.btrfs)
        try LoopVolume.run(["btrfs", "-q", "subvolume", "create", volume("home")])
        try LoopVolume.run(["btrfs", "-q", "subvolume", "create", volume("home/project")])
        try LoopVolume.run(["sh", "-c", "echo x > \"$0/project/file\"; chown -R 65534:65534 \"$0\"", volume("home")])
        await #expect(processExitsWith: .success) { [home = volume("home") as String] in
            guard setgid(65534) == 0, setuid(65534) == 0 else { exit(2) }
            let store = try SnapshotStore(for: "\(home)/project", below: "\(home)/state")
            let provider = try BtrfsProvider(workspace: "\(home)/project", store: store)
            let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
            guard try provider.take(SnapshotRequest(session: "s", reason: .manual)).sameAs == 1 else { exit(3) }
            _ = try provider.materialise(snapshot, at: "\(home)/branch", deadline: .never)
            guard mkdir("\(home)/branch/new", 0o755) == 0 else { exit(4) }
            try provider.delete([snapshot])
            guard access(snapshot.reference, F_OK) != 0 else { exit(5) }
            _ = try provider.collectGarbage(GarbageRequest())
            guard try WholeFile.names(in: "\(provider.volume.place)/snapshots") == [] else { exit(6) }
        }
    }
}
