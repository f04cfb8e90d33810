import Emulation
import Recording

extension Player {
    /// Goes to a time, exactly, however long it takes.
    public func seek(to time: SessionTime) {
        var work = Int.max
        _ = seek(to: time, work: &work)
    }

    /// Goes towards a time by at most so many bytes of output. When it isn't there yet, the screen is that of the place
    /// reached, and calling it again goes on.
    public func seek(to target: SessionTime, work: inout Int) -> Outcome {
        let target = min(max(target, .zero), timeline.duration)
        approach(stored: checkpoints.last(through: target)) { _, time in time <= target }
        let outcome = run(to: Bound(time: target), work: &work)
        time = outcome == .done ? target : stepTime
        return outcome
    }

    /// Plays on to a time that is not before the playhead. Unlike ``seek(to:work:)`` it doesn't look for a shorter way.
    ///
    /// - Returns: `unfinished` if there was more output than `work` allows; the playhead is then where it got to.
    public func advance(to target: SessionTime, work: inout Int) -> Outcome {
        guard target >= time else { return seek(to: target, work: &work) }
        let outcome = run(to: Bound(time: min(target, timeline.duration)), work: &work)
        time = outcome == .done ? min(target, timeline.duration) : max(time, stepTime)
        return outcome
    }

    /// Takes the terminal to the furthest known position that is not too far, unless it is there itself.
    private func approach(
        stored: SavedPosition?, fits: (_ place: Place, _ time: SessionTime) -> Bool
    ) {
        if setAside != nil, fits(frontier, frontierTime) { return goToFrontier() }
        guard let stored, !fits(place, stepTime) || place < stored.place else { return }
        restore(stored)
    }

    /// Goes to a place between two steps.
    func go(to target: Place) {
        approach(stored: checkpoints.last(through: target)) { place, _ in place <= target }
        var work = Int.max
        run(to: Bound(place: target), work: &work)
        time = stepTime
    }
}
