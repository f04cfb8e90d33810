/// What a session host needs to know to snapshot its workspace.
public struct SnapshotConfiguration: Codable, Hashable, Sendable {
    /// `auto`, or a provider's name.
    public var provider = "auto"
    /// The folder whose files are saved: the workspace, or a branch's folder.
    public var folder: String
    /// Where the child sees it, and where a branch of it will be seen.
    public var workspace: String
    /// The folder of state below which the stores lie.
    public var stateFolder: String
    /// The store's folder, where it isn't the workspace's own: that of the branch's parent.
    public var store: String?
    /// Of a folder that was just made of a snapshot, whole: that snapshot, `SESSION@N`.
    public var startsFrom: String?
    /// Names and patterns that are left out.
    public var excluded: [String] = []
    /// Files of ours that may lie in the workspace and change with everything that happens: absolute paths.
    public var ownFiles: [String] = []
    /// Bytes of the largest file that is saved; nil for the usual limit.
    public var largestFile: UInt64?
    /// Whether a snapshot follows each moment, and each change of the files that settles.
    public var followsMoments = true
    public var followsChanges = true
    /// Milliseconds between one automatic snapshot's end and the next one's start, at least.
    public var interval = 300
    /// Milliseconds that a hook, or the start of the child, waits for a snapshot at most.
    public var patience = 1000

    public init(folder: String, workspace: String, stateFolder: String) {
        self.folder = folder
        self.workspace = workspace
        self.stateFolder = stateFolder
    }
}
