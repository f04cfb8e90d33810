import ScreenModel

/// The terminal's answer to a query, or a report it sends by itself.
public enum TerminalReply: Hashable, Sendable {
    /// DA1: the class and the features.
    case primaryAttributes([Int])
    /// DA2: model, version, keyboard.
    case secondaryAttributes([Int])
    /// DECRQM of a private mode. Value 0 is unknown to the terminal, 1 set, 2 reset, 3 always set, 4 always reset.
    case privateMode(Int, value: Int)
    /// XTVERSION, as in `kitty(0.35.2)`.
    case version(String)
    /// The current flags of the kitty keyboard protocol; whoever answers has the protocol.
    case kittyKeyboard(UInt8)
    case cursorPosition(Position)
    /// OSC 10, 11, 12: default foreground, background, cursor colour.
    case color(of: DynamicColor, Color)
    /// DSR 997: the user's preference changed.
    case prefersDark(Bool)
    /// In-band resize (mode 2048) and XTWINOPS 8.
    case size(Size)
    /// DSR 5's answer and all others that mean nothing to us.
    case other

    public enum DynamicColor: UInt8, Hashable, Sendable {
        case foreground = 10
        case background, cursor
    }
}
