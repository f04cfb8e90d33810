import Glibc
import Processes
import Recording
import ScreenModel
import Synchronization
import TestSupport
import Testing

@testable import SessionHost

struct SyncLaneTests {
    private final class Gate: Sendable {
        let entered = Atomic<Int>(0)
        let allowed = Atomic<Int>(0)
    }

    private func wait(for what: String, until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw DriverError.timeout(what, screen: "") }
            usleep(500)
        }
    }

    @Test func `it begins once at a time, and tells the disk's error once`() throws {
        let gate = Gate()
        let lane = try SyncLane { () throws(RecordingError) in
            let turn = gate.entered.add(1, ordering: .sequentiallyConsistent).newValue
            while gate.allowed.load(ordering: .sequentiallyConsistent) < turn { usleep(1000) }
            if turn == 2 { throw .write(path: "x.ahr", offset: 7, errno: EIO) }
        }
        try lane.start()
        defer { lane.stop() }
        #expect(try lane.begin())
        #expect(try !lane.begin())
        gate.allowed.store(1, ordering: .sequentiallyConsistent)
        try wait(for: "the first is done") { try lane.begin() }
        gate.allowed.store(2, ordering: .sequentiallyConsistent)
        var told: RecordingError?
        try wait(for: "the error is told") {
            do { _ = try lane.begin() } catch let error as RecordingError { told = error }
            return told != nil
        }
        #expect("\(try #require(told))".contains("x.ahr"))
        #expect(try !lane.begin())
        #expect(gate.entered.load(ordering: .sequentiallyConsistent) == 2)
    }

    @Test func `output that never pauses is brought to the disk, too`() throws {
        let folder = try TemporaryFolder()
        let ring = try #require(OutputRing(capacity: 1 << 22))
        let clock = SessionClock()
        let lane = try RecordingLane(ring: ring, clock: clock, quality: nil, loopWake: WakeEvent())
        let metadata = SessionMetadata(sessionID: "a", command: ["x"], startedAt: clock.startedAt)
        try lane.start(
            RecordingWriter.create(
                at: folder("a.ahr"), metadata: metadata, size: Size(columns: 80, rows: 24)))
        // Each block is full long before its time.
        try wait(for: "full blocks are on the disk") {
            let room = ring.writable(atMost: 300 << 10)
            room.copyBytes(from: repeatElement(UInt8(ascii: "x"), count: room.count))
            if !room.isEmpty {
                lane.put(.output(position: ring.commit(room.count), count: room.count, time: clock.now()))
                lane.stir()
            }
            ring.shown.store(ring.total, ordering: .releasing)
            return lane.synchronizations.load(ordering: .relaxed) >= 2
        }
        lane.put(.finish(ExitStatus(code: 0), time: clock.now()))
        lane.stir()
        try wait(for: "the recording is finished") {
            lane.takeReports().contains { if case .finished(let outcome) = $0 { outcome.isComplete } else { false } }
        }
        #expect(try RecordingReader.open(path: folder("a.ahr")).summary != nil)
    }
}
