import Playback
import Recording
import Testing

struct PlayheadClockTests {
    private let end = SessionTime(milliseconds: 100_000)
    private let second: UInt64 = 1_000_000_000

    private func clock(speed: Double = 1, idleLimit: Int64? = nil) -> PlayheadClock {
        var clock = PlayheadClock()
        clock.set(playing: true, speed: speed, idleLimit: idleLimit, at: 0)
        return clock
    }

    @Test func `session time goes as fast as the speed says`() {
        for (speed, expected) in [(0.25, 500), (1, 2000), (64, 100_000)] as [(Double, Int64)] {
            var clock = clock(speed: speed)
            let time = clock.advance(to: 2 * second, last: .zero, next: nil, end: end)
            #expect(time.milliseconds == expected)
        }
    }

    @Test func `a paused clock stands`() {
        var clock = clock()
        _ = clock.advance(to: second, last: .zero, next: nil, end: end)
        clock.set(playing: false, speed: 1, idleLimit: nil, at: 2 * second)
        #expect(clock.advance(to: 9 * second, last: .zero, next: nil, end: end).milliseconds == 2000)
        clock.set(playing: true, speed: 1, idleLimit: nil, at: 10 * second)
        #expect(clock.advance(to: 11 * second, last: .zero, next: nil, end: end).milliseconds == 3000)
    }

    @Test func `a pause longer than the idle limit is cut short`() {
        var clock = clock(idleLimit: 2000)
        let next = SessionTime(milliseconds: 60_000)
        #expect(clock.delay(until: next, last: .zero) == 2 * second)
        #expect(clock.advance(to: second, last: .zero, next: next, end: end).milliseconds == 1000)
        #expect(clock.advance(to: 2 * second, last: .zero, next: next, end: end) == next)
        #expect(clock.advance(to: 3 * second, last: next, next: nil, end: end).milliseconds == 61_000)
    }

    @Test func `a pause shorter than the idle limit is played in full`() {
        var clock = clock(idleLimit: 2000)
        let next = SessionTime(milliseconds: 1900)
        #expect(clock.delay(until: next, last: .zero) == 1_900_000_000)
        #expect(clock.advance(to: second, last: .zero, next: next, end: end).milliseconds == 1000)
    }

    @Test func `it never passes the end`() {
        var clock = clock(speed: 64)
        #expect(clock.advance(to: 100 * second, last: .zero, next: nil, end: end) == end)
    }

    @Test func `moving it keeps it playing from there`() {
        var clock = clock()
        clock.move(to: SessionTime(milliseconds: 50_000), at: 5 * second)
        #expect(clock.advance(to: 6 * second, last: .zero, next: nil, end: end).milliseconds == 51_000)
    }
}
