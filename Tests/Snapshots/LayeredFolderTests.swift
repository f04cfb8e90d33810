import Glibc
import TestSupport
import Testing

@testable import Snapshots

@Suite(.enabled(if: geteuid() == 0, "only root can mount")) struct LayeredFolderTests {
    @Test func `an odd tree looks the same through it, and what is written stays out of it`() throws {
        let folder = try TemporaryFolder()
        try OddTree.make(at: folder("lower"))
        let original = try OddTree.description(of: folder("lower"))
        let layered = try LayeredFolder.make(over: folder("lower"), at: folder("branch"))
        let seen = try OddTree.difference(of: folder("branch"), from: original)
        #expect(seen.isEmpty, "\(seen)")
        let script = """
            cd "$0" && echo new > plain && mv deep moved && rm -r repo && echo more >> one && cat two && ls moved
            """
        #expect(try LoopVolume.run(["bash", "-c", script, folder("branch")]) == "several\nmore\ner\nlink\nthree\n")
        let difference = try OddTree.difference(of: folder("lower"), from: original)
        #expect(difference.isEmpty, "\(difference)")
        try layered.remove()
        #expect(try WholeFile.names(in: folder.path) == ["lower"])
    }

    @Test func `it is a folder for snapshots like any other`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("lower"), 0o755)
        for name in ["kept", "gone"] { try folder.write(name, to: "lower/\(name)") }
        let layered = try LayeredFolder.make(over: folder("lower"), at: folder("branch"))
        try folder.write("made", to: "branch/made")
        unlink(folder("branch/gone"))
        #expect(
            try FolderTree(folder("branch")).entries(in: .root).map(\.name) == ["kept", "made"].map { Array($0.utf8) })
        let report = try FolderClone(of: folder("branch")).make(at: folder("copy"))
        #expect(report.files == 2)
        try layered.remove()
    }

    @Test func `after a restart it comes back with its changes, from where it was moved to`() throws {
        let folder = try TemporaryFolder()
        for name in ["lower", "partial"] { mkdir(folder(name), 0o755) }
        let layered = try LayeredFolder.make(over: folder("lower"), at: folder("partial/branch"))
        try folder.write("made", to: "partial/branch/made")
        try #require(rename(folder("partial"), folder("whole")) == 0)
        let moved = LayeredFolder(at: folder("whole/branch"))
        #expect(try moved.isMounted)
        #expect(try !layered.isMounted)
        try #require(umount2(folder("whole/branch"), 0) == 0)
        #expect(LayeredFolder.isLayered(folder("whole/branch")))
        try moved.mountAgain()
        try moved.mountAgain()
        #expect(try WholeFile.names(in: folder("whole/branch")) == ["made"])
        try moved.remove()
        #expect(try WholeFile.names(in: folder("whole")) == [])
    }

    @Test func `in use it isn't removed, and what is there already isn't covered`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("lower"), 0o755)
        let layered = try LayeredFolder.make(over: folder("lower"), at: folder("branch"))
        do {
            let used = try OpenFile(folder: folder("branch"))
            #expect(throws: SnapshotError.busy(path: folder("branch"))) { try layered.remove() }
            withExtendedLifetime(used) {}
        }
        #expect(throws: SnapshotError.exists(path: folder("branch"))) {
            try LayeredFolder.make(over: folder("lower"), at: folder("branch"))
        }
        try layered.remove()
    }

    @Test func `a path with commas and colons does`() throws {
        let folder = try TemporaryFolder()
        mkdir(folder("lo,w:er"), 0o755)
        try folder.write("x", to: "lo,w:er/file")
        let layered = try LayeredFolder.make(over: folder("lo,w:er"), at: folder("br,an:ch"))
        #expect(try WholeFile.names(in: folder("br,an:ch")) == ["file"])
        try layered.remove()
    }

    @Test func `one that a killed process left in a scratch folder is collected`() throws {
        let folder = try TemporaryFolder()
        for name in ["lower", "\(ScratchFolder.prefix)left"] { mkdir(folder(name), 0o755) }
        _ = try LayeredFolder.make(over: folder("lower"), at: folder("\(ScratchFolder.prefix)left/files"))
        #expect(try ScratchFolder.collectLeftovers(in: folder.path) == 1)
        #expect(try WholeFile.names(in: folder.path) == ["lower"])
    }
}
