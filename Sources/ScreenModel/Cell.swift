// ScreenModel: what a screen is made of, as values. No terminal and no drawing: emulators produce these, renderers and
// displays use them.
//
// Parts: Cell, Style, Color and Attributes (one position), Symbols (what doesn't fit into a cell), Frame (what a terminal
// shows), Surface (what is drawn on), Size and Rect, CharacterWidth (the one width policy), Key and KeyChord.

/// One character position: 16 bytes, trivially copyable, comparable with `memcmp`.
public struct Cell: Hashable, Sendable {
    /// 0 is blank; below `0x8000_0000` a Unicode scalar; above, `0x8000_0000 | i` is cluster `i` of the frame's symbols.
    public var content: UInt32
    public var foreground: Color
    public var background: Color
    public var attributes: Attributes
    /// 0, or 1 + the index of the frame's extra (link and underline colour).
    public var extra: UInt16

    public init(
        content: UInt32 = 0, foreground: Color = .default, background: Color = .default,
        attributes: Attributes = [], extra: UInt16 = 0
    ) {
        self.content = content
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
        self.extra = extra
    }

    public static let blank = Cell()
    public static let clusterFlag: UInt32 = 0x8000_0000

    /// The index of the cluster in the symbols, when the content is more than one scalar.
    public var clusterIndex: Int? {
        content & Self.clusterFlag != 0 ? Int(content & ~Self.clusterFlag) : nil
    }

    public var isBlank: Bool { content == 0 || content == 0x20 }
}

/// The look of text: a cell without its content.
public struct Style: Hashable, Sendable {
    public var foreground: Color
    public var background: Color
    public var attributes: Attributes
    /// As in ``Cell/extra``.
    public var extra: UInt16

    public init(
        foreground: Color = .default, background: Color = .default, attributes: Attributes = [], extra: UInt16 = 0
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
        self.extra = extra
    }

    public static let plain = Style()

    public func cell(_ content: UInt32) -> Cell {
        Cell(
            content: content, foreground: foreground, background: background, attributes: attributes, extra: extra)
    }
}

extension Cell {
    public var style: Style {
        Style(foreground: foreground, background: background, attributes: attributes.styling, extra: extra)
    }
}
