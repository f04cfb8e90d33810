import CSnapshots
import Glibc
import Processes

/// Copies a folder with all that can be kept of it: content (shared where the file system can, holes kept), modes,
/// owners, modification times, extended attributes, access lists, hard links within it, special files.
///
/// Symbolic links are copied, never followed, and what is mounted below the folder isn't entered. The copy grows under a
/// hidden name beside its place and gets its own when it is whole, so that a killed process leaves no half of one.
public struct FolderClone: Sendable {
    public struct Options: Sendable {
        /// Share blocks with the original where the file system can (btrfs, XFS, bcachefs, newer ZFS); files of one block
        /// are copied, which is quicker.
        public var sharesBlocks = true
        /// Folders and files that are left out, from the folder's root.
        public var excluded: Set<RelativePath> = []
        /// 2 use both processors of a small machine; more than 4 don't help.
        public var threads = 2

        public init() {}
    }

    public let source: String
    public let options: Options

    /// - Parameter source: may itself be reached through symbolic links.
    public init(of source: String, options: Options = Options()) {
        self.source = source
        self.options = options
    }

    /// Makes the copy. A file that changes while it is read is read up to three times and then noted.
    /// - Parameter target: must not exist; its parent must.
    /// - Throws: `exists`, `outOfTime`, `system`; nothing is left then. What of the original can't be read or set is
    ///   no error, but noted in the report.
    public func make(at target: String, deadline: Deadline = .never) throws(SnapshotError) -> FolderCloneReport {
        let original = try OpenFile(folder: source)
        let scratch = try ScratchFolder(for: target)
        do {
            let work = try CloneWork(
                from: original.descriptor, to: scratch.folder.descriptor, options: options, deadline: deadline)
            let report = try work.run()
            try scratch.publish()
            return report
        } catch {
            scratch.discard()
            throw error
        }
    }
}

/// What came of copying a folder.
public struct FolderCloneReport: Hashable, Codable, Sendable {
    public var files = 0
    public var folders = 0
    public var links = 0
    public var specialFiles = 0
    /// Further names of files that were copied already.
    public var hardLinks = 0
    /// Files whose blocks are the original's, and their size.
    public var sharedFiles = 0
    public var sharedBytes: UInt64 = 0
    /// Bytes that were written anew.
    public var copiedBytes: UInt64 = 0
    /// What isn't in the copy, or not as it was.
    public var lost = PathNotes()
    /// Files that changed each time they were read: their content may be torn.
    public var fuzzy = PathNotes()

    public init() {}

    /// How the contents came over, in words.
    public var method: String {
        if sharedFiles == 0 { return "copied" }
        return copiedBytes == 0
            ? "shared blocks (reflink)" : "shared blocks (reflink), small or unshareable files copied"
    }

    mutating func add(_ other: FolderCloneReport) {
        files += other.files
        folders += other.folders
        links += other.links
        specialFiles += other.specialFiles
        hardLinks += other.hardLinks
        sharedFiles += other.sharedFiles
        sharedBytes += other.sharedBytes
        copiedBytes += other.copiedBytes
        lost.add(other.lost)
        fuzzy.add(other.fuzzy)
    }
}
