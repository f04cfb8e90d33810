import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

/// The provider's command lines, against answers as OpenZFS and zfs-fuse give them. With AH_TEST_ZFS set to a folder where
/// a dataset is mounted, the same is done for real.
struct ZFSProviderTests {
    /// Answers by the start of the command line, and what was asked.
    private final class Script: Sendable {
        private let answers: [(prefix: String, answer: ZFSCommands.Answer)]
        private let asked = Mutex<[String]>([])

        init(_ answers: [(String, ZFSCommands.Answer)]) {
            self.answers = answers.map { (prefix: $0.0, answer: $0.1) }
        }

        var commands: ZFSCommands {
            ZFSCommands { arguments, _ throws(SnapshotError) in
                let line = arguments.joined(separator: " ")
                let earlier = self.asked.withLock { asked in
                    asked.append(line)
                    return asked.dropLast().count { $0 == line }
                }
                // The nth answer for the nth time of one command; the last one from then on.
                let matching = self.answers.filter { line.hasPrefix($0.prefix) }.map(\.answer)
                return matching.isEmpty ? .init() : matching[min(earlier, matching.count - 1)]
            }
        }

        var lines: [String] { asked.withLock { $0 } }
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func provider(
        _ answers: [(String, ZFSCommands.Answer)] = []
    ) throws -> (ZFSProvider, Script) {
        mkdir(folder("project"), 0o755)
        let store = try SnapshotStore(for: folder("project"), below: folder("state"))
        let script = Script(answers)
        let mounts = MountTable(parsing: Array("43 27 0:40 / \(folder("project")) rw - zfs tank/project rw\n".utf8))
        let provider = try ZFSProvider(
            workspace: folder("project"), store: store, commands: script.commands, mounts: mounts)
        return (provider, script)
    }

    private func key(_ snapshot: Snapshot) -> Substring {
        snapshot.reference.split(separator: "-").dropFirst().first ?? ""
    }

    @Test func `a snapshot is one command, and is read below .zfs`() throws {
        let (provider, script) = try provider()
        let snapshot = try provider.take(SnapshotRequest(session: "s.1", reason: .start, label: "a b"))
        let name = "tank/project@ah-\(key(snapshot))-s.1-1"
        #expect(snapshot.reference == name)
        #expect(script.lines == ["list -H -t snapshot -o name -d 1 -r tank/project", "snapshot \(name)"])
        let shown = folder("project/.zfs/snapshot/ah-\(key(snapshot))-s.1-1")
        try LoopVolume.run(["mkdir", "-p", shown])
        try folder.write("then", to: "project/.zfs/snapshot/ah-\(key(snapshot))-s.1-1/file")
        #expect(try provider.tree(of: snapshot).contents(RelativePath("file")) == Array("then".utf8))
        #expect(try provider.list() == [snapshot])
    }

    @Test func `a snapshot that a killed process left under the next name is replaced`() throws {
        let exists = ZFSCommands.Answer(
            status: 1, errors: "cannot create snapshot 'tank/project@ah-1': dataset already exists")
        let (provider, script) = try provider([("snapshot", exists), ("snapshot", .init())])
        let name = try provider.take(SnapshotRequest(session: "s", reason: .start)).reference
        #expect(script.lines.dropFirst() == ["snapshot \(name)", "destroy -d \(name)", "snapshot \(name)"])
    }

    @Test func `a refused snapshot leaves no record, and says what zfs said`() throws {
        let refused = ZFSCommands.Answer(status: 1, errors: "cannot create snapshot: out of space")
        let (provider, _) = try provider([("snapshot", refused)])
        let error = #expect(throws: SnapshotError.self) {
            try provider.take(SnapshotRequest(session: "s", reason: .start))
        }
        #expect(error == .program(command: "zfs snapshot", status: 1, message: "cannot create snapshot: out of space"))
        #expect(try provider.list().isEmpty)
    }

    @Test func `deleting takes the reading clone first, and what is gone is no error`() throws {
        let gone = ZFSCommands.Answer(status: 1, errors: "cannot open 'tank/project/x': dataset does not exist")
        let (provider, script) = try provider([("destroy", gone)])
        let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .start))
        try provider.delete([snapshot])
        #expect(
            script.lines.suffix(2) == [
                "destroy tank/project/ah-\(key(snapshot))-read-s-1", "destroy -d \(snapshot.reference)",
            ])
        #expect(try provider.list().isEmpty)
    }

    @Test func `a busy clone is tried again, a forged name never`() throws {
        let busy = ZFSCommands.Answer(status: 1, errors: "cannot destroy 'tank/project/x': dataset is busy")
        let (provider, script) = try provider(
            [
                ("destroy tank/project/ah", busy), ("destroy tank/project/ah", busy),
                ("destroy tank/project/ah", .init()),
            ])
        let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .start))
        try provider.delete([snapshot])
        #expect(script.lines.count { $0.hasPrefix("destroy tank/project/ah") } == 3)
        var forged = try provider.take(SnapshotRequest(session: "s", reason: .start))
        forged.reference = "tank/precious@important"
        try provider.delete([forged])
        #expect(!script.lines.contains { $0.contains("precious") })
    }

    @Test func `where a clone can't be mounted the branch is a copy`() throws {
        let denied = ZFSCommands.Answer(
            status: 1, errors: "filesystem successfully created, but it may only be mounted by root")
        let (provider, script) = try provider([("clone", denied)])
        let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .start))
        let shown = "project/.zfs/snapshot/\(snapshot.reference.split(separator: "@")[1])"
        try LoopVolume.run(["mkdir", "-p", folder(shown)])
        try folder.write("then", to: "\(shown)/file")
        let report = try provider.materialise(snapshot, at: folder("branch"), deadline: .never)
        #expect(report.files == 1)
        #expect(try WholeFile.names(in: folder("branch")) == ["file"])
        #expect(script.lines.last?.hasPrefix("destroy tank/project/ah-\(key(snapshot))-branch-") == true)
        try provider.removeBranch(at: folder("branch"), deadline: .never)
        #expect(access(folder("branch"), F_OK) != 0)
    }

    @Test func `garbage is what has our store's key and no record`() throws {
        let (first, _) = try provider()
        let kept = try first.take(SnapshotRequest(session: "s", reason: .start))
        let names = [
            kept.reference, "tank/project@ah-\(key(kept))-s-7", "tank/project@ah-00000000-s-1", "tank/project@daily",
            "tank/project/below@ah-\(key(kept))-s-8",
        ]
        let list = ZFSCommands.Answer(output: names.joined(separator: "\n") + "\n")
        let clones = ZFSCommands.Answer(
            output:
                "tank/project\ntank/project/ah-\(key(kept))-read-s-1\ntank/project/ah-\(key(kept))-read-s-7\ntank/project/home\n"
        )
        let (second, script) = try provider([("list -H -t snapshot", list), ("list -H -t filesystem", clones)])
        #expect(try second.collectGarbage(GarbageRequest(isDryRun: true)).leftovers == 2)
        #expect(!script.lines.contains { $0.hasPrefix("destroy") })
        #expect(try second.collectGarbage(GarbageRequest()).leftovers == 2)
        #expect(
            script.lines.filter { $0.hasPrefix("destroy") } == [
                "destroy tank/project/ah-\(key(kept))-read-s-7", "destroy -d tank/project@ah-\(key(kept))-s-7",
            ])
    }

    @Test func `a folder that is no dataset is refused with the reason`() throws {
        let store = try SnapshotStore(for: folder.path, below: folder("state"))
        let error = #expect(throws: SnapshotError.self) {
            try ZFSProvider(workspace: folder.path, store: store, commands: Script([]).commands)
        }
        #expect(error.map { "\($0)".contains("isn't where a ZFS dataset is mounted") } == true)
    }

    private static let realDataset = getenv("AH_TEST_ZFS").map { String(cString: $0) }

    @Test(.enabled(if: realDataset != nil, "AH_TEST_ZFS names no folder where a dataset is mounted"))
    func `on a real dataset a snapshot is read, branched and deleted`() throws {
        let workspace = try #require(Self.realDataset)
        let store = try SnapshotStore(for: workspace, below: folder.path)
        let provider = try ZFSProvider(workspace: workspace, store: store)
        try LoopVolume.run(["sh", "-c", "echo then > \"$0/file\"", workspace])
        let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
        try LoopVolume.run(["sh", "-c", "echo now > \"$0/file\"", workspace])
        #expect(try provider.tree(of: snapshot).contents(RelativePath("file")) == Array("then\n".utf8))
        _ = try provider.materialise(snapshot, at: folder("branch"), deadline: .never)
        #expect(try LoopVolume.run(["cat", folder("branch/file")]) == "then\n")
        #expect(mkdir(folder("branch/new"), 0o755) == 0)
        try provider.removeBranch(at: folder("branch"), deadline: .never)
        try provider.delete([snapshot])
        #expect(try provider.list().isEmpty)
        #expect(try provider.collectGarbage(GarbageRequest()).leftovers == 0)
    }
}
