import Glibc
import ScreenModel

/// Rows that moved up or down together, so that the terminal can move them itself.
struct Scroll: Equatable {
    /// The scroll region, both rows included.
    var top: Int
    var bottom: Int
    /// Rows to go up; negative is down.
    var count: Int
}

/// Finds the scroll that saves the most in a frame, by the hashes of its rows, and carries it out in memory.
struct ScrollFinder {
    let memory: FrameMemory

    private var rows: Int { memory.size.rows }
    private var columns: Int { memory.size.columns }

    /// Roughly what region, scroll and the cursor's way back cost in bytes.
    private static let price = 24

    /// The scroll worth its bytes, or nil.
    func find() -> Scroll? {
        guard let distance = likelyDistance() else { return nil }
        var best: (scroll: Scroll, gain: Int)?
        var start = max(0, -distance)
        let end = min(rows, rows - distance)
        while start < end {
            guard matches(start, distance) else {
                start += 1
                continue
            }
            var stop = start + 1
            while stop < end, matches(stop, distance) { stop += 1 }
            let scroll = Scroll(
                top: min(start, start + distance), bottom: max(stop, stop + distance) - 1, count: distance)
            let gain = gain(of: scroll, matched: start..<stop)
            if gain > best?.gain ?? Self.price { best = (scroll, gain) }
            start = stop
        }
        return best?.scroll
    }

    /// By how much most of the changed rows moved.
    private func likelyDistance() -> Int? {
        var votes = [Int32](repeating: 0, count: 2 * rows)
        var best = 0
        var bestVotes: Int32 = 0
        for row in 0..<rows where memory.changed[row] && memory.nextHashes[row] != memory.blankHash {
            let hash = memory.nextHashes[row]
            for old in 0..<rows where memory.shownHashes[old] == hash && old != row {
                let distance = old - row
                votes[distance + rows] += 1
                let count = votes[distance + rows]
                if count > bestVotes || count == bestVotes && abs(distance) < abs(best) {
                    (best, bestVotes) = (distance, count)
                }
            }
        }
        return bestVotes > 0 ? best : nil
    }

    private func matches(_ row: Int, _ distance: Int) -> Bool {
        memory.targetHash(row) == memory.shownHashes[row + distance]
            && memcmp(memory.target(row), memory.shown + (row + distance) * columns, columns * 16) == 0
    }

    private func differing(_ left: UnsafePointer<Cell>, _ right: UnsafePointer<Cell>) -> Int {
        var count = 0
        for column in 0..<columns where !RowPainter.equal(left + column, right + column) { count += 1 }
        return count
    }

    private func inked(_ row: UnsafePointer<Cell>) -> Int {
        var count = 0
        var blank = Cell()
        withUnsafePointer(to: &blank) { blank in
            for column in 0..<columns where !RowPainter.equal(row + column, blank) { count += 1 }
        }
        return count
    }

    /// Cells that need no painting with the scroll, less those that need it because of it.
    private func gain(of scroll: Scroll, matched: Range<Int>) -> Int {
        var gain = 0
        for row in scroll.top...scroll.bottom {
            gain += differing(memory.target(row), memory.shown + row * columns)
            if !matched.contains(row) { gain -= inked(memory.target(row)) }
        }
        return gain
    }

    /// Scrolls what is shown; rows scrolled in are blank.
    func carryOut(_ scroll: Scroll) {
        for row in scroll.top...scroll.bottom where !memory.changed[row] {
            (memory.next + row * columns).update(from: memory.shown + row * columns, count: columns)
            memory.nextHashes[row] = memory.shownHashes[row]
            memory.changed[row] = true
        }
        for row in scroll.top...scroll.bottom {
            memory.firstChange[row] = 0
            memory.lastChange[row] = columns - 1
        }
        let kept = scroll.bottom - scroll.top + 1 - abs(scroll.count)
        let from = scroll.count > 0 ? scroll.top + scroll.count : scroll.top
        let to = scroll.count > 0 ? scroll.top : scroll.top - scroll.count
        (memory.shown + to * columns).update(from: memory.shown + from * columns, count: kept * columns)
        (memory.shownHashes + to).update(from: memory.shownHashes + from, count: kept)
        let blank = scroll.count > 0 ? scroll.bottom - scroll.count + 1 : scroll.top
        (memory.shown + blank * columns).update(repeating: .blank, count: abs(scroll.count) * columns)
        (memory.shownHashes + blank).update(repeating: memory.blankHash, count: abs(scroll.count))
    }
}
