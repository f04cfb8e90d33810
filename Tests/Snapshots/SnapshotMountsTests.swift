import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct SnapshotMountsTests {
    private struct Place {
        let folder: TemporaryFolder
        let store: SnapshotStore
        let provider: any SnapshotProvider
        let snapshot: Snapshot

        init() throws {
            folder = try TemporaryFolder()
            mkdir(folder("project"), 0o755)
            try folder.write("then", to: "project/file")
            store = try SnapshotStore(for: folder("project"), below: folder("state"))
            provider = try GitProvider(
                store: store, folder: folder("project"), program: GitProgram(searchPath: "/usr/bin:/bin"))
            snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
            try folder.write("now", to: "project/file")
        }
    }

    @Test func `a snapshot is shown at a folder, and goes again with its checkout`() throws {
        let place = try Place()
        let mounts = SnapshotMounts(place.store)
        let mount = try mounts.mount(place.snapshot, of: place.provider, at: place.folder("shown"))
        #expect(try place.folder("shown/file").contents() == "then")
        #expect(mount.way == (geteuid() == 0 ? .mountedCheckout : .checkout))
        #expect(open(place.folder("shown/file"), O_WRONLY) < 0)
        #expect(try mounts.list() == [mount])
        try mounts.unmount(place.folder("shown"))
        #expect(access(place.folder("shown"), F_OK) != 0)
        #expect(try mounts.list() == [])
        #expect(try WholeFile.names(in: "\(place.store.folder)/mounts") == [])
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func `an ordinary user gets a checkout without write permissions, and it says so`() async throws {
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o777)
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            guard setgid(65534) == 0, setuid(65534) == 0 else { exit(2) }
            mkdir("\(path)/project", 0o755)
            close(open("\(path)/project/file", O_CREAT | O_WRONLY, 0o644))
            let store = try SnapshotStore(for: "\(path)/project", below: "\(path)/state")
            let provider = try GitProvider(
                store: store, folder: "\(path)/project", program: GitProgram(searchPath: "/usr/bin:/bin"))
            let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
            let mounts = SnapshotMounts(store)
            let mount = try mounts.mount(snapshot, of: provider, at: "\(path)/shown")
            guard mount.way == .checkout, mount.explanation.contains("root's rights") else { exit(3) }
            guard open("\(path)/shown/file", O_WRONLY) < 0, mkdir("\(path)/shown/new", 0o755) != 0 else { exit(4) }
            try mounts.unmount("\(path)/shown")
            guard access("\(path)/shown", F_OK) != 0 else { exit(5) }
        }
    }

    @Test(.enabled(if: LoopVolume.hasBtrfs, "no btrfs can be mounted here"))
    func `btrfs shows its own read-only files`() throws {
        let volume = try LoopVolume(.btrfs)
        try LoopVolume.run(["btrfs", "-q", "subvolume", "create", volume("project")])
        let store = try SnapshotStore(for: volume("project"), below: volume("state"))
        let provider = try BtrfsProvider(workspace: volume("project"), store: store)
        let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
        let folder = try TemporaryFolder()
        mkdir(folder("shown"), 0o755)
        let mounts = SnapshotMounts(store)
        #expect(try mounts.mount(snapshot, of: provider, at: folder("shown")).way == .mounted)
        #expect(mkdir(folder("shown/new"), 0o755) != 0 && errno == EROFS)
        try mounts.unmount(folder("shown"))
        #expect(access(folder("shown"), F_OK) == 0, "it was there before")
    }

    @Test func `what isn't ours is neither covered nor unmounted nor removed`() throws {
        let place = try Place()
        let mounts = SnapshotMounts(place.store)
        #expect(throws: SnapshotError.exists(path: place.folder("project"))) {
            try mounts.mount(place.snapshot, of: place.provider, at: place.folder("project"))
        }
        #expect(throws: SnapshotError.noSuchPath(place.folder("project"))) {
            try mounts.unmount(place.folder("project"))
        }
        #expect(try place.folder("project/file").contents() == "now")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount"))
    func `what went with a restart is forgotten, its checkout removed`() throws {
        let place = try Place()
        let mounts = SnapshotMounts(place.store)
        _ = try mounts.mount(place.snapshot, of: place.provider, at: place.folder("shown"))
        try #require(umount2(place.folder("shown"), 0) == 0)
        #expect(try mounts.list() == [])
        #expect(try mounts.collectLeftovers() == 1)
        #expect(try WholeFile.names(in: "\(place.store.folder)/mounts") == [])
    }
}

extension String {
    /// A small file's text.
    fileprivate func contents() throws -> String {
        String(decoding: try WholeFile.read(self), as: UTF8.self)
    }
}
