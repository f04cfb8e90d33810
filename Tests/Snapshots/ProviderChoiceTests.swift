import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct ProviderChoiceTests {
    private func choice(
        _ preference: ProviderChoice.Preference, _ workspace: String, _ state: String
    ) throws -> ProviderChoice {
        try ProviderChoice(
            preference, workspace: workspace, store: SnapshotStore(for: workspace, below: state),
            zfs: ZFSCommands { _, _ throws(SnapshotError) in .init() })
    }

    @Test func `on a plain folder auto takes git and says why neither btrfs nor ZFS`() throws {
        let folder = try TemporaryFolder()
        let choice = try choice(.auto, folder.path, folder("state"))
        #expect(choice.kind == .git)
        #expect(choice.candidates.map(\.kind) == [.btrfs, .zfs, .git])
        #expect(choice.candidates.map(\.isUsable) == [false, false, true])
        #expect(choice.description.hasPrefix("git: it works on any file system; not btrfs: it "))
    }

    @Test(.enabled(if: LoopVolume.hasBtrfs, "no btrfs can be mounted here"))
    func `on a subvolume auto takes btrfs, on a folder in one git`() throws {
        let volume = try LoopVolume(.btrfs)
        try LoopVolume.run(["btrfs", "-q", "subvolume", "create", volume("project")])
        mkdir(volume("plain"), 0o755)
        #expect(try choice(.auto, volume("project"), volume("state")).kind == .btrfs)
        let plain = try choice(.auto, volume("plain"), volume("state"))
        #expect(plain.kind == .git)
        #expect(plain.description.contains("isn't a subvolume of its own"))
    }

    @Test func `what is asked for by name is taken, or refused with the reason`() throws {
        let folder = try TemporaryFolder()
        #expect(try choice(.git, folder.path, folder("state")).kind == .git)
        #expect(try choice(.disable, folder.path, folder("state")).kind == nil)
        for preference in [ProviderChoice.Preference.btrfs, .zfs] {
            let error = #expect(throws: SnapshotError.self) { try choice(preference, folder.path, folder("state")) }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
