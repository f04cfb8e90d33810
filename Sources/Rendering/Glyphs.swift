/// The signs that the workbench draws with.
public struct Glyphs: Hashable, Sendable {
    public var played: Unicode.Scalar = "━"
    public var idle: Unicode.Scalar = "─"
    public var unknown: Unicode.Scalar = "╌"
    public var playhead: Unicode.Scalar = "●"
    public var moment: Unicode.Scalar = "◆"
    /// Of a session whose clock is tied to this one's.
    public var otherMoment: Unicode.Scalar = "◇"
    public var snapshot: Unicode.Scalar = "▶"
    public var branch: Unicode.Scalar = "╱"
    public var resize: Unicode.Scalar = "┼"
    public var gap: Unicode.Scalar = "╳"
    public var playing = "▶"
    public var paused = "▮▮"
    public var ended = "■"
    public var live = "●"
    public var times = "×"
    public var separator = " · "
    public var ellipsis = "…"
    public var horizontal: Unicode.Scalar = "─"
    public var vertical: Unicode.Scalar = "│"
    /// Top left, top right, bottom left, bottom right.
    public var corners: [Unicode.Scalar] = ["┌", "┐", "└", "┘"]

    /// Of a session's activity: it needs a person, works, rests, has ended well, has failed.
    public var needsPerson = "▸"
    public var working = "●"
    public var resting = "○"
    public var done = "✓"
    public var failed = "✗"
    public var files = "≡"

    public static let unicode = Glyphs()

    /// For terminals without UTF-8.
    public static let ascii: Glyphs = {
        var glyphs = Glyphs()
        (glyphs.played, glyphs.idle, glyphs.unknown, glyphs.playhead) = ("=", "-", ".", "O")
        (glyphs.moment, glyphs.snapshot, glyphs.resize, glyphs.gap) = ("*", ">", "+", "!")
        (glyphs.otherMoment, glyphs.branch) = ("'", "/")
        (glyphs.playing, glyphs.paused, glyphs.ended, glyphs.live) = (">", "||", "[]", "(*)")
        (glyphs.times, glyphs.separator, glyphs.ellipsis) = ("x", ", ", "~")
        (glyphs.needsPerson, glyphs.working, glyphs.resting) = (">", "*", "o")
        (glyphs.done, glyphs.failed, glyphs.files) = ("+", "x", "=")
        (glyphs.horizontal, glyphs.vertical, glyphs.corners) = ("-", "|", ["+", "+", "+", "+"])
        return glyphs
    }()
}
