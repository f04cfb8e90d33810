import Emulation
import Recording

extension Player {
    public enum SearchProgress: Hashable, Sendable {
        /// How much of what lies before or after was looked at, 0 … 1.
        case searching(Double)
        /// The playhead is there now.
        case found(SessionTime)
        /// The playhead is where it was.
        case notFound
    }

    /// Starts to look for the next (or previous) time at which the text comes onto the screen.
    ///
    /// A hit is a read after which the text is on the screen, while before it wasn't. Ends a search under way.
    public func beginSearch(_ pattern: TextPattern, forward: Bool) {
        search = TimeSearch(pattern, isForward: forward, from: place)
    }

    public func endSearch() { search = nil }

    /// Looks on through at most so many bytes of output. The playhead stays where it is until something is found.
    public func continueSearch(work: Int) -> SearchProgress {
        guard var search else { return .notFound }
        var work = work
        let here = savedPosition()
        let hit = search.isForward ? searchForward(&search, &work) : searchBackward(&search, &work)
        switch hit {
        case .found(let place):
            self.search = nil
            if self.place != place { go(to: place) }
            time = stepTime
            return .found(time)
        case .none:
            self.search = nil
            restore(here)
            return .notFound
        case .notYet:
            let progress = self.progress(of: search)
            self.search = search
            restore(here)
            return .searching(progress)
        }
    }

    private enum Hit {
        case found(Place), none, notYet
    }

    private func searchForward(_ search: inout TimeSearch, _ work: inout Int) -> Hit {
        take(up: &search, at: search.position ?? savedPosition())
        var found: Place?
        let outcome = run(to: Bound(), work: &work) { [self] changes in
            if search.see(changes, terminal) { found = place }
            return found == nil
        }
        if let found { return .found(found) }
        guard outcome == .unfinished else { return .none }
        search.position = savedPosition()
        return .notYet
    }

    /// Stretch by stretch between checkpoints, the last one first; each is played forward.
    private func searchBackward(_ search: inout TimeSearch, _ work: inout Int) -> Hit {
        while work > 0 {
            guard let start = search.position ?? checkpoints.last(before: search.stretchEnd) else { return .none }
            if search.position == nil { search.stretchStart = start }
            take(up: &search, at: start)
            let outcome = run(to: Bound(place: search.stretchEnd), work: &work) { [self] changes in
                if search.see(changes, terminal), place < search.origin { search.found = place }
                return true
            }
            guard outcome == .done else {
                search.position = savedPosition()
                return .notYet
            }
            if let found = search.found { return .found(found) }
            search.stretchEnd = search.stretchStart?.place ?? .start
            search.position = nil
        }
        return .notYet
    }

    /// Brings the terminal to where the search is, and looks at its screen if the search comes there anew.
    private func take(up search: inout TimeSearch, at position: SavedPosition) {
        if place != position.place { restore(position) }
        if search.position == nil { search.isShown = search.matcher.reset(terminal) }
    }

    private func progress(of search: TimeSearch) -> Double {
        let reached = Double((search.position?.time ?? search.stretchStart?.time ?? .zero).milliseconds)
        let origin = Double(time.milliseconds)
        let end = Double(timeline.duration.milliseconds)
        let (part, whole) = search.isForward ? (reached - origin, end - origin) : (origin - reached, origin)
        return whole > 0 ? min(1, max(0, part / whole)) : 0
    }
}
