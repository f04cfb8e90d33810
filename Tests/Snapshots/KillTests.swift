import Glibc
import Processes
import TestSupport
import Testing

@testable import Snapshots

/// Processes that are killed at any moment of their work: what was whole stays whole, the rest is collected.
@Suite(.serialized) struct KillTests {
    /// Moments spread over the first part of the work, in microseconds.
    private static let moments: [UInt32] = {
        var random = SeededRandom(seed: 33)
        return (0..<20).map { _ in .random(in: 500...60_000, using: &random) }
    }()

    /// Ends this process without a word, after so many microseconds.
    private static func killSelf(after microseconds: UInt32) {
        try? WorkerThread.start {
            usleep(microseconds)
            kill(getpid(), SIGKILL)
        }
    }

    @Test func `copies and removals leave only whole copies, and leftovers that are collected`() async throws {
        let folder = try TemporaryFolder()
        try OddTree.make(at: folder("source"))
        let original = try OddTree.description(of: folder("source"))
        for moment in Self.moments {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, moment = moment as UInt32] in
                Self.killSelf(after: moment)
                for round in 1... {
                    _ = try FolderClone(of: "\(path)/source").make(at: "\(path)/copy-\(moment)-\(round)")
                    if round > 1 { try FolderRemoval(of: "\(path)/copy-\(moment)-\(round - 1)").run() }
                }
            }
            _ = try ScratchFolder.collectLeftovers(in: folder.path)
            for name in try WholeFile.names(in: folder.path) where name != "source" {
                #expect(name.hasPrefix("copy-"), "\(name) was left")
                let difference = try OddTree.difference(of: folder(name), from: original)
                #expect(difference.isEmpty, "\(name): \(difference)")
                try FolderRemoval(of: folder(name)).run()
            }
        }
    }

    @Test(.enabled(if: LoopVolume.hasBtrfs, "no btrfs can be mounted here"))
    func `btrfs snapshots with a record are whole, and those without are collected`() async throws {
        let volume = try LoopVolume(.btrfs)
        let workspace = volume("project")
        try LoopVolume.run(["btrfs", "-q", "subvolume", "create", workspace])
        let store = try SnapshotStore(for: workspace, below: volume("state"))
        for moment in Self.moments {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = workspace as String, state = volume("state") as String, moment = moment as UInt32] in
                let provider = try BtrfsProvider(
                    workspace: path, store: SnapshotStore(for: path, below: state))
                Self.killSelf(after: moment)
                for round in 1... {
                    try WholeFile.replace("\(path)/file", with: Array("\(moment) \(round)".utf8), durable: false)
                    let snapshot = try provider.take(
                        SnapshotRequest(session: "s", reason: .manual, label: "\(moment) \(round)"))
                    let branch = "\(provider.volume.place)/branches/\(moment)-\(round)"
                    _ = try provider.materialise(snapshot, at: branch, deadline: .never)
                    try provider.removeBranch(at: branch, deadline: .never)
                    if round % 3 == 0 { try provider.delete([snapshot]) }
                    if round % 5 == 0 { _ = try provider.collectGarbage(GarbageRequest()) }
                }
            }
            try check(BtrfsProvider(workspace: workspace, store: store))
        }
    }

    /// Each snapshot is readable and holds what its label says; the next one works; nothing else is left.
    private func check(_ provider: BtrfsProvider) throws {
        let snapshots = try provider.list()
        for snapshot in snapshots {
            let content = try provider.tree(of: snapshot).contents(RelativePath("file"))
            #expect(String(decoding: content, as: UTF8.self) == snapshot.label)
        }
        _ = try provider.collectGarbage(GarbageRequest())
        let folder = "\(provider.volume.place)/snapshots"
        let left = try WholeFile.names(in: folder).flatMap { try WholeFile.names(in: "\(folder)/\($0)") }
        #expect(Set(left) == Set(snapshots.map { "\($0.number)" }))
        try provider.delete(snapshots)
        for name in try WholeFile.names(in: "\(provider.volume.place)/branches") {
            try provider.removeBranch(at: "\(provider.volume.place)/branches/\(name)", deadline: .never)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount"))
    func `no mount is left that isn't listed`() async throws {
        let folder = try TemporaryFolder()
        mkdir(folder("project"), 0o755)
        try folder.write("x", to: "project/file")
        let store = try SnapshotStore(for: folder("project"), below: folder("state"))
        let mounts = SnapshotMounts(store)
        for moment in Self.moments {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, moment = moment as UInt32] in
                let store = try SnapshotStore(for: "\(path)/project", below: "\(path)/state")
                let provider = try GitProvider(
                    store: store, folder: "\(path)/project", program: GitProgram(searchPath: "/usr/bin:/bin"))
                let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
                let mounts = SnapshotMounts(store)
                Self.killSelf(after: moment)
                while true {
                    _ = try mounts.mount(snapshot, of: provider, at: "\(path)/shown")
                    try mounts.unmount("\(path)/shown")
                }
            }
            for mount in try mounts.list() { try mounts.unmount(mount.folder) }
            _ = try mounts.collectLeftovers()
            #expect(try WholeFile.names(in: "\(store.folder)/mounts") == [])
            #expect(try !MountTable().mounts.contains { $0.folder.hasPrefix(folder.path) })
        }
    }
}
