import FoundationEssentials
import Glibc
import TestSupport

@testable import Snapshots

/// A workspace with a store beside it, in a folder of its own.
final class SnapshotBench {
    let folder: TemporaryFolder
    let workspace: String
    let store: SnapshotStore

    init() throws {
        folder = try TemporaryFolder()
        workspace = folder("work")
        try FileManager.default.createDirectory(atPath: workspace, withIntermediateDirectories: true)
        store = try SnapshotStore(for: workspace, below: folder("state"))
    }

    static let program = GitProgram(searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")

    func provider(_ policy: SnapshotPolicy = .standard, watches: Bool = true) throws -> GitProvider {
        try GitProvider(store: store, folder: workspace, policy: policy, program: Self.program, watches: watches)
    }

    func write(_ text: String, _ name: String) throws { try write(Array(text.utf8), name) }

    func write(_ bytes: [UInt8], _ name: String) throws {
        let path = "\(workspace)/\(name)"
        let above = String(path.prefix(upTo: path.lastIndex(of: "/")!))
        try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(workspace)/\(name)") }

    @discardableResult func shell(_ script: String, in folder: String? = nil) throws -> CommandRun {
        try CommandRun(
            ["/bin/bash", "-euc", script], environment: TestEnvironment.variables(home: self.folder.path),
            workingDirectory: folder ?? workspace)
    }

    /// What git itself says of the store; empty when it is whole.
    func complaints() throws -> String {
        let run = try CommandRun(
            ["git", "--git-dir", store.objects, "fsck", "--strict", "--full", "--no-dangling", "--no-progress"],
            environment: TestEnvironment.variables(home: folder.path))
        return run.status == 0 ? "" : run.errorText + run.text
    }
}

extension GitProvider {
    func take(_ session: String = "s", label: String = "", everything: Bool = false) throws -> Snapshot {
        try take(SnapshotRequest(session: session, reason: .manual, label: label, looksAtEverything: everything))
    }

    func text(_ snapshot: Snapshot, _ path: String) throws -> String {
        String(decoding: try tree(of: snapshot).contents(RelativePath(path)), as: UTF8.self)
    }
}

/// Bytes that can't be compressed, made quickly even by a debug build.
func incompressible(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        let source = open("/dev/urandom", O_RDONLY | O_CLOEXEC)
        filled = read(source, buffer.baseAddress, count)
        close(source)
        precondition(filled == count)
    }
}
