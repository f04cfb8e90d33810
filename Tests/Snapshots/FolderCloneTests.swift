import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct FolderCloneTests {
    /// Copies an odd tree within one folder and compares attribute by attribute.
    private func checkCopy(in folder: String, threads: Int = 2) throws -> FolderCloneReport {
        let (source, target) = ("\(folder)/source", "\(folder)/copy")
        try OddTree.make(at: source)
        var options = FolderClone.Options()
        options.threads = threads
        let report = try FolderClone(of: source, options: options).make(at: target)
        let original = try OddTree.description(of: source)
        #expect(original.count > 60)
        let difference = try OddTree.difference(of: target, from: original)
        #expect(difference.isEmpty, "\(difference)")
        #expect(report.lost.isEmpty && report.fuzzy.isEmpty, "\(report.lost) \(report.fuzzy)")
        #expect(report.hardLinks == 2)
        #expect(report.specialFiles == 1)
        #expect(try blocks(target + "/sparse") < 2000, "the holes were filled")
        #expect(try WholeFile.names(in: folder).sorted() == ["copy", "source"])
        return report
    }

    private func blocks(_ path: String) throws -> Int {
        var info = stat()
        try #require(lstat(path, &info) == 0)
        return Int(info.st_blocks)
    }

    @Test(arguments: [1, 2, 4]) func `an odd tree is the same in its copy, attribute by attribute`(threads: Int) throws
    {
        let folder = try TemporaryFolder()
        let report = try checkCopy(in: folder.path, threads: threads)
        #expect(report.copiedBytes + report.sharedBytes > 300_000)
        #expect(report.folders == 8)
    }

    @Test(.enabled(if: LoopVolume.hasXFS, "no XFS can be mounted here"))
    func `on XFS the copy shares the original's blocks`() throws {
        let volume = try LoopVolume(.xfs)
        let report = try checkCopy(in: volume.path)
        #expect(report.sharedBytes > 300_000)
        #expect(report.method.hasPrefix("shared"))
    }

    @Test(.enabled(if: LoopVolume.hasBtrfs, "no btrfs can be mounted here"))
    func `on btrfs the copy shares the original's blocks`() throws {
        let volume = try LoopVolume(.btrfs)
        let report = try checkCopy(in: volume.path)
        #expect(report.sharedBytes > 300_000)
    }

    @Test(.enabled(if: LoopVolume.hasXFS, "no XFS can be mounted here"))
    func `between file systems the blocks are copied, and it says so`() throws {
        let (volume, folder) = (try LoopVolume(.xfs), try TemporaryFolder())
        try OddTree.make(at: folder("source"))
        let report = try FolderClone(of: folder("source")).make(at: volume("copy"))
        #expect(report.method == "copied")
        let original = try OddTree.description(of: folder("source"))
        let difference = try OddTree.difference(of: volume("copy"), from: original)
        #expect(difference.isEmpty, "\(difference)")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount"))
    func `what is mounted below isn't entered, only noted`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("source"), 0o755)
        mkdir(folder("source/mounted"), 0o755)
        try LoopVolume.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder("source/mounted")])
        defer { umount2(folder("source/mounted"), 2) }
        try folder.write("x", to: "source/mounted/inside")
        let report = try FolderClone(of: folder("source")).make(at: folder("copy"))
        #expect(report.lost.first.map(\.path.printable) == ["mounted"])
        #expect(try WholeFile.names(in: folder("copy/mounted")) == [])
    }

    @Test func `a copy into the folder itself ends, without a copy of the copy`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("inner"), 0o755)
        try folder.write("x", to: "file")
        let report = try FolderClone(of: folder.path).make(at: folder("inner/copy"))
        #expect(report.files == 1)
        #expect(try WholeFile.names(in: folder("inner/copy")) == ["file", "inner"])
        #expect(try WholeFile.names(in: folder("inner/copy/inner")) == [])
    }

    @Test func `what is excluded isn't there`() throws {
        let folder = try TemporaryFolder()
        try OddTree.make(at: folder("source"))
        var options = FolderClone.Options()
        options.excluded = [try RelativePath("deep/er"), try RelativePath("large")]
        _ = try FolderClone(of: folder("source"), options: options).make(at: folder("copy"))
        #expect(access(folder("copy/deep/link"), F_OK) != 0)
        #expect(access(folder("copy/large"), F_OK) != 0)
        #expect(access(folder("copy/plain"), F_OK) == 0)
    }

    @Test func `an existing target is left alone`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("source"), 0o755)
        try folder.write("mine", to: "copy")
        #expect(throws: SnapshotError.exists(path: folder("copy"))) {
            try FolderClone(of: folder("source")).make(at: folder("copy"))
        }
    }

    @Test func `when the time is over nothing is left behind`() throws {
        let folder = try TemporaryFolder()
        try OddTree.make(at: folder("source"))
        #expect(throws: SnapshotError.outOfTime("copying a folder")) {
            try FolderClone(of: folder("source")).make(at: folder("copy"), deadline: Deadline(milliseconds: 0))
        }
        #expect(try WholeFile.names(in: folder.path) == ["source"])
    }

    @Test(.enabled(if: LoopVolume.hasXFS, "no XFS can be mounted here"))
    func `a full disk is an error that leaves nothing behind`() throws {
        let (volume, folder) = (try LoopVolume(.xfs), try TemporaryFolder())
        mkdir(folder("source"), 0o755)
        try LoopVolume.run(["fallocate", "-l", "300M", volume("filler")])
        try LoopVolume.run(["dd", "if=/dev/urandom", "of=\(folder("source/big"))", "bs=1M", "count=60", "status=none"])
        let error = #expect(throws: SnapshotError.self) {
            try FolderClone(of: folder("source")).make(at: volume("copy"))
        }
        guard case .system(_, "big", ENOSPC) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try WholeFile.names(in: volume.path) == ["filler"])
    }

    @Test func `what a killed process left is told from what is in the making`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("\(ScratchFolder.prefix)left"), 0o700)
        try folder.write("x", to: "\(ScratchFolder.prefix)left/file")
        mkdir(folder("\(FolderRemoval.prefix)left"), 0o700)
        let scratch = try ScratchFolder(for: folder("made"))
        #expect(try ScratchFolder.collectLeftovers(in: folder.path) == 2)
        try scratch.publish()
        #expect(try WholeFile.names(in: folder.path) == ["made"])
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func `an ordinary user's copy says which owners, devices and files it couldn't keep`() async throws {
        let folder = try TemporaryFolder()
        mkdir(folder("source"), 0o755)
        let script = """
            cd "$0" && echo x > secret && chmod 600 secret && echo y > foreign && chmod 4755 foreign && chown 77:88 foreign
            mknod device c 1 3 && mkdir closed && chmod 700 closed && chmod 777 .. && echo z > open
            """
        try LoopVolume.run(["sh", "-c", script, folder("source")])
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            guard setgid(65534) == 0, setuid(65534) == 0 else { exit(2) }
            let report = try FolderClone(of: "\(path)/source").make(at: "\(path)/copy")
            let lost = Set(report.lost.first.map(\.path.printable))
            guard lost.isSuperset(of: ["secret", "foreign", "device", "closed"]) else { exit(3) }
            var info = stat()
            guard lstat("\(path)/copy/foreign", &info) == 0, info.st_mode & 0o7777 == 0o755 else { exit(4) }
            guard access("\(path)/copy/open", F_OK) == 0, access("\(path)/copy/secret", F_OK) != 0 else { exit(5) }
        }
    }
}
