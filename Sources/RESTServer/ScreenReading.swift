import Playback
import Processes
import Recording
import ScreenModel

/// A recording's screens: plays it, for as long as somebody may wait for that.
struct ScreenReading {
    private let player: Player

    /// How long one request may play.
    private static let patience: UInt64 = 30_000_000_000
    /// Output bytes between two looks at the clock.
    private static let slice = 8 << 20

    init(path: String) throws {
        var options = Player.Options()
        // It is played once, forward.
        options.checkpointInterval = 32 << 20
        options.checkpointMemory = 4 << 20
        options.scrollbackLimit = 1
        player = Player(try RecordingAccess.open(path), options: options)
    }

    /// The screen at a time (the last one without it), and which time that is.
    func frame(at time: Int64?) throws -> (frame: Frame, time: Int64) {
        let target = time.map { SessionTime(milliseconds: $0) } ?? SessionTime(milliseconds: Int64.max)
        let deadline = MonotonicClock.now() + Self.patience
        var work = Self.slice
        while player.seek(to: target, work: &work) == .unfinished {
            try Self.check(deadline)
            work = Self.slice
        }
        return (player.frame(), min(target, player.timeline.duration).milliseconds)
    }

    private static func check(_ deadline: UInt64) throws {
        guard MonotonicClock.now() < deadline else {
            throw RESTError.notPossible("the recording is too long to be played within 30 s; ask for an earlier time")
        }
    }

    struct Hit: Sendable {
        var time: Int64
        var line: String
    }

    func search(
        _ pattern: TextPattern, after: Int64?, limit: Int
    ) throws -> (hits: [Hit], isComplete: Bool) {
        if let after { _ = try frame(at: after) }
        let deadline = MonotonicClock.now() + Self.patience
        var hits: [Hit] = []
        while hits.count < limit {
            player.beginSearch(pattern, forward: true)
            var progress = player.continueSearch(work: Self.slice)
            while case .searching = progress {
                // What was found so far is worth more than nothing.
                if MonotonicClock.now() > deadline { return (hits, false) }
                progress = player.continueSearch(work: Self.slice)
            }
            guard case .found(let time) = progress else { return (hits, true) }
            hits.append(Hit(time: time.milliseconds, line: line(pattern)))
        }
        return (hits, false)
    }

    /// The row that the text is in.
    private func line(_ pattern: TextPattern) -> String {
        let frame = player.frame()
        let rows = (0..<frame.size.rows).map { frame.text(row: $0) }
        return rows.first { pattern.matches($0) } ?? ""
    }
}
