/// What keys do in copy mode.
public enum CopyCommand: Hashable, Sendable {
    case left, right, up, down
    case nextWord, previousWord, wordEnd
    case lineStart, lineText, lineEnd
    case pageUp, pageDown, halfPageUp, halfPageDown
    case scrollUp, scrollDown
    case first, last
    case windowTop, windowMiddle, windowBottom
    /// Begins a selection of a shape, changes its shape, or gives it up.
    case select(CopyModel.Selection.Shape)
    case otherEnd
    case selectWord
    /// Asks for a text.
    case search(forward: Bool)
    case nextHit, previousHit
    case copy
    case leave
}
