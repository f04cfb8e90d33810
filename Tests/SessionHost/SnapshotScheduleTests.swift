import Testing

@testable import SessionHost

/// When automatic snapshots are taken. Times are nanoseconds; a millisecond is `ms`.
struct SnapshotScheduleTests {
    private let ms: UInt64 = 1_000_000

    @Test func `nothing is due without a cause`() {
        let schedule = SnapshotSchedule(interval: 300)
        #expect(schedule.due == nil)
        #expect(schedule.cause(at: .max) == nil)
    }

    @Test func `a moment is snapshotted at once, and names the snapshot`() {
        var schedule = SnapshotSchedule(interval: 300)
        schedule.note(.moment("Edit a.txt"), at: 1000 * ms)
        #expect(schedule.cause(at: 1000 * ms) == .moment("Edit a.txt"))
    }

    @Test func `moments that come close together share a snapshot, under the last one's label`() {
        var schedule = SnapshotSchedule(interval: 300)
        schedule.noteTaken(from: 900 * ms, to: 1000 * ms)
        schedule.note(.moment("one"), at: 1010 * ms)
        schedule.note(.moment("two"), at: 1020 * ms)
        // 100 ms of work are followed by the interval of rest, where changes alone would wait 500 ms.
        #expect(schedule.due == 1300 * ms)
        #expect(schedule.cause(at: 1299 * ms) == nil)
        #expect(schedule.cause(at: 1300 * ms) == .moment("two"))
        schedule.noteTaken(from: 1300 * ms, to: 1310 * ms)
        #expect(schedule.due == nil)
    }

    @Test func `a burst of changes is waited out, but not for ever`() {
        var schedule = SnapshotSchedule(interval: 300)
        var now = 1000 * ms
        schedule.note(.change, at: now)
        #expect(schedule.due == now + SnapshotSchedule.quiet)
        while now < 1990 * ms {
            #expect(schedule.cause(at: now) == nil)
            now += 50 * ms
            schedule.note(.change, at: now)
        }
        #expect(schedule.due == 1000 * ms + SnapshotSchedule.longestBurst)
        #expect(schedule.cause(at: 2000 * ms) == .change)
    }

    @Test func `what changes while a snapshot is taken asks for another`() {
        var schedule = SnapshotSchedule(interval: 300)
        schedule.note(.change, at: 1000 * ms)
        schedule.note(.moment("later"), at: 1150 * ms)
        schedule.noteTaken(from: 1100 * ms, to: 1110 * ms)
        #expect(schedule.due == 1410 * ms)
        #expect(schedule.cause(at: 1410 * ms) == .moment("later"))
    }

    @Test func `slow snapshots are taken seldom`() {
        var schedule = SnapshotSchedule(interval: 300)
        schedule.noteTaken(from: 0, to: 4000 * ms)
        schedule.note(.change, at: 4000 * ms)
        #expect(schedule.due == 24_000 * ms)
        // A tool's end is worth as much time as the last snapshot took.
        schedule.note(.moment("Edit a.txt"), at: 4000 * ms)
        #expect(schedule.due == 8000 * ms)
    }
}
