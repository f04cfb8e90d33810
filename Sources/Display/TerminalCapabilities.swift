import ScreenModel

/// What the user's terminal can do.
///
/// Known at start from terminfo and the environment; ``apply(_:)`` refines it when the terminal answers queries.
public struct TerminalCapabilities: Hashable, Sendable {
    public var colors: ColorDepth = .indexed256
    /// Erasing fills with the current background.
    public var backColorErase = true
    /// The terminal waits at the right edge instead of wrapping at once.
    public var delaysWrap = true
    public var automaticMargins = true
    public var eraseToEndOfLine = true
    public var eraseCharacters = true
    public var repeatCharacter = false
    /// DECSTBM.
    public var scrollRegions = true
    /// SU and SD.
    public var parameterizedScroll = true
    /// CHA.
    public var columnAddress = true
    /// CUF, CUB and more with a count.
    public var relativeMotion = true
    /// SGR 22 … 29 turn single attributes off.
    public var singleResets = true
    public var italic = true
    public var strikethrough = true
    public var overline = false
    /// SGR 4:2 … 4:5.
    public var underlineStyles = false
    /// SGR 58.
    public var underlineColor = false
    /// OSC 8.
    public var hyperlinks = false
    /// Mode 2026.
    public var synchronizedUpdates = false
    /// DECSCUSR.
    public var cursorShapes = true
    /// DECTCEM.
    public var cursorVisibility = true
    public var utf8 = true
    public var bracketedPaste = true
    public var mouse = true
    public var focus = true
    public var title = true
    public var alternateScreen = true
    public var kittyKeyboard = false
    /// Cursor addressing as in ANSI X3.64; without it nothing can be drawn full screen.
    public var addressableCursor = true
    /// The terminal can be asked: it ignores what it doesn't know.
    public var answersQueries = true
    /// The background is dark; nil when not known.
    public var darkBackground: Bool?
    /// XTVERSION's text.
    public var version: String?
    /// What terminfo says keys send, where it isn't what everybody sends.
    public var keyStrings: [[UInt8]: KeyChord] = [:]

    /// A modern xterm-like terminal with everything that needs no proof.
    public init() {}
}
