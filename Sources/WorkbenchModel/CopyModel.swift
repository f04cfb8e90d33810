import ScreenModel

/// Text that is looked at, searched and copied: a pane's screen and what scrolled off it, as it was when it was opened.
public struct CopyModel: Hashable, Sendable {
    public init() {}
}
