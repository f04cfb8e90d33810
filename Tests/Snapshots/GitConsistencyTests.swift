import FoundationEssentials
import Glibc
import Processes
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

struct GitConsistencyTests {
    /// Threads that rewrite files in place, replace them by renaming, and move folders, until they are told to stop.
    private final class Writers: Sendable {
        private let folder: String
        private let isOver = Atomic<Bool>(false)
        private let running = Atomic<Int>(0)

        init(_ folder: String) throws {
            self.folder = folder
            for (index, work) in [rewrite, replace, move].enumerated() {
                running.add(1, ordering: .sequentiallyConsistent)
                try WorkerThread.start { [self] in
                    var random = SeededRandom(seed: UInt64(index))
                    while !isOver.load(ordering: .relaxed) { work(&random) }
                    running.subtract(1, ordering: .sequentiallyConsistent)
                }
            }
        }

        func stop() {
            isOver.store(true, ordering: .relaxed)
            while running.load(ordering: .sequentiallyConsistent) > 0 { usleep(1000) }
        }

        static let size = 1 << 15

        private func rewrite(_ random: inout SeededRandom) {
            put("\(folder)/place/\(random.next() % 16)", O_WRONLY | O_CREAT, UInt8(truncatingIfNeeded: random.next()))
        }

        private func replace(_ random: inout SeededRandom) {
            let name = "\(folder)/rename/\(random.next() % 16)"
            put("\(name).new", O_WRONLY | O_CREAT, UInt8(truncatingIfNeeded: random.next()))
            rename("\(name).new", name)
        }

        private func move(_ random: inout SeededRandom) {
            rename("\(folder)/moving", "\(folder)/moved")
            mkdir("\(folder)/moved/\(random.next() % 4)", 0o755)
            put("\(folder)/moved/file", O_WRONLY | O_CREAT | O_TRUNC, 7)
            rename("\(folder)/moved", "\(folder)/moving")
            rmdir("\(folder)/moving/\(random.next() % 4)")
        }

        private func put(_ path: String, _ flags: Int32, _ byte: UInt8) {
            let descriptor = open(path, flags, 0o644)
            guard descriptor >= 0 else { return }
            let bytes = [UInt8](repeating: byte, count: Self.size)
            _ = pwrite(descriptor, bytes, bytes.count, 0)
            close(descriptor)
        }
    }

    @Test func `no file is torn without being marked, while others write`() throws {
        let bench = try SnapshotBench()
        try bench.shell("mkdir place rename moving")
        let provider = try bench.provider()
        let writers = try Writers(bench.workspace)
        var snapshots: [Snapshot] = []
        do {
            defer { writers.stop() }
            for round in 0..<100 { snapshots.append(try provider.take(everything: round % 10 == 0)) }
        }
        #expect(snapshots.allSatisfy { $0.sameAs == nil })
        var looked = 0
        for snapshot in snapshots {
            let tree = try provider.tree(of: snapshot)
            for folder in ["place", "rename"] {
                for entry in try tree.entries(in: RelativePath(folder)) where entry.note == nil && entry.kind == .file {
                    let path = try RelativePath(folder).appending(entry.name)
                    let bytes = try tree.contents(path)
                    // A file that was made but not written yet is whole, too; one in the middle of its writing isn't.
                    let isWhole = bytes.isEmpty || bytes == [UInt8](repeating: bytes[0], count: Writers.size)
                    #expect(isWhole, "\(snapshot.name) \(path): \(bytes.count) bytes")
                    looked += 1
                }
            }
        }
        #expect(looked > 1000)
        _ = try provider.take(everything: true)
        #expect(try provider.take(everything: true).sameAs == 101)
        #expect(
            try SnapshotComparison(provider.tree(of: provider.list().last!), FolderTree(bench.workspace)).changes()
                .isEmpty)
        #expect(try bench.complaints() == "")
    }

    @Test func `two processes may use one store, and a third may collect`() throws {
        let bench = try SnapshotBench()
        let isOver = Atomic<Bool>(false)
        _ = isOver
        try bench.write("start", "file")
        let first = try bench.provider()
        let second = try bench.provider()
        let collector = try bench.provider()
        var kept: [(Snapshot, String)] = []
        for round in 0..<20 {
            try bench.write("\(round)", "file")
            kept.append((try first.take("first"), "\(round)"))
            try bench.write("again \(round)", "file")
            kept.append((try second.take("second"), "again \(round)"))
            if round % 3 == 2 {
                try first.delete([kept.removeFirst().0])
                _ = try collector.collectGarbage(GarbageRequest(isThorough: round % 2 == 0))
            }
        }
        #expect(Set(try first.list().map(\.name)) == Set(kept.map(\.0.name)))
        for (snapshot, text) in kept { #expect(try second.text(snapshot, "file") == text) }
        #expect(try bench.complaints() == "")
    }

    @Test func `when nothing can be watched every scan looks at everything`() throws {
        let bench = try SnapshotBench()
        try bench.write("1", "a/b")
        let provider = try bench.provider(watches: false)
        let first = try provider.take()
        try bench.write("2", "a/b")
        #expect(try provider.text(provider.take(), "a/b") == "2")
        #expect(try provider.text(first, "a/b") == "1")
        #expect(provider.watchState.hasPrefix("every snapshot looks at every file"))
        #expect(try provider.take().sameAs == 2)
    }

    @Test func `events that were lost are made up for by looking at everything`() throws {
        let bench = try SnapshotBench()
        try bench.write("0", "many/0")
        let provider = try bench.provider()
        _ = try provider.take()
        let limit =
            Int(
                try bench.shell("cat /proc/sys/fs/inotify/max_queued_events").text.filter(\.isNumber)) ?? 16384
        try #require(limit <= 65536)
        try bench.shell(
            "mkdir more; cd more; seq 1 \(limit / 2 + 100) | xargs touch; rm -rf ../many; cd ..; rm -r more; mkdir many; echo last > many/0; echo x > many/1"
        )
        let snapshot = try provider.take()
        #expect(try provider.text(snapshot, "many/0") == "last\n")
        #expect(try provider.tree(of: snapshot).entries(in: .root).count == 1)
        #expect(try provider.take(everything: true).sameAs == 2)
    }

    @Test func `a deadline that is over stores nothing, and what was read serves the next try`() throws {
        let bench = try SnapshotBench()
        for index in 0..<50 { try bench.write("\(index)", "d\(index % 5)/\(index)") }
        let provider = try bench.provider()
        #expect(throws: SnapshotError.self) {
            try provider.take(SnapshotRequest(session: "s", reason: .manual, deadline: Deadline(milliseconds: 0)))
        }
        #expect(try provider.list().isEmpty)
        let snapshot = try provider.take()
        #expect(try provider.text(snapshot, "d3/48") == "48")
        try bench.write("changed", "d3/48")
        let cancellation = Deadline.Cancellation()
        cancellation.cancel()
        #expect(throws: SnapshotError.self) {
            try provider.take(
                SnapshotRequest(
                    session: "s", reason: .manual, deadline: Deadline(milliseconds: nil, cancellation: cancellation)))
        }
        #expect(try provider.text(provider.take(), "d3/48") == "changed")
        #expect(try bench.complaints() == "")
    }
}
