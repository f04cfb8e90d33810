import ScreenModel

/// Something the user or the terminal said.
public struct InputEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case key(KeyChord)
        /// The terminal's auto-repeat, where it says so (kitty keyboard protocol); elsewhere a repeat is a `key`.
        case keyRepeat(KeyChord)
        case keyRelease(KeyChord)
        case mouse(MouseEvent)
        /// A piece of pasted text, at most ``InputParser/pastePiece`` bytes. A long paste, or one that came in
        /// several reads, is several pieces, one after the other.
        case paste([UInt8])
        /// Whether the terminal's window got or lost the focus.
        case focus(Bool)
        case reply(TerminalReply)
        /// Bytes that are no input we know. Never act on them; a live pane may still forward them.
        case unknown
    }

    public var kind: Kind
    /// Exactly the bytes the event came from: all `raw` in a row are the input.
    public var raw: [UInt8]

    public init(kind: Kind, raw: [UInt8]) {
        self.kind = kind
        self.raw = raw
    }

    /// The chord that was pressed (or repeats), nil for anything else.
    public var chord: KeyChord? {
        switch kind {
        case .key(let chord), .keyRepeat(let chord): chord
        default: nil
        }
    }
}
