import Glibc
import Synchronization
import Testing

@testable import Snapshots

struct SnapshotRecordsTests {
    private func snapshot(_ session: String, _ label: String) -> Snapshot {
        Snapshot(
            session: session, number: 0, label: label, reason: .manual, provider: .copy, workspace: "/w",
            reference: "r",
            takenAt: 1)
    }

    private func add(_ records: SnapshotRecords, _ session: String, _ label: String) throws -> Snapshot {
        try records.add(session: session, deadline: .never) { _ in snapshot(session, label) }
    }

    @Test func `a number is never given twice`() throws {
        let bench = try SnapshotBench()
        let records = SnapshotRecords(bench.store)
        #expect(try (0..<3).map { try add(records, "s", "\($0)").number } == [1, 2, 3])
        for snapshot in try records.all() { try records.remove(snapshot) }
        #expect(try add(records, "s", "again").number == 4)
        #expect(try add(records, "t", "other").number == 1)
    }

    @Test func `a failed snapshot leaves no record`() throws {
        let bench = try SnapshotBench()
        let records = SnapshotRecords(bench.store)
        #expect(throws: SnapshotError.outOfTime("x")) {
            try records.add(session: "s", deadline: .never) { (_) throws(SnapshotError) in throw .outOfTime("x") }
        }
        #expect(try records.all().isEmpty)
    }

    @Test func `a damaged record is named and the others are listed`() throws {
        let bench = try SnapshotBench()
        let records = SnapshotRecords(bench.store)
        for label in ["a", "b", "c"] { _ = try add(records, "s", label) }
        let path = "\(bench.store.folder)/records/s/2.json"
        try WholeFile.replace(path, with: Array("{".utf8), durable: false)
        #expect(try records.all().map(\.label) == ["a", "c"])
        #expect(try records.damaged() == [path])
        #expect(throws: SnapshotError.self) { try records.snapshot(SnapshotName("s@2")) }
        let provider = try bench.provider()
        _ = try provider.take("t")
        try provider.delete(provider.list())
        #expect(throws: SnapshotError.self, "what a record can't tell may be needed") {
            try provider.collectGarbage(GarbageRequest())
        }
    }

    @Test func `a record can be changed, and one that is gone can't`() throws {
        let bench = try SnapshotBench()
        let records = SnapshotRecords(bench.store)
        var snapshot = try add(records, "s", "old")
        snapshot.label = "new"
        try records.update(snapshot)
        #expect(try records.snapshot(SnapshotName("s@1")) == snapshot)
        try records.remove(snapshot)
        #expect(throws: SnapshotError.self) { try records.update(snapshot) }
    }

    @Test func `two stores of one name are two stores`() throws {
        #expect(SnapshotStore.path(for: "/a/work", below: "/s") != SnapshotStore.path(for: "/b/work", below: "/s"))
        #expect(SnapshotStore.path(for: "/a/wörk x", below: "/s").hasPrefix("/s/snapshots/w_rk_x-"))
    }
}
