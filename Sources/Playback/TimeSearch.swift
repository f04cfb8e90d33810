import Emulation
import Recording

/// A search under way: for the next or previous time at which a text comes onto the screen.
struct TimeSearch {
    let isForward: Bool
    /// Where the search began: hits lie after it, or before it.
    let origin: Place
    var matcher: ScreenMatcher
    /// Whether the text was on the screen at `position`.
    var isShown = false
    /// Where the search has got to; nil when it has yet to begin its stretch.
    var position: SavedPosition?
    /// Going back: the end of the stretch that is looked at, and the last hit in it.
    var stretchEnd: Place
    var stretchStart: SavedPosition?
    var found: Place?

    init(_ pattern: TextPattern, isForward: Bool, from origin: Place) {
        matcher = ScreenMatcher(pattern)
        self.isForward = isForward
        self.origin = origin
        stretchEnd = origin
    }

    /// Takes in what a step changed. True when the text came onto the screen by it.
    mutating func see(_ changes: Changes, _ terminal: Terminal) -> Bool {
        let was = isShown
        isShown = matcher.update(terminal, rows: changes.rows)
        return isShown && !was
    }
}
