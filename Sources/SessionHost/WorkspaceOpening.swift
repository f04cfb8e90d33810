import Snapshots

extension SnapshotConfiguration {
    /// Opens the workspace for snapshots; what takes them is chosen here.
    ///
    /// - Parameters:
    ///   - searchPath: the PATH on which git and zfs are looked for.
    ///   - watches: false for a process that takes one snapshot only.
    public func open(searchPath: String, watches: Bool = true) throws(SnapshotError) -> WorkspaceSnapshots {
        let store =
            if let store { try SnapshotStore(opening: store) } else {
                try SnapshotStore(for: folder, below: stateFolder)
            }
        var policy = SnapshotPolicy.standard
        policy.excluded += excluded
        if let largestFile { policy.largestFile = largestFile }
        guard let preference = ProviderChoice.Preference(rawValue: provider), preference != .disable else {
            throw .unavailable(.git, path: folder, reason: "there is no provider \(provider)")
        }
        return try WorkspaceSnapshots(
            store: store, folder: folder, preference: preference, policy: policy, searchPath: searchPath,
            watches: watches, ownPaths: ownFiles + [stateFolder])
    }
}
