import Glibc
import Processes
import Testing

@testable import Snapshots

struct AutomaticCollectionTests {
    private static let day: Int64 = 86_400_000

    private func collection(_ bench: SnapshotBench, garbage: UInt64 = 1 << 30) -> AutomaticCollection {
        AutomaticCollection(
            SnapshotArchive(state: bench.folder("state"), searchPath: "/usr/bin:/bin"),
            limits: .init(interval: Self.day, garbage: garbage))
    }

    @Test func `a store is collected once a day, and a week late while somebody works there`() throws {
        let bench = try SnapshotBench()
        try bench.write("x", "a")
        _ = try bench.provider().take("worker")
        let collection = collection(bench)
        let now = WallClock.now()
        #expect(try !collection.isDue(bench.store, running: [], now: now), "a new store has nothing to free")
        #expect(try !collection.isDue(bench.store, running: [], now: now + Self.day - 60_000))
        #expect(try collection.isDue(bench.store, running: [], now: now + Self.day + 60_000))
        #expect(try collection.isDue(bench.store, running: ["elsewhere"], now: now + Self.day + 60_000))
        #expect(try !collection.isDue(bench.store, running: ["worker"], now: now + 6 * Self.day))
        #expect(try collection.isDue(bench.store, running: ["worker"], now: now + 7 * Self.day + 60_000))
        #expect(try collection.isDue(bench.store, running: [], now: now - 2 * Self.day), "the clock was put back")
    }

    @Test func `much garbage is freed at once, and little is not worth packing everything anew`() throws {
        let bench = try SnapshotBench()
        try bench.write(incompressible(1_000_000), "large")
        let provider = try bench.provider()
        let first = try provider.take("first")
        try bench.write("small", "small")
        let second = try provider.take("second")
        try bench.write("smaller", "small")
        let third = try provider.take("third")
        let collection = collection(bench, garbage: 500_000)
        let now = WallClock.now()
        #expect(try !collection.isDue(bench.store, running: [], now: now))

        try provider.delete([second])
        #expect(try !collection.isDue(bench.store, running: [], now: now))
        #expect(try collection.run(running: [], now: now + 2 * Self.day) == [])
        #expect(GarbageMark(bench.store).exists, "it is left for when there is more")

        try bench.remove("large")
        let last = try provider.take("third")
        try provider.delete([first, third])
        #expect(try collection.isDue(bench.store, running: [], now: WallClock.now()))
        #expect(try !collection.isDue(bench.store, running: ["third"], now: WallClock.now()))
        let before = try bench.store.size()
        #expect(try collection.run(running: [], now: WallClock.now()) == [])
        #expect(try bench.store.size() + 900_000 < before)
        #expect(!GarbageMark(bench.store).exists)
        #expect(try provider.text(last, "small") == "smaller")
        #expect(try bench.complaints() == "")
    }

    @Test func `a checkout that was just made is left for the next branch`() throws {
        let place = try BranchPlace()
        let snapshot = try place.snapshot()
        for name in ["one", "two"] { _ = try place.branch(name, of: snapshot) }
        for branch in try place.branches.all() { try place.branches.delete(branch, with: place.provider()) }
        let checkout = "\(place.store.checkouts)/\(snapshot.name)"
        #expect(try place.branches.collectLeftovers(keepsFresh: true) == 0)
        #expect(access(checkout, F_OK) == 0)
        #expect(try place.branches.collectLeftovers() == 1)
        #expect(access(checkout, F_OK) != 0)
    }

    @Test func `what can't be collected is said, and keeps no other store from it`() throws {
        let bench = try SnapshotBench()
        try bench.write("x", "a")
        _ = try bench.provider().take()
        let other = try SnapshotStore(for: bench.folder.path, below: bench.folder("state"))
        try WholeFile.makeFolders("\(bench.store.recordFolder)/s")
        try WholeFile.replace("\(bench.store.recordFolder)/s/7.json", with: Array("{".utf8), durable: false)
        let collection = collection(bench)
        for store in [bench.store, other] { _ = try collection.isDue(store, running: [], now: WallClock.now()) }
        try GarbageMark(bench.store).add(5_000_000_000)
        let problems = try collection.run(running: [], now: WallClock.now() + 2 * Self.day)
        #expect(problems.count == 1 && problems[0].contains(bench.workspace), "\(problems)")
    }
}
