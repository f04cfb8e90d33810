import FoundationEssentials
import Glibc
import Processes
import TestSupport
import Testing

@testable import Snapshots

/// A process that takes, reads, deletes and collects snapshots is killed again and again; what it leaves is looked at.
struct GitKillTests {
    static var points: Int { ProcessInfo.processInfo.environment["AH_KILL_POINTS"].flatMap { Int($0) } ?? 20 }

    /// Works until it is killed.
    static func work(_ folder: String, round: Int) throws {
        var random = SystemRandomNumberGenerator()
        let workspace = "\(folder)/work"
        let store = try SnapshotStore(for: workspace, below: "\(folder)/state")
        let provider = try GitProvider(
            store: store, folder: workspace, program: SnapshotBench.program)
        try WorkerThread.start {
            usleep(UInt32.random(in: 0...60_000))
            kill(getpid(), SIGKILL)
        }
        for step in 0... {
            let label = "\(round).\(step)"
            for file in 0..<10 {
                let text = "\(label) \(UInt64.random(in: 0 ... .max, using: &random))"
                try WholeFile.replace("\(workspace)/d\(file % 3)/\(file)", with: Array(text.utf8), durable: false)
            }
            try WholeFile.replace("\(workspace)/label", with: Array(label.utf8), durable: false)
            let snapshot = try provider.take(SnapshotRequest(session: "s\(round % 4)", reason: .manual, label: label))
            switch step % 4 {
            case 0:
                _ = try provider.materialise(snapshot, at: "\(store.branches)/\(round)-\(step)", deadline: .never)
                try FolderRemoval(of: "\(store.branches)/\(round)-\(step)").run()
            case 1: try provider.delete(Array(provider.list().prefix(1)))
            case 2: _ = try provider.collectGarbage(GarbageRequest(isThorough: step % 8 == 2))
            default: try provider.saveIndex()
            }
        }
    }

    @Test func `a kill at any point leaves the earlier snapshots whole and the next one possible`() async throws {
        let bench = try SnapshotBench()
        try bench.shell("mkdir d0 d1 d2; echo start > label")
        let folder = bench.folder.path
        for round in 0..<Self.points {
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
                try GitKillTests.work(folder, round: round)
            }
            try look(bench, round)
        }
        let provider = try bench.provider()
        _ = try provider.collectGarbage(GarbageRequest())
        #expect(try provider.collectGarbage(GarbageRequest()).leftovers == 0)
        let branches = try WholeFile.names(in: bench.store.branches)
        #expect(branches.allSatisfy { !$0.hasPrefix(".") }, "\(branches)")
        #expect(try WholeFile.names(in: "\(bench.store.objects)/objects/pack").allSatisfy { $0.hasPrefix("pack-") })
    }

    private func look(_ bench: SnapshotBench, _ round: Int) throws {
        let provider = try bench.provider()
        #expect(try provider.records.damaged().isEmpty, "round \(round)")
        for snapshot in try provider.list() where snapshot.label != "" {
            #expect(try provider.text(snapshot, "label") == snapshot.label, "round \(round), \(snapshot.name)")
            let tree = try provider.tree(of: snapshot)
            for file in 0..<10 {
                let text = String(decoding: try tree.contents(RelativePath("d\(file % 3)/\(file)")), as: UTF8.self)
                #expect(text.hasPrefix("\(snapshot.label) "), "round \(round), \(snapshot.name), \(file)")
            }
        }
        try bench.write("after \(round)", "label")
        let next = try provider.take("after", label: "")
        #expect(try provider.text(next, "label") == "after \(round)")
        let complaints = try bench.complaints()
        #expect(complaints == "", "round \(round): \(complaints)")
    }
}
