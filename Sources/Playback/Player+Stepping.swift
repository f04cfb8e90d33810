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

    /// Plays the stretches before the playhead again, the last one first, to find the place at which the screen was
    /// what it was one read or frame ago.
    private func stepBack(counting: (Changes) -> Bool) -> Bool {
        var end = place
        // The last such place is where we are, unless something half done is shown.
        var wanted = 2
        var isFirst = true
        while let start = checkpoints.last(before: end) {
            restore(start)
            let stretch = replay(to: end, counting)
            if isFirst, stretch.isHalfDone { wanted = 1 }
            isFirst = false
            if stretch.places.count >= wanted {
                go(to: stretch.places[stretch.places.count - wanted])
                return true
            }
            wanted -= stretch.places.count
            end = start.place
        }
        go(to: .start)
        time = .zero
        return wanted == 1
    }

    /// The last two places that count before `end`, and whether the screen changed after the last.
    private func replay(to end: Place, _ counts: (Changes) -> Bool) -> (places: [Place], isHalfDone: Bool) {
        var places: [Place] = []
        var isHalfDone = false
        var fed = terminal.offset
        var work = Int.max
        run(to: Bound(place: end), work: &work) { [self] changes in
            let isVisible = terminal.offset > fed || !changes.rows.isEmpty
            fed = terminal.offset
            if isVisible, counts(changes) {
                places = places.suffix(1) + [place]
                isHalfDone = false
            } else if !changes.rows.isEmpty {
                isHalfDone = true
            }
            return true
        }
        return (places, isHalfDone)
    }
}
