import FoundationEssentials
import Glibc
import Processes
import Snapshots
import TestSupport

/// Snapshots of trees of 1,000 to 100,000 files beside `git add -A && git write-tree` of the same trees, in turns.
struct SnapshotsBenchmark {
    let rounds: Int
    let isQuick: Bool

    private struct Size {
        var name: String
        var files: Int
        var folders: Int
        var bytes: Int
    }

    private var sizes: [Size] {
        let all = [
            Size(name: "T1", files: 1_000, folders: 100, bytes: 4_000),
            Size(name: "T2", files: 10_000, folders: 1_000, bytes: 20_000),
            Size(name: "T3", files: 100_000, folders: 18_000, bytes: 8_000),
        ]
        return isQuick ? Array(all.prefix(2)) : all
    }

    func run() throws {
        for size in sizes { try run(size) }
    }

    private func run(_ size: Size) throws {
        let folder = try TemporaryFolder()
        let tree = try BenchmarkTree(at: folder("work"), files: size.files, folders: size.folders, bytes: size.bytes)
        let git = GitBaseline(folder: folder, workspace: tree.path)
        let store = try SnapshotStore(for: tree.path, below: folder("state"))
        let provider = try GitProvider(
            store: store, folder: tree.path, program: GitProgram(searchPath: GitBaseline.searchPath))
        print("\(size.name): \(size.files) files in \(size.folders) folders, \(size.files * size.bytes / 1_000_000) MB")
        try git.prepare()
        let gitFirst = try Self.milliseconds { try git.addAll() }
        var snapshots: [Snapshot] = []
        let first = try Self.milliseconds { snapshots.append(try take(provider, everything: true)) }
        let objects = folder("git/objects")
        row("first", first, gitFirst, try git.size(of: objects), try git.size(of: "\(store.objects)/objects"))
        for changes in [0, 1, 100, 1000] {
            var own: [Double] = []
            var theirs: [Double] = []
            let before = (try git.size(of: "\(store.objects)/objects"), try git.size(of: objects))
            for _ in 0..<rounds {
                try tree.change(changes)
                own.append(try Self.milliseconds { snapshots.append(try take(provider, everything: false)) })
                theirs.append(try Self.milliseconds { try git.addAll() })
            }
            let added = (try git.size(of: "\(store.objects)/objects") - before.0, try git.size(of: objects) - before.1)
            row("\(changes) changed", median(own), median(theirs), added.1 / UInt64(rounds), added.0 / UInt64(rounds))
        }
        let everything = try Self.milliseconds { _ = try take(provider, everything: true) }
        print("  look at everything, nothing changed: \(Self.text(everything)) ms")
        try read(provider, snapshots, tree, folder)
    }

    private func read(
        _ provider: GitProvider, _ snapshots: [Snapshot], _ tree: BenchmarkTree, _ folder: TemporaryFolder
    ) throws {
        let path = try RelativePath(tree.name(tree.files / 2))
        let snapshotTree = try provider.tree(of: snapshots[0])
        _ = try snapshotTree.entries(in: .root)
        let list = try Self.milliseconds { _ = try snapshotTree.entries(in: path.parent) }
        let file = try Self.milliseconds { _ = try snapshotTree.contents(path) }
        print("  list a folder \(Self.text(list)) ms, read a file \(Self.text(file)) ms")
        let last = snapshots[snapshots.count - 1]
        let before = snapshots[snapshots.count - 2]
        var count = 0
        let diff = try Self.milliseconds {
            count = try SnapshotComparison(provider.tree(of: before), provider.tree(of: last)).changes().count
        }
        print("  diff of two snapshots \(count) files apart \(Self.text(diff)) ms")
        let copy = try Self.milliseconds { _ = try provider.materialise(last, at: folder("copy"), deadline: .never) }
        let checkout = try Self.milliseconds {
            try CommandRunCheck.run(
                ["git", "--git-dir", folder("git"), "--work-tree", folder("checkout"), "checkout-index", "-a"],
                making: folder("checkout"), home: folder.path)
        }
        print("  as a folder \(Self.text(copy)) ms, git checkout \(Self.text(checkout)) ms")
    }

    private func take(_ provider: GitProvider, everything: Bool) throws -> Snapshot {
        try provider.take(SnapshotRequest(session: "bench", reason: .manual, looksAtEverything: everything))
    }

    private func row(_ name: String, _ own: Double, _ git: Double, _ gitBytes: UInt64, _ bytes: UInt64) {
        let ratio = own / git
        print(
            "  \(name): \(Self.text(own)) ms, git \(Self.text(git)) ms, ratio \(Self.text(ratio)); "
                + "\(bytes / 1000) kB, git \(gitBytes / 1000) kB")
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    static func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return hundredths >= 10_000
            ? "\(hundredths / 100)" : "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }

    static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = MonotonicClock.now()
        try body()
        return Double(MonotonicClock.now() - start) / 1e6
    }
}

/// A tree of files like sources: compressible text that differs from file to file.
final class BenchmarkTree {
    let path: String
    let files: Int
    private let folders: Int
    private let bytes: Int
    private var random = SeededRandom(seed: 7)
    private var generation = 0

    init(at path: String, files: Int, folders: Int, bytes: Int) throws {
        self.path = path
        self.files = files
        self.folders = folders
        self.bytes = bytes
        for folder in 0..<folders {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(name(ofFolder: folder))", withIntermediateDirectories: true)
        }
        for file in 0..<files { try write(file) }
    }

    private func name(ofFolder folder: Int) -> String { "p\(folder % 12)/m\(folder % 180)/d\(folder)" }

    func name(_ file: Int) -> String { "\(name(ofFolder: file % folders))/file\(file).txt" }

    private func write(_ file: Int) throws {
        var text = "file \(file) of generation \(generation)\n"
        while text.utf8.count < bytes / 2 + file % bytes {
            text +=
                "let value\(random.next() % 10_000) = compute(\(random.next() % 1_000_000), with: \"\(random.next())\")\n"
        }
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name(file))"))
    }

    /// Changes so many files, spread over the tree.
    func change(_ count: Int) throws {
        generation += 1
        guard count > 0 else { return }
        let count = min(count, files)
        let start = Int(random.next() % UInt64(files))
        for index in 0..<count { try write((start + index * (files / count)) % files) }
    }
}

/// What git itself needs for the same, with a repository of its own.
struct GitBaseline {
    let folder: TemporaryFolder
    let workspace: String

    static let searchPath = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"

    private func git(_ arguments: String...) throws {
        try CommandRunCheck.run(
            [
                "git", "-c", "gc.auto=0", "-c", "core.autocrlf=false", "--git-dir", folder("git"), "--work-tree",
                workspace,
            ] + arguments,
            making: nil, home: folder.path)
    }

    func prepare() throws { try git("init", "-q") }

    func addAll() throws {
        try git("add", "-A")
        try git("write-tree")
    }

    /// Bytes on the disk.
    func size(of path: String) throws -> UInt64 {
        let run = try CommandRun(
            ["du", "-s", "-B1", path],
            environment: TestEnvironment.variables(home: folder.path))
        return UInt64(run.text.prefix { $0.isNumber }) ?? 0
    }
}

enum CommandRunCheck {
    static func run(_ arguments: [String], making: String?, home: String) throws {
        if let making { try FileManager.default.createDirectory(atPath: making, withIntermediateDirectories: true) }
        let run = try CommandRun(arguments, environment: TestEnvironment.variables(home: home), timeout: .seconds(600))
        guard run.status == 0 else {
            throw SnapshotError.program(command: arguments[0], status: run.status, message: run.errorText)
        }
    }
}
