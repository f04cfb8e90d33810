import FoundationEssentials
import TestSupport
import Testing

@testable import SessionHost

struct WorkspaceChoiceTests {
    @Test func `the repository that a program starts in is its workspace`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder("project/.git"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: folder("project/src/deep"), withIntermediateDirectories: true)
        let choice = try WorkspaceChoice(named: nil, start: folder("project/src/deep"), home: folder.path)
        #expect(choice.folder == folder("project"))
    }

    @Test func `without a repository it is the folder itself`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("plain"), withIntermediateDirectories: true)
        #expect(try WorkspaceChoice(named: nil, start: folder("plain"), home: folder.path).folder == folder("plain"))
    }

    @Test func `a home is never snapshotted unasked, even where it is a repository`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder(".git"), withIntermediateDirectories: true)
        let choice = try WorkspaceChoice(named: nil, start: folder.path, home: folder.path)
        #expect(choice.folder == nil)
        #expect(choice.reason.contains("--workspace"))
        #expect(try WorkspaceChoice(named: folder.path, start: "/", home: folder.path).folder == folder.path)
    }

    @Test(arguments: ["/", "/tmp", "/etc", "/proc/self"])
    func `a system's folder is not a workspace`(path: String) throws {
        #expect(try WorkspaceChoice(named: nil, start: path, home: nil).folder == nil)
    }

    @Test func `what isn't there, or is no folder, is an error that names it`() throws {
        let folder = try TemporaryFolder()
        try Data("x".utf8).write(to: URL(filePath: folder("file")))
        for path in [folder("gone"), folder("file")] {
            #expect(throws: SessionError.self) {
                try WorkspaceChoice(named: path, start: "/", home: nil)
            }
        }
    }
}
