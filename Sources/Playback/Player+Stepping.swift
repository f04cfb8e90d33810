import Emulation
import Recording

extension Player {
    public enum StepKind: Hashable, Sendable {
        case nextRead, previousRead
        /// To the next, previous visible change of the screen; half drawn updates (DEC 2026) don't count.
        case nextFrame, previousFrame
    }

    /// Moves by one read or one frame, exactly.
    ///
    /// - Returns: false at the recording's end or start.
    @discardableResult
    public func step(_ kind: StepKind) -> Bool {
        switch kind {
        case .nextRead: return stepOn { _ in true }
        case .nextFrame: return stepOn { [terminal] in Self.isFrame($0, terminal) }
        case .previousRead: return stepBack { _ in true }
        case .previousFrame: return stepBack { [terminal] in Self.isFrame($0, terminal) }
        }
    }

    private static func isFrame(_ changes: Changes, _ terminal: Terminal) -> Bool {
        !changes.rows.isEmpty && !terminal.modes.synchronizedUpdate
    }

    private func stepOn(until isThere: (Changes) -> Bool) -> Bool {
        var work = Int.max
        var moved = false
        let before = terminal.offset
        run(to: Bound(), work: &work) { [terminal] changes in
            moved = isThere(changes) && (terminal.offset > before || !changes.rows.isEmpty)
            return !moved
        }
        time = moved ? stepTime : max(time, timeline.duration)
        return moved
    }

    /// Plays the stretch before the playhead again, to find the last place in it that counts.
    private func stepBack(counting: (Changes) -> Bool) -> Bool {
        let here = place
        var end = place
        while let start = checkpoints.last(before: end) {
            restore(start)
            var found: Place?
            var fed = terminal.offset
            var work = Int.max
            run(to: Bound(place: end), work: &work) { [self] changes in
                let isVisible = terminal.offset > fed || !changes.rows.isEmpty
                fed = terminal.offset
                if isVisible, counting(changes), place < here { found = place }
                return true
            }
            if let found {
                go(to: found)
                return true
            }
            end = start.place
        }
        go(to: .start)
        time = .zero
        return here != .start
    }
}
