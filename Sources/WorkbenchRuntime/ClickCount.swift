import Processes
import ScreenModel

/// How often in a row the button was pressed at one place: once, twice, three times, and from the beginning.
struct ClickCount {
    private var last: (place: Position, count: Int, time: UInt64)?

    private static let pause: UInt64 = 400_000_000

    mutating func press(at place: Position, _ now: UInt64 = MonotonicClock.now()) -> Int {
        var count = 1
        if let last, last.place == place, now - last.time < Self.pause { count = last.count % 3 + 1 }
        last = (place, count, now)
        return count
    }
}
