import Glibc
import Testing

@testable import Snapshots

struct PackMergeTests {
    @Test func `many packs become few and nothing is lost`() throws {
        let bench = try SnapshotBench()
        let provider = try bench.provider()
        let other = try bench.provider()
        var snapshots: [Snapshot] = []
        for round in 0..<(PackMerge.manyPacks + 20) {
            try bench.write("\(round)", "d\(round % 7)/file")
            snapshots.append(try provider.take())
        }
        let packs = try WholeFile.names(in: "\(bench.store.objects)/objects/pack").filter { $0.hasSuffix(".pack") }
        #expect(packs.count < 40)
        for (round, snapshot) in snapshots.enumerated() {
            #expect(try other.text(snapshot, "d\(round % 7)/file") == "\(round)")
        }
        #expect(try bench.complaints() == "")
        try bench.write("other", "d0/file")
        #expect(try provider.text(other.take("other"), "d0/file") == "other")
    }

    @Test func `a damaged pack isn't copied`() throws {
        let bench = try SnapshotBench()
        let provider = try bench.provider()
        for round in 0..<3 {
            try bench.write("some text \(round)", "file")
            _ = try provider.take()
        }
        let folder = "\(bench.store.objects)/objects/pack"
        let pack = try #require(try WholeFile.names(in: folder).first { $0.hasSuffix(".pack") })
        chmod("\(folder)/\(pack)", 0o600)
        var bytes = try WholeFile.read("\(folder)/\(pack)")
        bytes[bytes.count - 25] ^= 1
        try WholeFile.replace("\(folder)/\(pack)", with: bytes, durable: false)
        let before = try WholeFile.names(in: folder)
        #expect(throws: SnapshotError.self) { try PackMerge(store: bench.store).run() }
        #expect(try WholeFile.names(in: folder) == before)
    }
}
