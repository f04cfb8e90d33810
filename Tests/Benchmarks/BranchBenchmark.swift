import Glibc
import Processes
import Snapshots
import TestSupport

/// What branches cost: the launch in a namespace, the copy of a folder against cp(1), btrfs snapshots and branches.
struct BranchBenchmark {
    /// How many files the trees have.
    let files: [Int]

    func run() throws {
        try launches()
        let folder = try TemporaryFolder()
        try gitBranches(in: folder.path)
        try copies(on: "the temporary folder's file system", in: folder.path)
        if LoopVolume.hasXFS { try withVolume(.xfs) { try copies(on: "XFS in a file", in: $0.path) } }
        if LoopVolume.hasBtrfs {
            try withVolume(.btrfs) { try copies(on: "btrfs in a file", in: $0.path) }
            for count in files { try snapshots(count) }
        }
    }

    private func withVolume(_ kind: LoopVolume.Kind, _ body: (LoopVolume) throws -> Void) throws {
        try body(LoopVolume(kind, size: "6G"))
    }

    private func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = MonotonicClock.now()
        try body()
        return Double(MonotonicClock.now() - start) / 1e6
    }

    // MARK: Launching

    private func launches() throws {
        let folder = try TemporaryFolder()
        for name in ["branch", "workspace"] { mkdir(folder(name), 0o755) }
        let bind = NamespaceMount.bind(source: folder("branch"), target: folder("workspace"))
        var times: [[NamespaceMount]: Samples] = [:]
        for _ in 0..<100 {
            for mounts in [[], [bind]] {
                times[mounts, default: Samples()].add(try milliseconds { try launch(mounts) })
            }
        }
        var table = Table("A program started and ended, median of 100, alternating", columns: ["", "ms", "p95"])
        for (name, mounts) in [("as it is", []), ("a folder bound over another", [bind])] {
            let samples = times[mounts] ?? Samples()
            table.add([name, samples.median.shown(), samples.percentile(95).shown()])
        }
        table.show()
    }

    private func launch(_ mounts: [NamespaceMount]) throws {
        let child = try ChildProcess(
            .init(arguments: ["/bin/true"], environment: [:], workingDirectory: "/", mounts: mounts),
            standardInput: 0, standardOutput: 1, standardError: 2)
        var poller = Poller()
        poller.add(child.descriptor, .read)
        while child.reap() == nil { _ = poller.wait(milliseconds: 1000) }
    }

    // MARK: Copying

    private func copies(on name: String, in folder: String) throws {
        var table = Table(
            "A folder copied and removed on \(name), ms, median of 3",
            columns: ["files", "cp -a", "1 thread", "2 threads", "rm -rf", "our removal", "layered"])
        for count in files {
            let source = "\(folder)/source-\(count)"
            try Self.makeTree(source, files: count)
            var cp = Samples()
            var ours: [Int: Samples] = [:]
            var rm = Samples()
            var removal = Samples()
            var layered = Samples()
            for _ in 0..<3 {
                cp.add(try milliseconds { try LoopVolume.run(["cp", "-a", source, "\(folder)/copy"]) })
                rm.add(try milliseconds { try LoopVolume.run(["rm", "-rf", "\(folder)/copy"]) })
                for threads in [1, 2] {
                    var options = FolderClone.Options()
                    options.threads = threads
                    ours[threads, default: Samples()].add(
                        try milliseconds {
                            _ = try FolderClone(of: source, options: options).make(at: "\(folder)/copy")
                        })
                    removal.add(try milliseconds { try FolderRemoval(of: "\(folder)/copy").run() })
                }
                guard geteuid() == 0 else { continue }
                var made: LayeredFolder?
                layered.add(try milliseconds { made = try LayeredFolder.make(over: source, at: "\(folder)/copy") })
                try made?.remove()
            }
            let times = [cp, ours[1] ?? Samples(), ours[2] ?? Samples(), rm, removal, layered]
            table.add(["\(count)"] + times.map { $0.median.shown(0) })
            try FolderRemoval(of: source).run()
        }
        table.show()
    }

    /// Files of some kilobytes, a few to a folder.
    static func makeTree(_ path: String, files: Int) throws {
        let content = [UInt8](repeating: UInt8(ascii: "x"), count: 8000)
        mkdir(path, 0o755)
        for index in 0..<files {
            let folder = "\(path)/\(index / 600)/\(index / 6)"
            if index % 600 == 0 { mkdir("\(path)/\(index / 600)", 0o755) }
            if index % 6 == 0 { mkdir(folder, 0o755) }
            let file = open("\(folder)/\(index)", O_CREAT | O_WRONLY, 0o644)
            guard file >= 0, write(file, content, 1 + index * 7919 % 8000) > 0 else {
                throw DriverError.system("write", code: errno)
            }
            close(file)
        }
    }

    // MARK: Branches of git snapshots

    /// Each round has a tree and a snapshot of its own, and nothing is deleted in between: ext4 is slow for minutes to give the
    /// inodes of deleted files out again.
    private func gitBranches(in folder: String) throws {
        var table = Table(
            "Branches of a git snapshot as \(geteuid() == 0 ? "root" : "an ordinary user"), ms, median of 5, over 1,000 files once",
            columns: ["files", "first", "second", "third", "fourth"])
        for count in files where count <= 10_000 {
            var times = [Samples](repeating: Samples(), count: 4)
            for round in 0..<(count > 1000 ? 1 : 5) {
                let place = "\(folder)/git-\(count)-\(round)"
                mkdir(place, 0o755)
                try Self.makeTree("\(place)/tree", files: count)
                let store = try SnapshotStore(for: "\(place)/tree", below: "\(place)/state")
                let provider = try GitProvider(
                    store: store, folder: "\(place)/tree", program: GitProgram(searchPath: "/usr/bin:/bin"),
                    watches: false)
                let snapshot = try provider.take(SnapshotRequest(session: "s", reason: .manual))
                let list = BranchList(store)
                for index in times.indices {
                    times[index].add(
                        try milliseconds { _ = try list.create(BranchRequest(), of: snapshot, with: provider) })
                }
                if geteuid() == 0 {
                    for branch in try list.all() { try list.delete(branch, with: provider) }
                }
            }
            table.add(["\(count)"] + times.map { $0.median.shown(0) })
        }
        table.show()
    }

    // MARK: Snapshots

    private func snapshots(_ count: Int) throws {
        let volume = try LoopVolume(.btrfs, size: "6G")
        try LoopVolume.run(["btrfs", "-q", "subvolume", "create", volume("project")])
        try Self.makeTree(volume("project/tree"), files: count)
        let store = try SnapshotStore(for: volume("project"), below: volume("state"))
        let provider = try BtrfsProvider(workspace: volume("project"), store: store)
        var table = Table(
            "btrfs, \(count) files, ms, median of 10",
            columns: ["files changed before", "snapshot", "branch", "its removal"])
        for changed in [0, 1, 100, 1000] where changed <= count {
            var (taking, branching, removing) = (Samples(), Samples(), Samples())
            for round in 0..<10 {
                try change(changed, in: volume("project/tree"))
                var snapshot: Snapshot?
                taking.add(
                    try milliseconds {
                        snapshot = try provider.take(SnapshotRequest(session: "s", reason: .moment))
                    })
                guard let snapshot, let folder = provider.branchFolder.map({ "\($0)/\(changed)-\(round)" }) else {
                    return
                }
                branching.add(
                    try milliseconds { _ = try provider.materialise(snapshot, at: folder, deadline: .never) })
                removing.add(try milliseconds { try provider.removeBranch(at: folder, deadline: .never) })
            }
            table.add(["\(changed)"] + [taking, branching, removing].map { $0.median.shown(1) })
        }
        table.show()
    }

    private func change(_ count: Int, in tree: String) throws {
        for index in 0..<count {
            let file = open("\(tree)/\(index / 600)/\(index / 6)/\(index)", O_WRONLY | O_APPEND)
            guard file >= 0, write(file, "y", 1) == 1 else {
                throw DriverError.system("write", code: errno)
            }
            close(file)
        }
    }
}
