import Glibc

/// Which provider takes a workspace's snapshots, and why not another: as data, and in words for `ah agent fs status`.
public struct ProviderChoice: Hashable, Codable, Sendable {
    /// What the user asked for.
    public enum Preference: String, Codable, Sendable, CaseIterable {
        case auto, btrfs, zfs, git, disable
    }

    /// One provider that was looked at.
    public struct Candidate: Hashable, Codable, Sendable {
        public var kind: ProviderKind
        public var isUsable: Bool
        /// Why it is, or isn't.
        public var reason: String
    }

    public var workspace: String
    public var preference: Preference
    /// nil: no snapshots are taken.
    public var kind: ProviderKind?
    /// In the order in which they were looked at.
    public var candidates: [Candidate]

    /// `auto` takes the first that works of btrfs, ZFS and git.
    /// - Throws: `unavailable` when a provider was asked for by name and can't work; `system` for a workspace that can't
    ///   be opened.
    public init(
        _ preference: Preference, workspace: String, store: SnapshotStore, zfs: ZFSCommands = .system
    ) throws(SnapshotError) {
        _ = try OpenFile(folder: workspace)
        self.workspace = workspace
        self.preference = preference
        candidates = []
        for kind in Self.order(preference) where self.kind == nil {
            do throws(SnapshotError) {
                let reason = try Self.look(kind, workspace, store, zfs)
                candidates.append(Candidate(kind: kind, isUsable: true, reason: reason))
                self.kind = kind
            } catch {
                guard preference == .auto else { throw error }
                candidates.append(Candidate(kind: kind, isUsable: false, reason: Self.reason(error)))
            }
        }
    }

    private static func order(_ preference: Preference) -> [ProviderKind] {
        switch preference {
        case .auto: [.btrfs, .zfs, .git]
        case .btrfs: [.btrfs]
        case .zfs: [.zfs]
        case .git: [.git]
        case .disable: []
        }
    }

    /// Why it works.
    private static func look(
        _ kind: ProviderKind, _ workspace: String, _ store: SnapshotStore, _ zfs: ZFSCommands
    ) throws(SnapshotError) -> String {
        switch kind {
        case .btrfs:
            let volume = try BtrfsVolume(for: workspace, store: store)
            return "the workspace is a btrfs subvolume; its snapshots lie in \(volume.place)"
        case .zfs:
            let provider = try ZFSProvider(workspace: workspace, store: store, commands: zfs)
            return "the workspace is the ZFS dataset \(provider.dataset)"
        case .git, .copy:
            return "it works on any file system"
        }
    }

    private static func reason(_ error: SnapshotError) -> String {
        if case .unavailable(_, _, let reason) = error { reason } else { "\(error)" }
    }
}

extension ProviderChoice: CustomStringConvertible {
    public var description: String {
        guard let kind else { return "no snapshots: disabled" }
        let refused = candidates.filter { !$0.isUsable }.map { "; not \($0.kind.rawValue): \($0.reason)" }
        let chosen = candidates.last?.reason ?? ""
        return "\(kind.rawValue): \(chosen)\(refused.joined())"
    }
}
