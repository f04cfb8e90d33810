import ScreenModel

/// What a terminal says about itself when it is asked.
public struct TerminalIdentity: Hashable, Sendable {
    /// The answer to XTVERSION.
    public var name: String
    public var version: String
    /// Whether the kitty keyboard protocol is offered; if not, its query is left unanswered.
    public var offersKittyKeyboard: Bool
    /// The answers to OSC 10, 11 and 12, RGB.
    public var foreground: Color
    public var background: Color
    public var cursorColor: Color
    /// Pixels of a cell, for XTWINOPS 14 and 16.
    public var cellWidth: Int
    public var cellHeight: Int

    public init(
        name: String = "ah", version: String = "1.0", offersKittyKeyboard: Bool = true,
        foreground: Color = .rgb(0xD0, 0xD0, 0xD0), background: Color = .rgb(0x10, 0x10, 0x14),
        cursorColor: Color = .rgb(0xD0, 0xD0, 0xD0), cellWidth: Int = 8, cellHeight: Int = 16
    ) {
        self.name = name
        self.version = version
        self.offersKittyKeyboard = offersKittyKeyboard
        self.foreground = foreground
        self.background = background
        self.cursorColor = cursorColor
        self.cellWidth = cellWidth
        self.cellHeight = cellHeight
    }
}
