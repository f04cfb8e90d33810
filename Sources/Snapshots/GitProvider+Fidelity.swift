extension GitProvider {
    static let fidelityTable = Fidelity([
        .init(.content, .kept),
        .init(.names, .kept, "any bytes; `.git` is stored under another name"),
        .init(.modes, .keptInManifest, "setuid, setgid and sticky, too"),
        .init(.owners, .keptInManifest, "restored by root"),
        .init(.modificationTimes, .keptInManifest, "in nanoseconds"),
        .init(.extendedAttributes, .keptInManifest, "those that the user may read and set"),
        .init(.accessLists, .keptInManifest),
        .init(.hardLinks, .keptInManifest, "within the workspace"),
        .init(.emptyFolders, .kept),
        .init(.symbolicLinks, .kept),
        .init(.specialFiles, .keptInManifest, "devices are restored by root"),
        .init(.sparseFiles, .keptInManifest, "holes are made anew where zeros are"),
        .init(.nestedRepositories, .kept, "with everything in them"),
        .init(.largeFiles, .partly, "over the policy's limit they are left out with a note"),
        .init(.atomicity, .partly, "each file is whole or marked as fuzzy; files are read one after the other"),
    ])
}
