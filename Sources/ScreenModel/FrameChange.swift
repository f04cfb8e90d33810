/// What of a frame is other than before: most often a row or two, where a key was echoed.
public enum FrameChange: Hashable, Sendable {
    case nothing
    /// Only cells of these rows, and where the cursor is.
    case rows(ClosedRange<Int>)
    /// Anything.
    case whole

    /// Takes in what changed after that.
    public mutating func formUnion(_ other: FrameChange) {
        switch (self, other) {
        case (.whole, _), (_, .nothing): break
        case (_, .whole), (.nothing, _): self = other
        case (.rows(let old), .rows(let new)):
            self = .rows(min(old.lowerBound, new.lowerBound)...max(old.upperBound, new.upperBound))
        }
    }
}
